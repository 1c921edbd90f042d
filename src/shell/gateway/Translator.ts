/**
 * Translates requests that hold paths of the daemon's.
 */

/**
 * A new body, and a new target if the request's has paths too. Or why the request must not be sent, as a clause: `it is nested
 * more than 1000 levels deep`.
 */
export type Outcome =
  | { readonly _tag: "Body"; readonly body: string; readonly target?: string }
  | { readonly _tag: "Refused"; readonly why: string; readonly part?: "query" | "body" }

/**
 * The gateway's translation.
 *
 * **Details**
 *
 * `translates` tells by method and target whether a request can hold paths. `translate` gives its new target and body, and may
 * ask the daemon for its mappings first.
 */
export interface Translator {
  readonly translates: (method: string, target: string) => boolean
  readonly translate: (method: string, target: string, body: string) => Outcome | Promise<Outcome>
}

/** A body that holds paths and is larger than any client's is refused: nobody would see that its mounts are empty. */
export const maxBody = 16 << 20
