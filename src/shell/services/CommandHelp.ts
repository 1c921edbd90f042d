/**
 * Asks the real docker which flags a command has.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Facts from "../../core/Facts.ts"
import type { Flag } from "../../core/grammar/Grammar.ts"
import * as HelpText from "../../core/HelpText.ts"
import { Environment } from "./Environment.ts"
import { ProbeRunner } from "./ProbeRunner.ts"
import { RealPrograms } from "./RealPrograms.ts"

/**
 * Reads `docker COMMAND --help`. Where that cannot be had, nothing is known of the command's flags.
 *
 * @category services
 * @since 0.1.0
 */
export class CommandHelp extends Context.Tag("docker-shim/shell/services/CommandHelp")<CommandHelp, {
  readonly flags: (question: Facts.Of<"CommandFlags">) => Effect.Effect<ReadonlyArray<Flag>>
}>() {
  static readonly layer = Layer.effect(
    CommandHelp,
    Effect.gen(function*() {
      const { invocation } = yield* Environment
      const programs = yield* RealPrograms
      const runner = yield* ProbeRunner
      return {
        flags: ({ command, program }) =>
          programs.locate(program).pipe(
            Effect.flatMap((file) =>
              runner.run({ file, args: [...command, "--help"], env: { ...invocation.env, DOCKER_SHIM_DISABLE: "1" } })
            ),
            Effect.map((ran) => HelpText.parse(ran.stdout).flags),
            Effect.orElseSucceed(() => [])
          )
      }
    })
  )
}
