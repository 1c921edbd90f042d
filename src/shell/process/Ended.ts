/**
 * How a program ended: with a status, or by a signal. A result, not an error.
 * @module
 */

/**
 * How a child process ended, such as status 1 or the signal `SIGTERM`. `isInterrupted`: it failed after a signal came for it.
 * @category models
 */
export type Ended =
  | { readonly _tag: "Exited"; readonly code: number; readonly isInterrupted?: boolean }
  | { readonly _tag: "Signaled"; readonly signal: NodeJS.Signals }

/**
 * Whether a program failed, other than by a signal from the user.
 *
 * **Example** (A status for the caller)
 *
 * ```ts
 * import { Ended } from "docker-shim/shell"
 *
 * const ended: Ended.Ended = { _tag: "Exited", code: 1 }
 *
 * process.exitCode = Ended.isFailure(ended) ? Ended.shimFailure : 0
 * ```
 */
export const isFailure = (ended: Ended): boolean =>
  ended._tag === "Exited" && ended.code !== 0 && ended.isInterrupted !== true

/**
 * The status of the shim's own failures: a wrong setting, recursion, a plan that could not be carried out. docker's own code
 * for such cases.
 */
export const shimFailure = 125

/** The status if the real program was found but cannot run. */
export const notRunnable = 126

/** The status if the real program was not found. */
export const notFound = 127
