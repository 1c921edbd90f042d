/**
 * The shim's own command, `docker-shim`.
 */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as ValidationError from "@effect/cli/ValidationError"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type { Invocation } from "../../core/Invocation.ts"
import * as Printable from "../../core/syntax/Printable.ts"
import * as Misspelling from "../doctor/Misspelling.ts"
import { type Failure } from "../Failure.ts"
import * as FastPath from "../fast-path/FastPath.ts"
import * as Reporter from "../fast-path/Reporter.ts"
import * as Memory from "../process/Memory.ts"
import * as Version from "../Version.ts"
import * as CacheCommand from "./cache/CacheCommand.ts"
import * as Call from "./Call.ts"
import * as CommandPage from "./CommandPage.ts"
import * as CompletionCommand from "./CompletionCommand.ts"
import * as DoctorCommand from "./DoctorCommand.ts"
import * as ExplainCommand from "./ExplainCommand.ts"
import * as GatewayCommand from "./GatewayCommand.ts"
import * as InstallCommand from "./InstallCommand.ts"
import * as MountsCommand from "./MountsCommand.ts"
import { Output } from "./Output.ts"
import * as Terminal from "./Terminal.ts"
import * as VersionCommand from "./VersionCommand.ts"

/** The exit status for a wrong command line; docker's is the same. */
const usageStatus = 125

/** Every command, once: its page and what runs. */
const commands = [
  ExplainCommand,
  DoctorCommand,
  CacheCommand,
  MountsCommand,
  GatewayCommand,
  { page: InstallCommand.page, make: InstallCommand.make },
  { page: InstallCommand.uninstallPage, make: InstallCommand.makeUninstall },
  { page: CompletionCommand.page, make: () => CompletionCommand.make(root) },
  VersionCommand
] as const

/** The page of `docker-shim` itself. */
export const root: CommandPage.CommandPage = {
  name: "docker-shim",
  words: "COMMAND",
  summary: "Run in front of docker and docker compose: translate paths, share the build cache, name Compose projects",
  options: [{ name: "version", text: "Show the version" }],
  commands: commands.map(({ page }) => page)
}

/**
 * Runs `docker-shim` with the words of the invocation, and sets the exit status.
 *
 * **Details**
 *
 * The words after the first `--` are another command, and never parsed as flags of docker-shim. Help is printed from the pages,
 * in docker's form; `@effect/cli` does everything else.
 */
export const main = (invocation: Invocation, shim: string): void => {
  const { subject, words } = Call.split(invocation.argv)
  const named = words[0] === "help" ? words.slice(1) : words
  const path = CommandPage.find(root, named)
  const stray = named[path.length - 1]
  const terminal = Terminal.detect(process.stdout, invocation.env)
  if (isVersion(words)) return print(Terminal.sentences(terminal, [VersionCommand.text]))
  if (isGroup(path) && stray !== undefined && !isHelpFlag(stray)) return failUsage(path, unknown(path, stray))
  if (isGroup(path) || words[0] === "help" || words.some(isHelpFlag)) {
    return print(CommandPage.print(path, terminal))
  }
  if (path.some(({ name }) => readers.has(name))) Memory.keepOldSmall()
  const call: Call.Call = { invocation, shim, subject }
  const program = Command.run(commandOf(call), { name: "docker-shim", version: Version.version })
  const layer = Layer.mergeAll(NodeContext.layer, cliConfig, Output.layer(invocation.env))
  const run = program(["node", "docker-shim", ...words]).pipe(Effect.provide(layer), withoutErrors)
  void Effect.runPromiseExit(run).then((exit) => {
    if (Exit.isFailure(exit)) fail(path, Cause.squash(exit.cause))
  })
}

/** The commands that read everything in the cache, whatever others put there. */
const readers: ReadonlySet<string> = new Set([CacheCommand.page.name, DoctorCommand.page.name])

const commandOf = (call: Call.Call) =>
  Command.make(root.name).pipe(
    Command.withDescription(root.summary),
    Command.withSubcommands(Arr.map(commands, ({ make }) => make(call)))
  )

/** The message for a word that names no command, with the command that it may be meant for. */
const unknown = (path: ReadonlyArray<CommandPage.CommandPage>, word: string): string => {
  const names = (path.at(-1)?.commands ?? []).map(({ name }) => name)
  const meant = Misspelling.nearest(word, names, Math.min(3, Math.floor(word.length / 2)))
  return word.startsWith("-")
    ? `unknown option: ${word}`
    : `unknown command: ${word}${meant === undefined ? "" : `; did you mean ${meant}?`}`
}

const cliConfig = CliConfig.layer({ showBuiltIns: false, isCaseSensitive: true })

/** Silences the errors of `@effect/cli`: `fail` prints them, in docker's form. */
const withoutErrors = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.consoleWith((console) => Effect.withConsole(effect, { ...console, error: () => Effect.void }))

const isVersion = ([first]: ReadonlyArray<string>): boolean => first === "--version" || first === "-v"

const isGroup = (path: ReadonlyArray<CommandPage.CommandPage>): boolean => path.at(-1)?.commands !== undefined

const isHelpFlag = (word: string): boolean => word === "--help" || word === "-h"

const print = (text: string): void => void process.stdout.write(text)

const fail = (path: ReadonlyArray<CommandPage.CommandPage>, error: unknown): void => {
  if (ValidationError.isValidationError(error)) {
    return failUsage(path, Terminal.undress(HelpDoc.toAnsiText(error.error)).trim())
  }
  if (!isOurs(error)) return FastPath.fail({ _tag: "Defect", cause: error })
  if (error._tag === "UsageError") return failUsage(path, error.text)
  if (error._tag === "Refused") return say(path, error.reasons)
  FastPath.fail(error)
}

const say = (path: ReadonlyArray<CommandPage.CommandPage>, lines: ReadonlyArray<string>): void => {
  const name = path.map((one) => one.name).join(" ")
  for (const line of lines) Reporter.write(Printable.lines(line), name)
  process.exitCode = usageStatus
}

const failUsage = (path: ReadonlyArray<CommandPage.CommandPage>, text: string): void =>
  say(path, [`${text}\n\nRun '${path.map((one) => one.name).join(" ")} --help' for more information`])

const isOurs = (error: unknown): error is Failure | Call.UsageError | Call.Refused =>
  typeof error === "object" && error !== null && "_tag" in error && !(error instanceof Error)
