/**
 * Calls of the system whose failure means that there is nothing.
 */

/** What the call gives; `undefined` if it throws. */
export const attempt = <A>(call: () => A): A | undefined => {
  try {
    return call()
  } catch {
    return undefined
  }
}
