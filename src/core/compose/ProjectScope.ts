/**
 * Whether projects of different sessions can meet on one daemon, and so need names of their own.
 */
import type * as Endpoint from "../argv/Endpoint.ts"
import type { Env } from "../Invocation.ts"
import type { Settings } from "../Settings.ts"

/**
 * The scope in force for a command with these flags.
 *
 * **Details**
 *
 * `auto` is `off` where the settings say that the command goes to a daemon of this session's own, and `project` elsewhere:
 * with `DOCKER_SHIM_DOCKER_HOST`, unless the user named another endpoint; with `DOCKER_SHIM_DAEMON_SOCKET`, unless the user
 * named one that is no Unix socket, or a context.
 *
 * @category accessors
 */
export const inForce = (
  { daemonSocket, dockerHost, projectScope }: Settings,
  flags: Endpoint.EndpointFlags,
  env: Env
): Exclude<Settings["projectScope"], "auto"> => {
  if (projectScope !== "auto") return projectScope
  const named = flags.host ?? ((env["DOCKER_HOST"] ?? "") === "" ? undefined : env["DOCKER_HOST"])
  const isContext = flags.context !== undefined || (named === undefined && (env["DOCKER_CONTEXT"] ?? "") !== "")
  if (isContext) return "project"
  const isOwn = dockerHost !== undefined
    ? named === undefined || named === dockerHost
    : daemonSocket !== undefined && (named === undefined || named.startsWith("unix://"))
  return isOwn ? "off" : "project"
}
