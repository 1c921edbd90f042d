/** How to call the real Compose to ask it something, in each form; and docker, which has its own stacks. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Form } from "../../core/compose/ComposeCall.ts"
import * as ComposeProgram from "../docker/ComposeProgram.ts"
import * as RealProgram from "../docker/RealProgram.ts"
import type { Failure } from "../Failure.ts"
import { Environment } from "./Environment.ts"

export type { ComposeCommand } from "../docker/ComposeProgram.ts"

/**
 * Finds the Compose that a call would run.
 *
 * **Details**
 *
 * For `docker compose` that is docker's plugin, called as docker calls it (`docker/ComposeProgram.ts`). A shim on the way does
 * nothing.
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
  readonly command: (
    form: Form,
    globals: ReadonlyArray<string>
  ) => Effect.Effect<ComposeProgram.ComposeCommand, Failure>
  /** docker itself, with its global flags. Fails as `RealPrograms.locate`. */
  readonly docker: (globals: ReadonlyArray<string>) => Effect.Effect<ComposeProgram.ComposeCommand, Failure>
}>() {
  static readonly make = Effect.map(Environment, ({ invocation, shim }) => {
    return ComposePrograms.of({
      docker: (globals) =>
        Effect.suspend(() => {
          const located = RealProgram.locate("docker", invocation, shim)
          return located._tag === "Located"
            ? Effect.succeed({ file: located.file, args: globals, env: ComposeProgram.silent(invocation) })
            : Effect.fail(located)
        }),
      command: (form, globals) =>
        Effect.suspend(() => {
          const found = ComposeProgram.find(form, globals, invocation, shim)
          return "_tag" in found ? Effect.fail(found) : Effect.succeed(found)
        })
    })
  })
}
