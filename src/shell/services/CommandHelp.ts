/**
 * Asks the real docker and Compose which flags a command has.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Flag } from "../../core/argv/grammar/Grammar.ts"
import * as HelpText from "../../core/argv/HelpText.ts"
import type * as Facts from "../../core/Facts.ts"
import type { Failure } from "../Failure.ts"
import { type ComposeCommand, ComposePrograms } from "./ComposePrograms.ts"
import { Environment } from "./Environment.ts"
import { type Memory, ProbeMemory } from "./ProbeMemory.ts"
import { ProbeRunner } from "./ProbeRunner.ts"
import { RealPrograms } from "./RealPrograms.ts"

/** A program has other flags only when it is another file. */
const longest = 30 * 24 * 3600_000

/**
 * Reads `docker COMMAND --help`, and remembers it as long as the program is the same. Where that cannot be had, nothing is
 * known of the command's flags.
 *
 * @category services
 * @since 0.1.0
 */
export class CommandHelp extends Context.Tag("docker-shim/shell/services/CommandHelp")<CommandHelp, {
  readonly flags: (question: Facts.Of<"CommandFlags">) => Effect.Effect<ReadonlyArray<Flag>>
}>() {
  static readonly make = Effect.gen(function*() {
    const { invocation } = yield* Environment
    const programs = yield* RealPrograms
    const compose = yield* ComposePrograms
    const runner = yield* ProbeRunner
    const memory = yield* ProbeMemory

    /** The program, and the words for it. `docker compose` is Compose, not docker. */
    const find = ({ command, program }: Facts.Of<"CommandFlags">): Effect.Effect<ComposeCommand, Failure> =>
      command[0] === "compose" || program === "docker-compose"
        ? compose.command(
          command[0] !== "compose" ? "standalone" : program === "docker" ? "docker" : "plugin",
          []
        ).pipe(Effect.map((found) => ({
          ...found,
          args: [...found.args, ...(command[0] === "compose" ? command.slice(1) : command)]
        })))
        : programs.locate(program).pipe(Effect.map((file) => ({ file, args: command, env: { ...invocation.env } })))

    return CommandHelp.of({
      flags: (question) =>
        find(question).pipe(
          Effect.flatMap(({ args, env, file }) =>
            memory.remember(
              memoryOf(file, args),
              runner.run({ file, args: [...args, "--help"], env }).pipe(
                Effect.map((ran) => HelpText.parse(ran.stdout).flags)
              )
            )
          ),
          Effect.orElseSucceed(() => [])
        )
    })
  })
}

const memoryOf = (file: string, args: ReadonlyArray<string>): Memory<ReadonlyArray<Flag>> => ({
  subject: ["flags", args],
  files: [file],
  longest,
  decode: (value) => Array.isArray(value) && value.every(isFlag) ? value : undefined,
  isWorth: (flags) => flags.length > 0
})

const isFlag = (value: unknown): value is Flag =>
  typeof value === "object" && value !== null && "name" in value && "shorthand" in value && "arity" in value
