/** Reads everything in the shared cache directory, in one go. */
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import type { Descriptor } from "../../core/cache/OciLayout.ts"
import * as ChangeTime from "../files/ChangeTime.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CacheLease from "./CacheLease.ts"
import * as CachePlace from "./CachePlace.ts"

/**
 * One key's entry. `lastUsed` is in milliseconds; `uses` counts the builds that used it, as far as known. An `Absent` graph
 * belongs to a key for which nothing was published yet.
 */
export interface SurveyedEntry {
  readonly key: string
  readonly graph: CacheGraph.CacheGraph
  readonly lastUsed: number
  readonly uses: number
}

/**
 * A blob of the store: bytes, and when it got there, in milliseconds of the file system's clock. `occupied` are the bytes that
 * it takes of the disk, which are fewer if it has holes: anybody can make a file of a terabyte that takes no space.
 */
export interface StoredBlob {
  readonly size: number
  readonly occupied: number
  readonly since: number
}

/**
 * What is in a cache directory.
 *
 * **Details**
 *
 * `strangers` are names in the directory that are no entries. `now` is the file system's time at the start.
 */
export interface CacheSurvey {
  readonly now: number
  readonly entries: ReadonlyArray<SurveyedEntry>
  readonly strangers: ReadonlyArray<string>
  readonly blobs: ReadonlyMap<string, StoredBlob>
  readonly leases: ReadonlyArray<CacheLease.CacheLease>
}

/**
 * Reads a cache directory. Throws the system's error if something in it cannot be read; an entry that cannot be read is
 * `Unreadable`.
 */
export const read = (cache: CachePlace.Cache, now: number): CacheSurvey =>
  CachePlace.use(cache, (root) => {
    const names = SharedDirectory.list(root).filter((name) => !name.startsWith("."))
    const leases = CacheLease.list(root)
    const listed = readBlobs(root)
    const kinds = new Map(names.map((name) => [name, SharedDirectory.status(root, name)?.isDirectory()]))
    const share = sharing()
    const entries = names.filter((name) => kinds.get(name) === true).map((key) => {
      const entry = readEntry(root, key, listed, now)
      return { ...entry, graph: share(entry.graph) }
    })
    return {
      now,
      leases,
      entries,
      blobs: withPublished(root, listed, entries),
      strangers: names.filter((name) => kinds.get(name) === false)
    }
  })

/** The blobs of an entry; none if it cannot be imported. */
export const blobsOf = (graph: CacheGraph.CacheGraph): ReadonlyArray<Descriptor> =>
  graph._tag === "Whole" ? graph.blobs : []

/** The digests of all blobs that entries name. */
export const named = (entries: ReadonlyArray<SurveyedEntry>): ReadonlySet<string> => {
  const digests = new Set<string>()
  for (const { graph } of entries) for (const { digest } of blobsOf(graph)) digests.add(digest)
  return digests
}

/**
 * Gives each blob one descriptor, however often entries name it: else two hundred documents that name the same nine thousand
 * blobs take a gigabyte.
 */
const sharing = (): (graph: CacheGraph.CacheGraph) => CacheGraph.CacheGraph => {
  const known = new Map<string, Descriptor>()
  return (graph) => {
    if (graph._tag !== "Whole") return graph
    const blobs = new Map<string, Descriptor>()
    for (const blob of graph.blobs) {
      const one = known.get(blob.digest) ?? blob
      known.set(one.digest, one)
      blobs.set(one.digest, one)
    }
    return { ...graph, blobs: [...blobs.values()] }
  }
}

const readEntry = (
  root: SharedDirectory.SharedDirectory,
  key: string,
  listed: ReadonlyMap<string, StoredBlob>,
  now: number
): SurveyedEntry => {
  // a build may have published since the store was listed
  const sizeOf = (digest: string): number | undefined => (listed.get(digest) ?? readBlob(root, digest))?.size
  const index = CacheLayout.index(root.path, key)
  const graph = CacheGraph.read(root, index, sizeOf)
  const used = status(root, CacheLayout.used(root.path, key))
  const last = used ?? status(root, index) ?? status(root, CacheLayout.entry(root.path, key))
  return {
    key,
    graph,
    lastUsed: last === undefined ? 0 : Math.min(now, ChangeTime.fromStats(last)),
    uses: used?.size ?? 0
  }
}

const status = (root: SharedDirectory.SharedDirectory, path: string) =>
  CachePlace.ofDirectory(() => CachePlace.at(root, path, SharedDirectory.status))

/**
 * The blobs listed, and those published since. No others that came late: collection takes what nothing names, and would
 * take it from a build that runs on a lease younger than those read.
 */
const withPublished = (
  root: SharedDirectory.SharedDirectory,
  listed: ReadonlyMap<string, StoredBlob>,
  entries: ReadonlyArray<SurveyedEntry>
): ReadonlyMap<string, StoredBlob> => {
  const blobs = new Map(listed)
  for (const digest of named(entries)) {
    const late = blobs.has(digest) ? undefined : readBlob(root, digest)
    if (late !== undefined) blobs.set(digest, late)
  }
  return blobs
}

const readBlobs = (root: SharedDirectory.SharedDirectory): ReadonlyMap<string, StoredBlob> => {
  const blobs = new Map<string, StoredBlob>()
  const names = CacheLayout.storeNames
  CachePlace.ofDirectory(() =>
    SharedDirectory.withinIfThere(root, names, (store) => {
      for (const name of SharedDirectory.list(store)) {
        if (CacheLayout.isUnfinished(name)) continue
        const blob = stored(SharedDirectory.status(store, name))
        if (blob !== undefined) blobs.set(`sha256:${name}`, blob)
      }
    })
  )
  return blobs
}

const readBlob = (root: SharedDirectory.SharedDirectory, digest: string): StoredBlob | undefined =>
  stored(status(root, CacheGraph.blobFile(root.path, digest)))

const stored = (found: ReturnType<typeof status>): StoredBlob | undefined =>
  found?.isFile() === true
    ? { size: found.size, occupied: Math.min(found.size, found.blocks * blockSize), since: found.ctimeMs }
    : undefined

/** In bytes: the unit of `blocks`, whatever the file system's own (stat(2)). */
const blockSize = 512
