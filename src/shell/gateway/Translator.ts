/**
 * What is done with the requests that hold paths of the daemon's.
 */

/**
 * What a gateway does with the body of a request that holds paths.
 *
 * **Details**
 *
 * `translates` tells by method and request target whether a request is one of those; `translate` gives its new body.
 *
 * @category models
 */
export interface Translator {
  readonly translates: (method: string, target: string) => boolean
  readonly translate: (method: string, target: string, body: string) => string
}

/** A body that holds paths and is larger than any client's is not translated, and a line says so. */
export const maxBody = 16 << 20
