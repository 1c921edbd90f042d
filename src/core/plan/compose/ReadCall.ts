/**
 * Reads a call of Compose, also where it has flags of a newer Compose than the grammar knows.
 */
import * as CommandLine from "../../argv/CommandLine.ts"
import * as ComposeCommandLine from "../../argv/ComposeCommandLine.ts"
import type { Flag } from "../../argv/grammar/Grammar.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import * as Facts from "../../Facts.ts"

/**
 * The call in these words.
 *
 * **Details**
 *
 * Where a flag is not known, the real Compose's `--help` is asked for its flags: of Compose itself, where the flag stands
 * before the command and hides which word that is; of a command that creates containers or builds. What that does not list
 * either, Compose will refuse. A stand-alone `docker-compose` may be a Compose v1: its version is asked.
 *
 * @category parsing
 * @since 0.1.0
 */
export const read = (
  form: ComposeCall.Form,
  argv: ReadonlyArray<string>,
  facts: Facts.Facts
): Facts.Asked<ComposeCall.ComposeCall> => {
  const known = parse(form, argv, [])
  const flags = known.command._tag === "Uncertain" ? help(form, [], facts) : Facts.answered([])
  if (flags._tag === "Open") return flags
  const line = understand(form, flags.answer.length === 0 ? known : parse(form, argv, flags.answer), facts)
  if (line._tag === "Open") return line
  const version = form === "standalone" && ComposeCall.needOf({ line: line.answer }) !== "nothing"
    ? Facts.ask(facts, { _tag: "ComposeVersion", program: "docker-compose" })
    : Facts.answered({ major: 0 })
  return version._tag === "Open"
    ? version
    : Facts.answered({ form, line: line.answer, isV1: version.answer.major === 1 })
}

const understand = (
  form: ComposeCall.Form,
  line: CommandLine.CommandLine,
  facts: Facts.Facts
): Facts.Asked<CommandLine.CommandLine> => {
  if (line.command._tag !== "ComposeCommand" || CommandLine.unknownFlag(line) === undefined) return Facts.answered(line)
  if (ComposeCall.needOf({ line }) !== "model") return Facts.answered(line)
  const flags = help(form, line.command.path.slice(1), facts)
  return flags._tag === "Open" ? flags : Facts.answered(CommandLine.learn(line, flags.answer))
}

const parse = (
  form: ComposeCall.Form,
  argv: ReadonlyArray<string>,
  flags: ReadonlyArray<Flag>
): CommandLine.CommandLine =>
  form === "standalone" ? ComposeCommandLine.parseStandalone(argv, flags) : ComposeCommandLine.parse(argv, flags)

/**
 * Asks for the flags that the help of Compose, or of one of its commands, lists.
 *
 * @category planning
 * @since 0.1.0
 */
export const help = (
  form: ComposeCall.Form,
  command: ReadonlyArray<string>,
  facts: Facts.Facts
): Facts.Asked<ReadonlyArray<Flag>, Facts.Of<"CommandFlags">> =>
  Facts.ask(facts, {
    _tag: "CommandFlags",
    program: form === "docker" ? "docker" : "docker-compose",
    command: form === "standalone" ? command : ["compose", ...command]
  })
