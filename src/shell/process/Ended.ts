/**
 * How a program ended: by itself with a status, or by a signal. A result, not an error.
 */

/**
 * How a child process ended, such as status 1 or the signal `SIGTERM`.
 *
 * @category models
 * @since 0.1.0
 */
export type Ended =
  | { readonly _tag: "Exited"; readonly code: number }
  | { readonly _tag: "Signaled"; readonly signal: NodeJS.Signals }

/** The shim's own failures: a wrong setting, recursion, a plan that could not be carried out. Docker's own code for it. */
export const shimFailure = 125

/** The real program was found and cannot be run. */
export const notRunnable = 126

/** The real program was not found. */
export const notFound = 127
