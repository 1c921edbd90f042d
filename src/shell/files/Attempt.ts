/**
 * Calls whose failure means that there is nothing: no file, no answer.
 */

/** What the call gives; `undefined` if it throws. */
export const attempt = <A>(call: () => A): A | undefined => {
  try {
    return call()
  } catch {
    return undefined
  }
}
