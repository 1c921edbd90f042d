/** Finds the daemon that builds with its own BuildKit, as far as files tell. */
import * as fs from "node:fs"
import * as path from "node:path"
import * as Endpoint from "../../core/argv/Endpoint.ts"
import type * as Question from "../../core/facts/Question.ts"
import * as DockerConfigFile from "../docker/DockerConfigFile.ts"
import * as RealProgram from "../docker/RealProgram.ts"
import * as BuildxStore from "./BuildxStore.ts"
import * as DaemonSocket from "./DaemonSocket.ts"

type Env = Readonly<Record<string, string | undefined>>

/**
 * What the files tell about the builder in question.
 *
 * **Details**
 *
 * - `plugin`: the file of docker's buildx plugin; `store`: what buildx keeps;
 * - `socket`: the unix socket of the daemon, where the endpoint is one;
 * - `isDaemon`: the daemon itself builds (driver `docker`). Otherwise buildx has to be asked: another builder, or no buildx.
 */
export interface Surroundings {
  readonly plugin: string | undefined
  readonly store: BuildxStore.BuildxStore
  readonly socket: string | undefined
  readonly isDaemon: boolean
}

/** Looks at the files once, for all that depends on them. */
export const look = ({ endpoint, name }: Question.Of<"Builder">, env: Env): Surroundings => {
  const { currentContext } = DockerConfigFile.read(RealProgram.configDirectory(env))
  const plugin = RealProgram.pluginDirectories(env).map((one) => path.join(one, "docker-buildx")).find(fs.existsSync)
  const store = BuildxStore.read(env)
  return {
    plugin,
    store,
    socket: DaemonSocket.find(endpoint, env),
    isDaemon: plugin !== undefined
      && BuildxStore.isContext(store, name, Endpoint.contextName(endpoint, env, currentContext))
  }
}
