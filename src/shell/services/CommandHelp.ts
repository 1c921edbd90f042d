/**
 * Asks the real docker and Compose which flags a command has.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as path from "node:path"
import type { Flag } from "../../core/argv/grammar/Grammar.ts"
import * as Grammar from "../../core/argv/grammar/Grammar.ts"
import * as HelpText from "../../core/argv/HelpText.ts"
import type * as Question from "../../core/facts/Question.ts"
import * as FlagAnswer from "../docker/FlagAnswer.ts"
import * as RealProgram from "../docker/RealProgram.ts"
import { type Failure, message } from "../Failure.ts"
import { type ComposeCommand, ComposePrograms } from "./ComposePrograms.ts"
import { Environment } from "./Environment.ts"
import { type Memory, ProbeMemory } from "./ProbeMemory.ts"
import { ProbeRunner } from "./ProbeRunner.ts"
import { RealPrograms } from "./RealPrograms.ts"

/**
 * How long an answer may be remembered, in milliseconds: a program has other flags only if it, or the plugin that it passes the
 * command to, is another file.
 */
const longest = 30 * 24 * 3600_000

/**
 * Asks the real program which flags a command has, and whether a flag that is not among them takes a value.
 *
 * **Details**
 *
 * `docker COMMAND --help` is remembered as long as the program and its plugin are the same files, and trusted for the flags
 * that it lists. If it lacks a flag, the shim asks for the help again, because what docker lists also depends on its daemon.
 * Then it runs `COMMAND --help --flag`, which runs nothing: docker complains about a missing argument or an unknown flag, or
 * shows the help. The answer is remembered by program, plugin and flag, unless the program does not have the flag.
 *
 * **Example** (A flag that the grammar lacks)
 *
 * ```ts
 * import { CommandHelp } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const flags = Effect.flatMap(CommandHelp, (help) =>
 *   help.flags({ _tag: "CommandFlags", program: "docker", command: ["run"], flag: "--new" }))
 * ```
 * @category services
 */
export class CommandHelp extends Context.Tag("docker-shim/shell/services/CommandHelp")<CommandHelp, {
  /** The flags of a command, with the one that is asked for if the program has it. */
  readonly flags: (question: Question.Of<"CommandFlags">) => Effect.Effect<Question.Answers["CommandFlags"]>
}>() {
  static readonly make = Effect.gen(function*() {
    const { invocation } = yield* Environment
    const programs = yield* RealPrograms
    const compose = yield* ComposePrograms
    const runner = yield* ProbeRunner
    const memory = yield* ProbeMemory

    /** The program, and the words for it. `docker compose` is Compose, not docker. */
    const find = ({ command, program }: Question.Of<"CommandFlags">): Effect.Effect<ComposeCommand, Failure> =>
      command[0] === "compose" || program === "docker-compose"
        ? compose.command(
          command[0] !== "compose" ? "standalone" : program === "docker" ? "docker" : "plugin",
          []
        ).pipe(Effect.map((found) => ({
          ...found,
          args: [...found.args, ...(command[0] === "compose" ? command.slice(1) : command)]
        })))
        : programs.locate(program).pipe(Effect.map((file) => ({ file, args: command, env: { ...invocation.env } })))

    const help = ({ args, env, file }: ComposeCommand) =>
      Effect.map(runner.run({ file, args: [...args, "--help"], env }), (ran) => HelpText.parse(ran.stdout).flags)

    const arity = ({ args, env, file }: ComposeCommand, flag: string) =>
      Effect.map(runner.run({ file, args: [...args, "--help", flag], env }), (ran) => FlagAnswer.read(ran, flag))

    const flags = Effect.fnUntraced(function*(question: Question.Of<"CommandFlags">) {
      const asked = yield* find(question)
      const files = [asked.file, pluginOf(question.command, asked.env)]
      const remembered = helpMemory(files, asked.args)
      let isFresh = false
      const ask = Effect.tap(help(asked), () => Effect.sync(() => (isFresh = true)))
      const listed = yield* memory.remember(remembered, ask)
      const { flag } = question
      if (flag === undefined || Grammar.find(listed, flag) !== undefined) return known(listed)
      const askAgain = Effect.gen(function*() {
        const again = isFresh
          ? listed
          : yield* Effect.zipRight(memory.forget(remembered), memory.remember(remembered, ask))
        const found = Grammar.find(again, flag)
        return found === undefined ? yield* arity(asked, flag) : FlagAnswer.has(found)
      })
      const answer = yield* memory.remember(flagMemory(files, asked.args, flag), askAgain)
      return answer._tag === "Unanswered"
        ? { flags: listed, unanswered: answer.why }
        : known(answer._tag === "Has" ? [...listed, answer.flag] : listed)
    })

    return CommandHelp.of({
      flags: (question) =>
        flags(question).pipe(Effect.catchAll((failure) =>
          // the command itself will fail of that, with the whole message
          Effect.succeed({ flags: [], unanswered: message(failure).split("\n")[0] ?? "" })
        ))
    })
  })
}

const known = (flags: ReadonlyArray<Flag>): Question.Answers["CommandFlags"] => ({ flags, unanswered: undefined })

/** The plugin that docker hands the command to; what is asked of Compose is asked of its own file. */
const pluginOf = (command: ReadonlyArray<string>, env: NodeJS.ProcessEnv): string | undefined =>
  command.some((word) => builds.has(word))
    ? RealProgram.pluginDirectories(env).map((one) => path.join(one, "docker-buildx")).find(fs.existsSync)
    : undefined

const builds: ReadonlySet<string> = new Set(["build", "buildx", "builder"])

const helpMemory = (files: Memory<unknown>["files"], args: ReadonlyArray<string>): Memory<ReadonlyArray<Flag>> => ({
  subject: ["flags", args],
  files,
  longest,
  decode: (value) => Array.isArray(value) && value.every(FlagAnswer.isFlag) ? value : undefined,
  isWorth: (flags) => flags.length > 0
})

/** That a program does not have a flag is not remembered: docker says so itself each time. */
const flagMemory = (
  files: Memory<unknown>["files"],
  args: ReadonlyArray<string>,
  flag: string
): Memory<FlagAnswer.FlagAnswer> => ({
  subject: ["flag", args, flag],
  files,
  longest,
  decode: FlagAnswer.decode,
  isWorth: ({ _tag }) => _tag === "Has"
})
