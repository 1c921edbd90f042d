/** Decides which entries, and so which blobs, collection removes from the shared cache. */
import type { CacheLimits } from "../settings/CacheLimits.ts"
import * as CacheKey from "./CacheKey.ts"
import type { Descriptor } from "./OciLayout.ts"

/**
 * An entry as collection sees it.
 *
 * **Details**
 *
 * `blobs` are all that it names. `lastUsed` is in milliseconds. A `leased` entry is one that a running
 * build reads or writes.
 */
export interface Entry {
  readonly key: string
  readonly blobs: ReadonlyArray<Pick<Descriptor, "digest">>
  readonly lastUsed: number
  readonly leased: boolean
}

/**
 * The contents of a cache. `sizes` has the size of every blob in the store, by digest, in bytes. `held` are digests that must
 * stay because running builds use them. `now` is in milliseconds, by the same clock as the entries' times. `lacking` is how
 * many bytes have to go so that the disk has room again, whatever the limits.
 */
export interface Contents {
  readonly entries: ReadonlyArray<Entry>
  readonly sizes: ReadonlyMap<string, number>
  readonly held: ReadonlySet<string>
  readonly now: number
  readonly lacking?: number
}

/**
 * An entry that collection removes, and the reason: somebody asked for it by name, nobody used it for too long, its key or
 * image has too many entries (`count`), the cache is too large, the disk is nearly full, or the cache has more entries than the
 * shim looks at (`flood`).
 */
export interface Eviction {
  readonly key: string
  readonly why: "asked" | "age" | "count" | "size" | "room" | "flood"
}

/**
 * The decision: the entries to remove, in order; the blobs that no entry names then; and the size of the other blobs, in bytes.
 */
export interface Decision {
  readonly evictions: ReadonlyArray<Eviction>
  readonly blobs: ReadonlyArray<string>
  readonly remaining: number
}

/**
 * Decides by the limits; if `keys` are given, removes just those entries.
 *
 * **Details**
 *
 * Entries unused for longer than `maxAge` go; then the least recently used until what is left fits in `maxSize`, the disk has
 * room, and no key has more than {@link maxPerKey} and no image more than {@link maxPerImage}: each `app:$SHA` makes one.
 * Leased entries stay. A blob that several entries name counts once and goes with the last of them. Takes time linear in the
 * number of references (and sorts the entries).
 */
export const decide = (contents: Contents, limits: CacheLimits, keys?: ReadonlySet<string>): Decision => {
  const references = countReferences(contents)
  const removed = new Set<string>()
  let remaining = 0
  for (const [digest, size] of contents.sizes) {
    if (references.has(digest)) remaining += size
    else removed.add(digest)
  }
  const all = [...contents.sizes.values()].reduce((sum, size) => sum + size, 0)
  const evict = (entry: Entry): void => {
    for (const digest of digestsOf(entry)) {
      const left = (references.get(digest) ?? 1) - 1
      references.set(digest, left)
      const size = contents.sizes.get(digest)
      if (left > 0 || size === undefined) continue
      removed.add(digest)
      remaining -= size
    }
  }
  const counts = countEntries(contents.entries)
  const evictions: Array<Eviction> = []
  const oldestFirst = contents.entries.filter((entry) => !entry.leased).sort((a, b) => a.lastUsed - b.lastUsed)
  for (const entry of oldestFirst) {
    const isSurplus = counts.isSurplus(entry.key)
    const room = { remaining, all, lacking: contents.lacking ?? 0 }
    const why = reason(entry, contents.now, limits, isSurplus, room, keys)
    if (why === undefined) continue
    counts.remove(entry.key)
    evict(entry)
    evictions.push({ key: entry.key, why })
  }
  return { evictions, blobs: [...removed], remaining }
}

const reason = (
  entry: Entry,
  now: number,
  limits: CacheLimits,
  isSurplus: boolean,
  { all, lacking, remaining }: { readonly all: number; readonly lacking: number; readonly remaining: number },
  keys: ReadonlySet<string> | undefined
): Eviction["why"] | undefined => {
  if (keys !== undefined) return keys.has(entry.key) ? "asked" : undefined
  if (now - entry.lastUsed > limits.maxAge * 1000) return "age"
  if (isSurplus) return "count"
  if (remaining > limits.maxSize) return "size"
  return all - remaining < lacking ? "room" : undefined
}

/** The most entries of one key. Of builds that share a name, such as branches, the last few are enough. */
export const maxPerKey = 4

/** The most entries of one image: enough for a matrix of tags and targets, and for the last days of `app:$SHA`. */
export const maxPerImage = 64

/** Counts the entries of each key and of each image, while entries are removed. */
const countEntries = (entries: ReadonlyArray<Entry>) => {
  const counts = new Map<string, number>()
  const groupsOf = (name: string): ReadonlyArray<readonly [group: string, max: number]> => {
    const groups = CacheKey.groups(name)
    return groups === undefined ? [] : [[`key ${groups.key}`, maxPerKey], [`image ${groups.image}`, maxPerImage]]
  }
  const add = (name: string, difference: number): void => {
    for (const [group] of groupsOf(name)) counts.set(group, (counts.get(group) ?? 0) + difference)
  }
  for (const { key } of entries) add(key, 1)
  return {
    isSurplus: (name: string): boolean => groupsOf(name).some(([group, max]) => (counts.get(group) ?? 0) > max),
    remove: (name: string): void => add(name, -1)
  }
}

/** How many entries name each blob; a blob that is held counts one more. */
const countReferences = ({ entries, held }: Contents): Map<string, number> => {
  const references = new Map<string, number>()
  for (const digest of held) references.set(digest, 1)
  for (const entry of entries) {
    for (const digest of digestsOf(entry)) references.set(digest, (references.get(digest) ?? 0) + 1)
  }
  return references
}

const digestsOf = ({ blobs }: Entry): ReadonlySet<string> => new Set(blobs.map(({ digest }) => digest))
