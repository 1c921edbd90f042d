/**
 * A call of docker-shim's own command.
 */
import type { Invocation } from "../../core/Invocation.ts"

/**
 * The invocation, the shim's own file, and the words of the command that the call is about: for
 * `docker-shim explain --json -- docker ps`, `docker ps`.
 */
export interface Call {
  readonly invocation: Invocation
  readonly shim: string
  readonly subject: ReadonlyArray<string>
}

/** A mistake in a call that its grammar allows. */
export interface UsageError {
  readonly _tag: "UsageError"
  readonly text: string
}

/** What was asked for cannot be done safely, and nothing of it was. */
export interface Refused {
  readonly _tag: "Refused"
  readonly reasons: ReadonlyArray<string>
}

/**
 * Splits the words of a call into docker-shim's own and those that it is about: what follows the first `--`, or for
 * `explain` the first word that is no flag.
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
