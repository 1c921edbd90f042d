/** How to call the real Compose to ask it something, in each form; and docker, which has its own stacks. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Form } from "../../core/compose/ComposeCall.ts"
import * as RealProgram from "../docker/RealProgram.ts"
import type { Failure } from "../Failure.ts"
import { Environment } from "./Environment.ts"

/**
 * A program such as `/usr/libexec/docker/cli-plugins/docker-compose`, the words before Compose's own flags, and its environment.
 * @category models
 */
export interface ComposeCommand {
  readonly file: string
  readonly args: ReadonlyArray<string>
  readonly env: NodeJS.ProcessEnv
}

/**
 * Finds the Compose that a call would run.
 *
 * **Details**
 *
 * For `docker compose` that is docker's plugin, called as docker calls it, which saves starting docker. Only if `--config`
 * names another directory for plugins, docker itself is called. A shim on the way does nothing.
 *
 * **Example** (The Compose of docker compose)
 *
 * ```ts
 * import { ComposePrograms } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const compose = Effect.flatMap(ComposePrograms, (programs) => programs.command("docker", []))
 * ```
 * @category services
 */
export class ComposePrograms extends Context.Tag("docker-shim/shell/services/ComposePrograms")<ComposePrograms, {
  /** The Compose that a call in this form runs, with docker's global flags before its own. Fails as `RealPrograms.locate`. */
  readonly command: (form: Form, globals: ReadonlyArray<string>) => Effect.Effect<ComposeCommand, Failure>
  /** docker itself, with its global flags. Fails as `RealPrograms.locate`. */
  readonly docker: (globals: ReadonlyArray<string>) => Effect.Effect<ComposeCommand, Failure>
}>() {
  static readonly make = Effect.map(Environment, ({ invocation, shim }) => {
    const direct = { ...invocation.env, DOCKER_SHIM_DISABLE: "1" }
    const asPlugin = { ...direct, [RealProgram.pluginVariable]: "docker" }
    const find = (form: Form, globals: ReadonlyArray<string>): RealProgram.Located | Failure => {
      if (form !== "docker") return RealProgram.locate("docker-compose", invocation, shim)
      return namesPlugins(globals)
        ? RealProgram.locate("docker", invocation, shim)
        : RealProgram.locatePlugin("docker-compose", invocation, shim)
    }
    return ComposePrograms.of({
      docker: (globals) =>
        Effect.suspend(() => {
          const located = RealProgram.locate("docker", invocation, shim)
          return located._tag === "Located"
            ? Effect.succeed({ file: located.file, args: globals, env: direct })
            : Effect.fail(located)
        }),
      command: (form, globals) =>
        Effect.suspend(() => {
          const located = find(form, globals)
          if (located._tag !== "Located") return Effect.fail(located)
          const { file } = located
          if (form === "standalone") {
            return Effect.succeed({ file, args: [], env: direct })
          }
          const isDocker = form === "docker" && namesPlugins(globals)
          return Effect.succeed({
            file,
            args: [...globals, "compose"],
            env: isDocker ? direct : asPlugin
          })
        })
    })
  })
}

const namesPlugins = (globals: ReadonlyArray<string>): boolean =>
  globals.some((word) => word === "--config" || word.startsWith("--config="))
