/** Finds the Compose that a call would run, and how to call it to ask it something. */
import type { Form } from "../../core/compose/ComposeCall.ts"
import type { Invocation } from "../../core/Invocation.ts"
import type { Failure } from "../Failure.ts"
import * as RealProgram from "./RealProgram.ts"

/**
 * A program such as `/usr/libexec/docker/cli-plugins/docker-compose`, the words before Compose's own flags, and its environment.
 * @category models
 */
export interface ComposeCommand {
  readonly file: string
  readonly args: ReadonlyArray<string>
  readonly env: NodeJS.ProcessEnv
}

/** The environment of programs that are asked something: a shim on the way does nothing. */
export const silent = ({ env }: Pick<Invocation, "env">): NodeJS.ProcessEnv => ({ ...env, DOCKER_SHIM_DISABLE: "1" })

/**
 * The Compose that a call in this form runs, with docker's global flags before its own.
 *
 * **Details**
 *
 * For `docker compose` that is docker's plugin, called as docker calls it, which saves starting docker. Only if `--config`
 * names another directory for plugins, docker itself is called: which Compose that runs cannot be told.
 */
export const find = (
  form: Form,
  globals: ReadonlyArray<string>,
  invocation: Invocation,
  shim: string
): ComposeCommand | Failure => {
  const isDocker = form === "docker" && namesPlugins(globals)
  const located = form === "docker" && !isDocker
    ? RealProgram.locatePlugin("docker-compose", invocation, shim)
    : RealProgram.locate(isDocker ? "docker" : "docker-compose", invocation, shim)
  if (located._tag !== "Located") return located
  const env = silent(invocation)
  return form === "standalone"
    ? { file: located.file, args: [], env }
    : {
      file: located.file,
      args: [...globals, "compose"],
      env: isDocker ? env : { ...env, [RealProgram.pluginVariable]: "docker" }
    }
}

const namesPlugins = (globals: ReadonlyArray<string>): boolean =>
  globals.some((word) => word === "--config" || word.startsWith("--config="))
