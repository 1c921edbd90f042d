/**
 * Asks which flags the real program's `--help` of a command lists, and what a flag takes that the grammar lacks.
 */
import * as Grammar from "../argv/grammar/Grammar.ts"
import type { Program } from "../argv/Program.ts"
import type { Kind } from "./Kind.ts"

/** A command, such as `run` of `docker`. */
export interface Asked {
  readonly program: Program
  readonly command: ReadonlyArray<string>
  /** A flag such as `--resource` or `-Z`; `undefined` if only the help is asked for. */
  readonly flag: string | undefined
}

/**
 * Flags that the command has, the one that was asked about among them if the program has it. `unanswered` says why the
 * program did not tell.
 */
export interface Answer {
  readonly flags: ReadonlyArray<Grammar.Flag>
  readonly unanswered: string | undefined
}

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ command, flag, program }) =>
    flag === undefined
      ? `which flags does ${[program, ...command].join(" ")} have?`
      : `does ${[program, ...command].join(" ")} have ${flag}, and does it take a value?`,
  answer: ({ flags, unanswered }, { flag }) => {
    if (unanswered !== undefined) return `it does not say: ${unanswered}`
    if (flag === undefined) return `${flags.length}, by its --help`
    const found = Grammar.find(flags, flag)
    if (found === undefined) return "no"
    return Grammar.takesValue(found) ? "yes, and it takes a value" : "yes, and it takes none"
  }
}
