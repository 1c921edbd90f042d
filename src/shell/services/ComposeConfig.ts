/** Asks the real Compose for a project's model, and the real docker for a stack's. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { parse } from "yaml"
import * as ComposeModel from "../../core/compose/ComposeModel.ts"
import * as EmptyLists from "../../core/compose/EmptyLists.ts"
import * as PlannedModel from "../../core/compose/PlannedModel.ts"
import type { Input } from "../../core/ExecPlan.ts"
import type * as Question from "../../core/facts/Question.ts"
import type { Env } from "../../core/Invocation.ts"
import * as ComposeFileSearch from "../compose/ComposeFileSearch.ts"
import * as EmptyListSearch from "../compose/EmptyListSearch.ts"
import * as ModelMemory from "../compose/ModelMemory.ts"
import { extend } from "../fast-path/ChildProgram.ts"
import * as Sha256 from "../files/Sha256.ts"
import * as InputFiles from "../process/InputFiles.ts"
import { type ComposeCommand, ComposePrograms } from "./ComposePrograms.ts"
import { Environment } from "./Environment.ts"
import { ProbeRunner, type Ran } from "./ProbeRunner.ts"
import { StandardInput } from "./StandardInput.ts"

/**
 * `--no-normalize` keeps the targets of mounts as they are written: 2.40 finds the entry that an override replaces by
 * `/app/` and not by `/app`, if it is an object's (run). On its own it makes Compose refuse projects that `up` accepts: the
 * network `default` is declared only when the model is normalized (2.26, 2.40 and 5.5, run). So the check is left out; the
 * user's command makes it.
 */
const asWritten = ["--no-normalize", "--no-consistency"]

/** Compose may fetch included files from a network. */
const longest = Duration.seconds(60)

/**
 * Runs `compose config` or `docker stack config` with the user's own flags and environment. Any failure is a refusal: the
 * user's command then shows its own message.
 *
 * **Example** (A fake that knows no project)
 *
 * ```ts
 * import { ComposeConfig } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const refused = { _tag: "Refused", input: [], why: "Compose was not found" } as const
 *
 * const fake = ComposeConfig.of({
 *   ask: () => Effect.succeed(refused),
 *   askStack: () => Effect.succeed(refused),
 *   remember: Effect.void
 * })
 * ```
 * @category services
 */
export class ComposeConfig extends Context.Tag("docker-shim/shell/services/ComposeConfig")<ComposeConfig, {
  /** Compose's model of a project, from memory if nothing changed. */
  readonly ask: (question: Question.Of<"ComposeModel">) => Effect.Effect<Question.Answers["ComposeModel"]>
  /** Remembers the answers given so far. After the user's command, so that it does not wait. */
  readonly remember: Effect.Effect<void>
  /** docker's model of a stack. */
  readonly askStack: (question: Question.Of<"StackModel">) => Effect.Effect<Question.Answers["ComposeModel"]>
}>() {
  static readonly make = Effect.gen(function*() {
    const programs = yield* ComposePrograms
    const runner = yield* ProbeRunner
    const standardInput = yield* StandardInput
    const { invocation } = yield* Environment
    const given: Array<{ readonly asked: ModelMemory.Asked; readonly model: unknown; readonly at: number }> = []

    return ComposeConfig.of({
      ask: Effect.fnUntraced(function*(question) {
        const input = yield* standardInput.read(question.descriptors)
        const program = yield* programs.command(question.form, question.globals).pipe(Effect.option)
        if (program._tag === "None") return { _tag: "Refused", input, why: "Compose was not found" } as const
        const command = { ...program.value, env: extend(program.value.env, question.env) }
        const asked = ModelMemory.asked(question, program.value, invocation.cwd)
        const kept = asked === undefined ? undefined : ModelMemory.recall(asked)
        if (kept !== undefined) return { _tag: "Model", config: kept.model, input } as const
        const at = yield* Clock.currentTimeMillis
        let why = ""
        for (const attempt of attemptsOf(question)) {
          const printed = yield* Effect.forEach(
            attempt,
            (words) =>
              model(runner, invocation.env, command, [...question.flags, ...words], question.descriptors, input)
          )
          const found = printed.flatMap((one) => "config" in one ? [one.config] : [])
          if (found.length > 0) {
            const config = PlannedModel.trim(ComposeModel.join(found), emptyLists(question), Sha256.hex)
            if (asked !== undefined && !EmptyLists.haveVariables(ComposeModel.decode(config))) {
              given.push({ asked, model: config, at })
            }
            return { _tag: "Model", config, input } as const
          }
          for (const one of printed) if ("why" in one) why ||= one.why
        }
        return { _tag: "Refused", input, why } as const
      }),
      remember: Effect.sync(() => {
        for (const { asked, at, model } of given.splice(0)) ModelMemory.keep(asked, model, at)
      }),
      askStack: Effect.fnUntraced(function*({ descriptors, files, globals }) {
        const input = yield* standardInput.read(descriptors)
        const docker = yield* programs.docker(globals).pipe(Effect.option)
        const words = ["stack", "config", ...files.flatMap((file) => ["--compose-file", file])]
        const printed = docker._tag === "None"
          ? { why: "docker was not found" }
          : yield* model(runner, invocation.env, docker.value, words, descriptors, input)
        return "config" in printed
          ? { _tag: "Model", config: printed.config, input }
          : { _tag: "Refused", input, why: printed.why }
      })
    })
  })
}

/** Where the files of a project may have empty lists; what is read from elsewhere may have any. */
const emptyLists = ({ search }: Question.Of<"ComposeModel">): EmptyLists.Sources => {
  if (search === undefined) return EmptyLists.unknown
  const { directory, files } = ComposeFileSearch.locate(search)
  return files.length === 0 ? EmptyLists.unknown : EmptyListSearch.search(files, directory)
}

/** What the program prints when it reads the same input as the user's command, or why it prints no model. */
const model = (
  runner: Context.Tag.Service<ProbeRunner>,
  env: Env,
  program: ComposeCommand,
  words: ReadonlyArray<string>,
  descriptors: ReadonlyArray<number>,
  input: ReadonlyArray<Input>
): Effect.Effect<Printed> =>
  Effect.acquireUseRelease(
    Effect.sync(() => InputFiles.open(input, env)),
    (opened) =>
      runner.run({
        file: program.file,
        args: [...program.args, ...words],
        env: program.env,
        limit: longest,
        descriptors: new Map([...InputFiles.inherited(descriptors), ...opened])
      }),
    (opened) => Effect.sync(() => InputFiles.close(opened))
  ).pipe(
    Effect.map(decode),
    Effect.catchAllDefect((defect) => Effect.succeed({ why: String(defect) }))
  )

/**
 * What to ask, each with the words of one or more calls whose answers together are the model.
 *
 * **Details**
 *
 * With all profiles at first. Compose may refuse a service of a profile that is not in use. Then the user's own profiles are
 * asked for, and the named services, which may be of another profile; the services that those need may be in the first
 * answer only, because `config SERVICE` follows `depends_on` and nothing else before it normalizes. A Compose without these
 * flags gets plain `config`, and a Compose v1 the only form that it knows.
 */
const attemptsOf = (
  { form, profiles, services }: Question.Of<"ComposeModel">
): ReadonlyArray<ReadonlyArray<ReadonlyArray<string>>> => {
  const printed = ["config", "--format", "json"]
  const plain = form === "standalone" ? [[["config"]]] : []
  if (profiles === "own") return [[printed], ...plain]
  return [
    [["--profile", "*", ...printed, ...asWritten]],
    [[...printed, ...asWritten], ...(services.length === 0 ? [] : [[...printed, ...asWritten, ...services]])],
    [[...printed, ...services]],
    ...plain
  ]
}

type Printed = { readonly config: unknown } | { readonly why: string }

/** JSON, or YAML as Compose v1 and `docker stack` print it. */
const decode = (ran: Ran): Printed => {
  if (ran.code !== 0) return { why: lastLine(ran.stderr) }
  try {
    // not `JsonObject.parse`: what is wrong with it is told
    return { config: ran.stdout.startsWith("{") ? JSON.parse(ran.stdout) : parse(ran.stdout) }
  } catch (error) {
    return {
      why: `what it printed cannot be read: ${error instanceof Error ? lastLine(error.message) : String(error)}`
    }
  }
}

/** The line that says what is wrong, which comes after warnings, without control characters. */
const lastLine = (text: string): string =>
  (text.trim().split("\n").at(-1) ?? "").replace(/\p{Cc}+/gu, " ").slice(0, 300)
