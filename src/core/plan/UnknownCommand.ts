/**
 * Says that the shim translates no path in a command that it does not know: one of a plugin's, or of a newer docker.
 */
import type { CommandLine } from "../argv/CommandLine.ts"
import * as SourceTranslation from "../paths/SourceTranslation.ts"
import * as PathOptions from "./paths/PathOptions.ts"
import * as PathTranslation from "./paths/PathTranslation.ts"
import * as Planning from "./Planning.ts"
import type { Situation } from "./Situation.ts"

/**
 * A line for each `-v`, `--volume`, `--mount` and `--device` of an unknown command whose path `docker run` would give
 * translated; nothing for any other command. `explain` lists the others as well.
 */
export const notice = (line: CommandLine, situation: Situation): Planning.Planning<undefined> =>
  Planning.run(function*() {
    const { command, tokens } = line
    const [name = ""] = command._tag === "Other" ? command.path : []
    if (name === "" || known.has(name) || !SourceTranslation.mapsPaths(situation.settings)) return undefined
    const words = pathWords(tokens.flatMap((token) => token._tag === "Rest" ? token.words : []))
    if (words.length === 0) return undefined
    const context = PathTranslation.context(situation.settings, situation.invocation.cwd)
    const why = `docker-shim does not know docker ${name}, and translates no path in it`
    return yield* PathTranslation.leave(words, why, context, situation)
  })

/** The values of options that look like those of `docker run`, up to the end of options. */
const pathWords = (words: ReadonlyArray<string>): ReadonlyArray<PathTranslation.ReadWord> => {
  const end = words.indexOf("--")
  return (end < 0 ? words : words.slice(0, end)).flatMap((word, at) => {
    const [, option = "", own] = /^(-v|--volume|--mount|--device)(?:=(.*))?$/s.exec(word) ?? []
    const name = option === "-v" ? "volume" : option.slice("--".length)
    const syntax = option === "" ? undefined : PathOptions.forCommand("run")?.get(name)
    const value = own ?? words[at + 1]
    return syntax === undefined || value === undefined
      ? []
      : [PathTranslation.read({ what: `--${name}`, value, syntax })]
  })
}

/** Docker's own commands and groups that the shim does not change (docker/cli 20.10.5 to 29.7.2). */
const known: ReadonlySet<string> = new Set(
  ("__complete __completeNoDesc attach bake builder buildx checkpoint commit completion config container context cp diff events "
    + "exec export help history image images import info inspect kill load login logout logs manifest network node pause plugin port "
    + "ps pull push rename restart rm rmi save search secret service stack stats stop swarm system tag top trust unpause update "
    + "version volume wait").split(" ")
)
