/**
 * Reads a call of Compose, also where it has flags of a newer Compose than the grammar knows.
 */
import * as ComposeCommandLine from "../../argv/ComposeCommandLine.ts"
import type { Flag } from "../../argv/grammar/Grammar.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import * as Facts from "../../Facts.ts"
import * as UnknownFlags from "../UnknownFlags.ts"

/**
 * A call, and why a flag in it is not understood although Compose may have it; `undefined` where all is understood.
 *
 * @category models
 */
export interface Read {
  readonly call: ComposeCall.ComposeCall
  readonly doubt: string | undefined
}

/**
 * The call in these words.
 *
 * **Details**
 *
 * Where a flag is not known, the real Compose is asked what it takes: a flag of Compose itself, which hides the word that is
 * the command; one of a command that creates containers or builds. What Compose does not know either, it will refuse. A
 * stand-alone `docker-compose` may be a Compose v1: its version is asked.
 *
 * @category parsing
 */
export const read = (
  form: ComposeCall.Form,
  argv: ReadonlyArray<string>,
  facts: Facts.Facts
): Facts.Asked<Read> => {
  const understood = UnknownFlags.resolve(
    facts,
    form === "standalone"
      ? (learned) => ComposeCommandLine.parseStandalone(argv, learned)
      : (learned) => ComposeCommandLine.parse(argv, learned),
    (line) => line.command._tag === "Uncertain" || ComposeCall.needOf({ line }) === "model",
    (command, flag) => question(form, command, flag)
  )
  if (understood._tag === "Open") return understood
  const { doubt, line } = understood.answer
  const version = form === "standalone" && ComposeCall.needOf({ line }) !== "nothing"
    ? Facts.ask(facts, { _tag: "ComposeVersion", form, globals: [] })
    : Facts.answered({ major: 0, minor: 0 })
  return version._tag === "Open"
    ? version
    : Facts.answered({ call: { form, line, isV1: version.answer.major === 1 }, doubt })
}

/**
 * Asks for the flags that the help of one of Compose's commands lists.
 *
 * @category planning
 */
export const help = (
  form: ComposeCall.Form,
  command: ReadonlyArray<string>,
  facts: Facts.Facts
): Facts.Asked<ReadonlyArray<Flag>, Facts.Of<"CommandFlags">> => {
  const asked = Facts.ask(facts, question(form, ["compose", ...command], undefined))
  return asked._tag === "Open" ? asked : { _tag: "Answered", answer: asked.answer.flags }
}

/** `command` begins with `compose`, but for flags of docker itself before it, which docker is asked for. */
const question = (
  form: ComposeCall.Form,
  command: ReadonlyArray<string>,
  flag: string | undefined
): Facts.Of<"CommandFlags"> => ({
  _tag: "CommandFlags",
  program: form === "docker" || command.length === 0 ? "docker" : "docker-compose",
  command: form === "standalone" ? command.slice(1) : command,
  flag
})
