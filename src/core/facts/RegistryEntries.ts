/**
 * Asks which entries of some builds are in a registry.
 */
import type { RegistryEntry } from "../cache/RegistryEntry.ts"
import type { Kind } from "./Kind.ts"

/** The references of each build, the nearest first; docker's global flags, and environment that the plan adds. */
export interface Asked {
  readonly builds: ReadonlyArray<ReadonlyArray<string>>
  readonly globals: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string | null>>
}

/** The first that is there of each build, in the order of the builds. */
export type Answer = ReadonlyArray<RegistryEntry>

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ builds }) => `which of ${builds.flat().join(", ")} is in its registry?`,
  answer: (entries) =>
    entries.map((entry) =>
      entry._tag === "Found" ? entry.reference : entry._tag === "None" ? "none" : `that is not known: ${entry.why}`
    ).join(", ")
}
