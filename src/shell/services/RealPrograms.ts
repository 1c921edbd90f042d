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
 * @category services
 */
export class RealPrograms extends Context.Tag("docker-shim/shell/services/RealPrograms")<RealPrograms, {
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
