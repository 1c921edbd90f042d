/**
 * Asks what a Dockerfile of the client says.
 */
import * as MountDependence from "../syntax/dockerfile/MountDependence.ts"
import type { Kind } from "./Kind.ts"

/** The file's absolute path. */
export interface Asked {
  readonly file: string
}

/** Its text; `undefined` if it cannot be read, or is too long to be one. */
export type Answer = string | undefined

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ file }) => `what does ${file} say, and does it use cache mounts?`,
  answer: (text) => text === undefined ? "it cannot be read" : dependence[MountDependence.analyze(text, false)._tag]
}

const dependence = {
  None: "no step needs what an earlier one left in a cache mount",
  Places: "a step may need what an earlier one left in a cache mount",
  Unknown: "that cannot be told"
} as const
