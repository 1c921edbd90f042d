/**
 * Asks which override files of earlier commands are in a directory.
 */
import type { KeptOverride } from "../compose/KeptOverride.ts"
import type { Kind } from "./Kind.ts"

/** The directory. */
export interface Asked {
  readonly directory: string
}

/** The files. */
export type Answer = ReadonlyArray<KeptOverride>

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ directory }) => `which override files of earlier commands are in ${directory}?`,
  answer: (kept) => kept.length === 0 ? "none" : kept.map(({ file }) => file).join(", ")
}
