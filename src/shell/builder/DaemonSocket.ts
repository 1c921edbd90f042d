/**
 * Finds the unix socket a docker command talks to, as far as that can be read from files.
 */
import * as Endpoint from "../../core/argv/Endpoint.ts"
import * as DockerConfigFile from "../docker/DockerConfigFile.ts"
import * as DockerContexts from "../docker/DockerContexts.ts"
import * as RealProgram from "../docker/RealProgram.ts"

/** docker's default socket. */
const defaultSocket = "/var/run/docker.sock"

/** The path of the socket for these flags; `undefined` if the endpoint is no unix socket. */
export const find = (
  flags: Endpoint.EndpointFlags,
  env: Readonly<Record<string, string | undefined>>
): string | undefined => {
  const config = RealProgram.configDirectory(env)
  const context = Endpoint.contextName(flags, env, DockerConfigFile.read(config).currentContext)
  const host = context === "default" ? flags.host ?? env["DOCKER_HOST"] : DockerContexts.host(config, context)
  if (host === undefined || host === "") return context === "default" ? defaultSocket : undefined
  return host.startsWith("unix://") ? host.slice("unix://".length) : undefined
}
