/**
 * Asks what is in the shared cache directory for some builds, and whether it may be written.
 */
import type { CacheDirectory, CacheEntry, Wanted } from "../cache/CacheDirectory.ts"
import * as CacheKey from "../cache/CacheKey.ts"
import type { Kind } from "./Kind.ts"

/** The directory, and the entries that are looked for. */
export interface Asked {
  readonly directory: string
  /** More cache directories, which are only read. */
  readonly readDirectories: ReadonlyArray<string>
  readonly wanted: ReadonlyArray<Wanted>
}

/** What is there. */
export type Answer = CacheDirectory

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ directory, readDirectories, wanted }) =>
    `what is in ${[directory, ...readDirectories].join(", ")} for ${
      wanted.map(({ key }) => CacheKey.print(key)).join(", ")
    }?`,
  answer: (cache) =>
    cache._tag === "Unusable"
      ? cache.why
      : [
        ...(cache.unwritable === undefined ? [] : [cache.unwritable]),
        ...Object.entries(cache.entries).map(([key, entry]) => `${key} is ${state(entry)}`)
      ].join(", ")
}

const state = (entry: CacheEntry): string => {
  switch (entry._tag) {
    case "Missing":
      return "not there yet"
    case "Sound":
      return "sound"
    case "Damaged":
      return `damaged: ${entry.why}`
  }
}
