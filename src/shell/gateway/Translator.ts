/**
 * What is done with the requests that hold paths of the daemon's.
 */

/**
 * A new body, and a new target where the request's has paths too; or why the request must not be sent, as a clause about its body
 * or another part: `it is nested more than 1000 levels deep`.
 */
export type Outcome =
  | { readonly _tag: "Body"; readonly body: string; readonly target?: string }
  | { readonly _tag: "Refused"; readonly why: string; readonly part?: "query" | "body" }

/**
 * What a gateway does with a request that holds paths.
 *
 * **Details**
 *
 * `translates` tells by method and request target whether a request is one of those; `translate` gives the new ones, and may
 * have to ask the daemon for its mappings first.
 */
export interface Translator {
  readonly translates: (method: string, target: string) => boolean
  readonly translate: (method: string, target: string, body: string) => Outcome | Promise<Outcome>
}

/** A body that holds paths and is larger than any client's is refused: nobody would see that its mounts are empty. */
export const maxBody = 16 << 20
