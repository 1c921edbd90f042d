/**
 * Finds the unix socket a docker command talks to, as far as that can be read from files.
 */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import * as Endpoint from "../../core/argv/Endpoint.ts"
import * as DockerConfigFile from "../docker/DockerConfigFile.ts"
import * as RealProgram from "../docker/RealProgram.ts"

/** Where docker looks for its daemon when told nothing. */
const defaultSocket = "/var/run/docker.sock"

/**
 * The socket's path for what the user said of the endpoint; `undefined` where the endpoint is no unix socket.
 *
 * **Details**
 *
 * A context's endpoint is in `contexts/meta/<SHA-256 of its name>/meta.json` of docker's configuration directory
 * (docker/cli 28.5.2, `cli/context/store/metadatastore.go`).
 *
 * @category accessors
 * @since 0.1.0
 */
export const find = (
  flags: Endpoint.EndpointFlags,
  env: Readonly<Record<string, string | undefined>>
): string | undefined => {
  const config = RealProgram.configDirectory(env)
  const context = Endpoint.contextName(flags, env, DockerConfigFile.read(config).currentContext)
  const host = context === "default" ? flags.host ?? env["DOCKER_HOST"] : contextHost(config, context)
  if (host === undefined || host === "") return context === "default" ? defaultSocket : undefined
  return host.startsWith("unix://") ? host.slice("unix://".length) : undefined
}

const contextHost = (config: string, context: string): string | undefined => {
  const name = createHash("sha256").update(context).digest("hex")
  try {
    const meta: unknown = JSON.parse(fs.readFileSync(path.join(config, "contexts/meta", name, "meta.json"), "utf8"))
    const host = ["Endpoints", "docker", "Host"].reduce<unknown>(
      (value, key) => typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined,
      meta
    )
    return typeof host === "string" ? host : undefined
  } catch {
    return undefined
  }
}
