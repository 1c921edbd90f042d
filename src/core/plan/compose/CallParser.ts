/** Reads a call of Compose, also where it has flags of a newer Compose than the grammar knows. */
import * as ComposeCommandLine from "../../argv/ComposeCommandLine.ts"
import type { Flag } from "../../argv/grammar/Grammar.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import type * as Question from "../../facts/Question.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"
import * as UnknownFlags from "../UnknownFlags.ts"

/** A call, and why a flag in it is not understood although Compose may have it; `undefined` where all is understood. */
export interface Parsed {
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
 */
export const parse = (form: ComposeCall.Form, situation: Situation): Planning.Planning<Parsed> =>
  Planning.run(function*() {
    const { argv } = situation.invocation
    const { doubt, line } = yield* UnknownFlags.resolve(
      situation,
      form === "standalone"
        ? (learned) => ComposeCommandLine.parseStandalone(argv, learned)
        : (learned) => ComposeCommandLine.parse(argv, learned),
      (parsed) => parsed.command._tag === "Uncertain" || ComposeCall.projectDetail({ line: parsed }) === "model",
      (command, flag) => question(form, command, flag)
    )
    const isV1 = form === "standalone" && ComposeCall.projectDetail({ line }) !== "nothing"
      && (yield* Planning.ask(situation, { _tag: "ComposeVersion", form, globals: [] })).major === 1
    return { call: { form, line, isV1 }, doubt }
  })

/** The flags that the help of one of Compose's commands lists. */
export const flagsOf = (
  form: ComposeCall.Form,
  command: ReadonlyArray<string>,
  situation: Situation
): Planning.Planning<ReadonlyArray<Flag>> =>
  Planning.map(Planning.ask(situation, question(form, ["compose", ...command], undefined)), ({ flags }) => flags)

/** `command` begins with `compose`, but for flags of docker itself before it, which docker is asked for. */
const question = (
  form: ComposeCall.Form,
  command: ReadonlyArray<string>,
  flag: string | undefined
): Question.Of<"CommandFlags"> => ({
  _tag: "CommandFlags",
  program: form === "docker" || command.length === 0 ? "docker" : "docker-compose",
  command: form === "standalone" ? command.slice(1) : command,
  flag
})
