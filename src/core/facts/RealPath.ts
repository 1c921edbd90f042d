/**
 * Asks what an absolute path resolves to in the client's file system.
 */
import type { RealPath } from "../paths/SourceTranslation.ts"
import type { Kind } from "./Kind.ts"

/** An absolute path. */
export interface Asked {
  readonly path: string
}

/** Where it leads. */
export type Answer = RealPath

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ path }) => `where does ${path} lead?`,
  answer: ({ exists, resolved }) => exists ? resolved : `${resolved} (which does not exist)`
}
