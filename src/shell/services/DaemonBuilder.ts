/**
 * Finds the daemon that builds with its own BuildKit, where that can be read from files.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as Endpoint from "../../core/Endpoint.ts"
import type * as Facts from "../../core/Facts.ts"
import * as DockerConfigFile from "../front/DockerConfigFile.ts"
import * as RealProgram from "../front/RealProgram.ts"
import * as BuildxStore from "./BuildxStore.ts"
import * as DaemonSocket from "./DaemonSocket.ts"

type Env = Readonly<Record<string, string | undefined>>

/**
 * The unix socket of the daemon that is the builder (driver `docker`); `undefined` where buildx has to be asked: another
 * builder, another kind of endpoint, another configuration directory, or no buildx.
 *
 * @category accessors
 * @since 0.1.0
 */
export const socket = ({ endpoint, globals, name }: Facts.Of<"Builder">, env: Env): string | undefined => {
  if (plugin(env) === undefined || globals.some((word) => /^--config(?:=|$)/.test(word))) return undefined
  const { currentContext } = DockerConfigFile.read(RealProgram.configDirectory(env))
  const context = Endpoint.contextName(endpoint, env, currentContext)
  return BuildxStore.isContext(BuildxStore.read(env), name, context) ? DaemonSocket.find(endpoint, env) : undefined
}

/**
 * The file of docker's buildx plugin.
 *
 * @category accessors
 * @since 0.1.0
 */
export const plugin = (env: Env): string | undefined =>
  RealProgram.pluginDirectories(env).map((one) => path.join(one, "docker-buildx")).find(fs.existsSync)
