/**
 * The real docker and docker-compose.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Program } from "../../core/argv/Program.ts"
import * as RealProgram from "../docker/RealProgram.ts"
import type { Failure } from "../Failure.ts"
import { Environment } from "./Environment.ts"

/**
 * Locates the real programs.
 *
 * **Example** (A fake that finds one place)
 *
 * ```ts
 * import { RealPrograms } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const fake = RealPrograms.of({ locate: (program) => Effect.succeed(`/usr/bin/${program}`) })
 * ```
 * @category services
 */
export class RealPrograms extends Context.Tag("docker-shim/shell/services/RealPrograms")<RealPrograms, {
  /** The file of the real program. Fails with `ProgramNotFound`, or for a file that a setting names, see {@link Failure}. */
  readonly locate: (program: Program) => Effect.Effect<string, Failure>
}>() {
  static readonly make = Effect.map(Environment, ({ invocation, shim }) =>
    RealPrograms.of({
      locate: (program) =>
        Effect.suspend(() => {
          const located = RealProgram.locate(program, invocation, shim)
          return located._tag === "Located" ? Effect.succeed(located.file) : Effect.fail(located)
        })
    }))
}
