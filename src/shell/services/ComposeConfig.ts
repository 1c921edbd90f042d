/**
 * Asks the real Compose what a project is, and the real docker what a stack is.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { parse } from "yaml"
import type { Input } from "../../core/ExecPlan.ts"
import type * as Facts from "../../core/Facts.ts"
import { extend } from "../front/ChildProgram.ts"
import * as InputFiles from "../process/InputFiles.ts"
import { type ComposeCommand, ComposePrograms } from "./ComposePrograms.ts"
import { Environment } from "./Environment.ts"
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
 * Runs `compose config` or `docker stack config` with the user's own flags and environment. What goes wrong is a refusal:
 * the user's command then shows its own message.
 *
 * @category services
 * @since 0.1.0
 */
export class ComposeConfig extends Context.Tag("docker-shim/shell/services/ComposeConfig")<ComposeConfig, {
  readonly ask: (question: Facts.Of<"ComposeModel">) => Effect.Effect<Facts.ComposeAnswer>
  readonly askStack: (question: Facts.Of<"StackModel">) => Effect.Effect<Facts.ComposeAnswer>
}>() {
  static readonly make = Effect.gen(function*() {
    const programs = yield* ComposePrograms
    const runner = yield* ProbeRunner
    const { invocation } = yield* Environment
    const standardInput = yield* StandardInput

    /** What the program prints when it reads the same input as the user's command; nothing where it fails. */
    const model = (
      program: ComposeCommand,
      words: ReadonlyArray<string>,
      descriptors: ReadonlyArray<number>,
      input: ReadonlyArray<Input>
    ): Effect.Effect<unknown> =>
      Effect.acquireUseRelease(
        Effect.sync(() => InputFiles.open(input, invocation.env)),
        (opened) =>
          runner.run({
            file: program.file,
            args: [...program.args, ...words],
            env: program.env,
            limit: longest,
            descriptors: new Map([...InputFiles.inherited(descriptors), ...opened])
          }),
        (opened) => Effect.sync(() => InputFiles.close(opened))
      ).pipe(Effect.map(decode), Effect.orElseSucceed(() => undefined))

    return ComposeConfig.of({
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
        const program = yield* programs.command(question.form, question.globals).pipe(Effect.option)
        if (program._tag === "None") return { _tag: "Refused", input } as const
        const command = { ...program.value, env: extend(program.value.env, question.env) }
        for (const words of attempts) {
          const config = yield* model(command, [...question.flags, ...words], question.descriptors, input)
          if (config !== undefined) return { _tag: "Model", config, input } as const
        }
        return { _tag: "Refused", input } as const
      }),
      askStack: Effect.fn("ComposeConfig.askStack")(function*({ descriptors, files, globals }) {
        const input = yield* standardInput.read(descriptors)
        const docker = yield* programs.docker(globals).pipe(Effect.option)
        const words = ["stack", "config", ...files.flatMap((file) => ["--compose-file", file])]
        const config = docker._tag === "None" ? undefined : yield* model(docker.value, words, descriptors, input)
        return config === undefined ? { _tag: "Refused", input } : { _tag: "Model", config, input }
      })
    })
  })
}

/** JSON, or YAML as Compose v1 and `docker stack` print it. */
const decode = (ran: Ran): unknown => {
  if (ran.code !== 0) return undefined
  try {
    return ran.stdout.startsWith("{") ? JSON.parse(ran.stdout) : parse(ran.stdout)
  } catch {
    return undefined
  }
}
