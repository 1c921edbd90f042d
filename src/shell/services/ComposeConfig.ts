/**
 * Asks the real Compose what a project is.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { parse } from "yaml"
import type { Input } from "../../core/ExecPlan.ts"
import type * as Facts from "../../core/Facts.ts"
import { extend } from "../front/ChildProgram.ts"
import * as InputFiles from "../process/InputFiles.ts"
import { ComposePrograms } from "./ComposePrograms.ts"
import { ProbeRunner, type Ran } from "./ProbeRunner.ts"
import { StandardInput } from "./StandardInput.ts"

/**
 * Keeps the targets of mounts as they are written: 2.40 finds the entry that an override replaces by `/app/` and not by
 * `/app`, if it is an object's (run).
 */
const asWritten = "--no-normalize"

/** Compose may fetch included files from a network. */
const longest = Duration.seconds(60)

/**
 * Runs `compose config` with the user's own flags and environment. What goes wrong is a refusal: the user's command then
 * shows Compose's own message.
 *
 * @category services
 * @since 0.1.0
 */
export class ComposeConfig extends Context.Tag("docker-shim/shell/services/ComposeConfig")<ComposeConfig, {
  readonly ask: (question: Facts.Of<"ComposeModel">) => Effect.Effect<Facts.ComposeAnswer>
}>() {
  static readonly layer = Layer.effect(
    ComposeConfig,
    Effect.gen(function*() {
      const programs = yield* ComposePrograms
      const runner = yield* ProbeRunner
      const standardInput = yield* StandardInput

      const config = Effect.fn("ComposeConfig.config")(function*(
        question: Facts.Of<"ComposeModel">,
        input: ReadonlyArray<Input>,
        words: ReadonlyArray<string>
      ) {
        const program = yield* programs.command(question.form, question.globals)
        return yield* Effect.acquireUseRelease(
          Effect.sync(() => InputFiles.open(input)),
          (descriptors) =>
            runner.run({
              file: program.file,
              args: [...program.args, ...question.flags, ...words],
              env: extend(program.env, question.env),
              limit: longest,
              descriptors: new Map([...InputFiles.inherited(question.descriptors), ...descriptors])
            }),
          (descriptors) => Effect.sync(() => InputFiles.close(descriptors))
        )
      })

      return {
        ask: Effect.fn("ComposeConfig.ask")(function*(question) {
          const input = yield* standardInput.read(question.descriptors)
          const printed = ["config", "--format", "json"]
          const attempts = [
            ...(question.profiles === "own"
              ? [printed]
              : [["--profile", "*", ...printed, asWritten], [...printed, asWritten, ...question.services]]),
            // Compose v1 has no other form
            ...(question.form === "standalone" ? [["config"]] : [])
          ]
          for (const words of attempts) {
            const ran = yield* config(question, input, words).pipe(Effect.option)
            const answer = ran._tag === "None" ? undefined : decode(ran.value)
            if (answer !== undefined) return { _tag: "Model", config: answer, input } as const
          }
          return { _tag: "Refused", input } as const
        })
      }
    })
  )
}

/** JSON, or YAML as Compose v1 prints it. */
const decode = (ran: Ran): unknown => {
  if (ran.code !== 0) return undefined
  try {
    return ran.stdout.startsWith("{") ? JSON.parse(ran.stdout) : parse(ran.stdout)
  } catch {
    return undefined
  }
}
