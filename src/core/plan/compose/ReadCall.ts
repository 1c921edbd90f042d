/**
 * Reads a call of Compose, also where it has flags of a newer Compose than the grammar knows.
 */
import * as CommandLine from "../../CommandLine.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import * as ComposeCommandLine from "../../ComposeCommandLine.ts"
import * as Facts from "../../Facts.ts"
import type { Flag } from "../../grammar/Grammar.ts"

/**
 * The call in these words.
 *
 * **Details**
 *
 * Where a flag is not known, the real Compose's `--help` is asked for its flags: of Compose itself, where the flag stands
 * before the command and hides which word that is; of a command that creates containers or builds. What that does not list
 * either, Compose will refuse.
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
  if (known.command._tag !== "Uncertain") return understand({ form, line: known }, facts)
  const flags = help(form, [], facts)
  return flags._tag === "Open" ? flags : understand({ form, line: parse(form, argv, flags.answer) }, facts)
}

const understand = (call: ComposeCall.ComposeCall, facts: Facts.Facts): Facts.Asked<ComposeCall.ComposeCall> => {
  const { form, line } = call
  if (line.command._tag !== "ComposeCommand" || CommandLine.unknownFlag(line) === undefined) return Facts.answered(call)
  if (ComposeCall.needOf(call) !== "model") return Facts.answered(call)
  const flags = help(form, line.command.path.slice(1), facts)
  return flags._tag === "Open"
    ? flags
    : Facts.answered({ form, line: CommandLine.learn(line, flags.answer) })
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
