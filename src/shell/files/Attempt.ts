/**
 * Calls of the system whose failure means that there is nothing.
 */

/**
 * What the call gives; `undefined` where it throws.
 *
 * @category running
 * @since 0.1.0
 */
export const attempt = <A>(call: () => A): A | undefined => {
  try {
    return call()
  } catch {
    return undefined
  }
}
