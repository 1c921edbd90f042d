/**
 * A call of docker-shim's own command.
 */
import type { Invocation } from "../../core/Invocation.ts"

/**
 * The invocation, the shim's own file, and the words of the command that the call is about: `docker ps` for `docker-shim
 * explain --json -- docker ps`.
 */
export interface Call {
  readonly invocation: Invocation
  readonly shim: string
  readonly subject: ReadonlyArray<string>
}

/** A mistake in a call that its grammar does not catch. */
export interface UsageError {
  readonly _tag: "UsageError"
  readonly text: string
}

/** The request cannot be carried out safely, and none of it was. */
export interface Refused {
  readonly _tag: "Refused"
  readonly reasons: ReadonlyArray<string>
}

/**
 * Splits the words of a call into docker-shim's own and those of the command that it is about: the words after the first `--`,
 * or, for `explain`, from the first word that is no flag.
 */
export const split = (
  argv: ReadonlyArray<string>
): { readonly words: ReadonlyArray<string>; readonly subject: ReadonlyArray<string> } => {
  const end = argv.indexOf("--")
  const start = argv[0] === "explain" ? argv.findIndex((word, at) => at > 0 && !word.startsWith("-")) : -1
  return start > 0 && (end < 0 || start < end)
    ? { words: argv.slice(0, start), subject: argv.slice(start) }
    : end < 0
    ? { words: argv, subject: [] }
    : { words: argv.slice(0, end), subject: argv.slice(end + 1) }
}
