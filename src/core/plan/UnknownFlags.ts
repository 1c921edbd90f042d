/**
 * Reads command lines with flags that the grammar does not have: those of a newer docker, Buildx or Compose, and hidden
 * ones. The real program is asked what each takes, so that a new release of docker needs none of the shim's.
 */
import * as CommandLine from "../argv/CommandLine.ts"
import * as Grammar from "../argv/grammar/Grammar.ts"
import type * as Question from "../facts/Question.ts"
import * as Planning from "./Planning.ts"
import type { Situation } from "./Situation.ts"

/**
 * A line, and why a flag in it is still unknown although the real program may have it; `undefined` if all flags are known, or
 * the program itself refuses the flag.
 */
export interface Understood {
  readonly line: CommandLine.CommandLine
  readonly doubt: string | undefined
}

/**
 * Parses the line, and again with each flag that the program says it has, until nothing is unknown.
 *
 * **Details**
 *
 * `parse` reads the words with more flags; `concerns` says whether the shim would change the command at all; `question`
 * asks for the flags of a command. Ends, as every flag is asked for once.
 */
export const resolve = (
  { facts }: Pick<Situation, "facts">,
  parse: (learned: CommandLine.Learned) => CommandLine.CommandLine,
  concerns: (line: CommandLine.CommandLine) => boolean,
  question: (command: ReadonlyArray<string>, flag: string) => Question.Of<"CommandFlags">
): Planning.Planning<Understood> =>
  Planning.run(function*() {
    const learned = new Map<string, ReadonlyArray<Grammar.Flag>>()
    for (;;) {
      const line = parse(learned.size === 0 ? CommandLine.nothingLearned : (path) => learned.get(path.join(" ")) ?? [])
      const unknown = CommandLine.unknown(line)
      if (unknown === undefined || !isFlag(unknown.flag) || !concerns(line)) return { line, doubt: undefined }
      const { flags, unanswered } = yield* Planning.ask({ facts }, question(unknown.path, unknown.flag))
      const name = unknown.path.join(" ")
      const known = learned.get(name) ?? []
      if (Grammar.find(flags, unknown.flag) === undefined || Grammar.find(known, unknown.flag) !== undefined) {
        const doubt = unanswered === undefined ? undefined : `unknown flag ${unknown.flag} (${unanswered})`
        return { line, doubt }
      }
      learned.set(name, [...known, ...flags])
    }
  })

/** A notice that a flag is unknown, and what the user loses by that. */
export const notice = (doubt: string | undefined): Planning.Planning<undefined> =>
  Planning.gain(
    doubt === undefined ? {} : { notices: [{ text: `${doubt}: the rest of the command is passed through unchanged` }] }
  )

/** Whether pflag could take the word for a flag: `--name` or `-x`, not `--=x` or `---x`, which docker refuses. */
const isFlag = (word: string): boolean => /^(?:--[^-=]|-[^-=]$)/.test(word)
