/**
 * Finds the unix socket a docker command talks to, as far as that can be read from files.
 */
import * as Endpoint from "../../core/argv/Endpoint.ts"
import * as DockerConfigFile from "../docker/DockerConfigFile.ts"
import * as DockerContexts from "../docker/DockerContexts.ts"
import * as RealProgram from "../docker/RealProgram.ts"

/** The path of the socket for these flags; `undefined` if the endpoint is no unix socket. */
export const find = (
  flags: Endpoint.EndpointFlags,
  env: Readonly<Record<string, string | undefined>>
): string | undefined => {
  const config = RealProgram.configDirectory(env)
  const context = Endpoint.contextName(flags, env, DockerConfigFile.read(config).currentContext)
  if (context === "default") return Endpoint.socketOf(Endpoint.normalizeHost(flags.host ?? env["DOCKER_HOST"] ?? ""))
  // a context's is taken as it stands, and one without a path is none
  return Endpoint.socketOf(DockerContexts.host(config, context) ?? "") || undefined
}
