/**
 * Asks what is in a context, as far as a build can read it.
 */
import type { Kind } from "./Kind.ts"

/** The context's directory. */
export interface Asked {
  readonly directory: string
  /** Absolute; `undefined` if it is no file. */
  readonly dockerfile: string | undefined
}

/** A digest; `undefined` if there is none, or it would take too long. */
export type Answer = string | undefined

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ directory }) => `what can a build read in ${directory}?`,
  answer: (digest) => digest === undefined ? "that cannot be told, or not cheaply" : `files with the digest ${digest}`
}
