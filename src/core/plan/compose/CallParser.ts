/** Reads a call of Compose, also where it has flags of a newer Compose than the grammar knows. */
import * as ComposeCommandLine from "../../argv/ComposeCommandLine.ts"
import type { Flag } from "../../argv/grammar/Grammar.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import type * as Question from "../../facts/Question.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"
import * as UnknownFlags from "../UnknownFlags.ts"

/** A parsed call, and why a flag in it is unknown although Compose may have it; `undefined` if all flags are known. */
export interface Parsed {
  readonly call: ComposeCall.ComposeCall
  readonly doubt: string | undefined
}

/**
 * Parses the words of a call.
 *
 * **Details**
 *
 * If a flag is unknown, the shim asks the real Compose what it takes. It asks about flags of Compose itself, which hide the
 * word that is the command, and about flags of commands that create containers or build. If Compose does not know a flag
 * either, it will refuse it. A stand-alone `docker-compose` may be Compose v1, so the shim asks for its version.
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
