/** Corrections of facts that turn out to be wrong while a plan is carried out. */
import type { CacheEntry } from "../../core/cache/CacheDirectory.ts"
import * as Facts from "../../core/facts/Facts.ts"

/** Corrects the facts; the command is then planned again. */
export type Correction = (facts: Facts.Facts) => Facts.Facts

/** Several corrections as one. */
export const all = (corrections: ReadonlyArray<Correction>): Correction => (facts) =>
  corrections.reduce((known, correction) => correction(known), facts)

/** Nothing is imported from the cache directory, and nothing is exported to it. */
export const unusable = (why: string): Correction => (facts) =>
  Facts.reviseCacheDirectory(facts, () => ({ _tag: "Unusable", why }))

/** Nothing can be written to the cache directory. */
export const unwritable = (why: string): Correction => (facts) =>
  Facts.reviseCacheDirectory(facts, (known) => known._tag === "Usable" ? { ...known, unwritable: why } : known)

/** No build imports these entries of a directory any more. */
export const withoutEntries = (directory: string, keys: ReadonlyArray<string>): Correction => (facts) =>
  Facts.reviseCacheDirectory(facts, (known) => {
    if (known._tag !== "Usable") return known
    const entries = Object.entries(known.entries).map(([key, entry]): readonly [string, CacheEntry] => [
      key,
      directory === known.directory && keys.includes(key) ? { _tag: "Missing" } : entry
    ])
    const relatives = Object.entries(known.relatives).filter(([, place]) =>
      place.directory !== directory || !keys.includes(place.key)
    )
    return { ...known, entries: Object.fromEntries(entries), relatives: Object.fromEntries(relatives) }
  })
