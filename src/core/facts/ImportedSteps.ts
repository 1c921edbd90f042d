/**
 * Asks which steps that fill cache mounts were imported to a daemon, and never ran there.
 */
import type { Kind } from "./Kind.ts"

/** The endpoint in the environment, such as `unix:///run/docker.sock`. */
export interface Asked {
  readonly endpoint: string
}

/** Digests of their commands (`StepRefresh.digestOf`). */
export type Answer = ReadonlyArray<string>

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: () => "which steps that fill cache mounts were imported, and never ran here?",
  answer: (steps) => steps.length === 0 ? "none" : `${steps.length} of earlier builds`
}
