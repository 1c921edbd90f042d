/**
 * Everything that is in the shared cache directory, read in one go.
 */
import * as fs from "node:fs"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import type { Descriptor } from "../../core/cache/OciLayout.ts"
import * as Files from "../files/Files.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CacheLease from "./CacheLease.ts"

/**
 * One key's entry. `lastUsed` is in milliseconds; `uses` counts the builds that used it, as far as known. A `graph` that
 * is `Absent` belongs to a key that nothing was published for yet.
 *
 * @category models
 * @since 0.1.0
 */
export interface SurveyedEntry {
  readonly key: string
  readonly graph: CacheGraph.CacheGraph
  readonly lastUsed: number
  readonly uses: number
}

/**
 * A blob of the store: bytes, and when it got there, in milliseconds of the file system's clock.
 *
 * @category models
 * @since 0.1.0
 */
export interface StoredBlob {
  readonly size: number
  readonly since: number
}

/**
 * What is in a cache directory.
 *
 * **Details**
 *
 * `strangers` are names in the directory that are no entries. `now` is the file system's time at the start.
 *
 * @category models
 * @since 0.1.0
 */
export interface CacheSurvey {
  readonly now: number
  readonly entries: ReadonlyArray<SurveyedEntry>
  readonly strangers: ReadonlyArray<string>
  readonly blobs: ReadonlyMap<string, StoredBlob>
  readonly leases: ReadonlyArray<CacheLease.CacheLease>
}

/**
 * Reads a cache directory. Throws the system's error where that cannot be read.
 *
 * @category accessors
 * @since 0.1.0
 */
export const read = (directory: string, now: number): CacheSurvey => {
  const names = fs.readdirSync(directory).filter((name) => !name.startsWith("."))
  const leases = CacheLease.list(directory)
  const listed = readBlobs(directory)
  const isEntry = new Map(names.map((name) => [name, Files.isDirectory(CacheLayout.entry(directory, name)) === true]))
  const entries = names.filter((name) => isEntry.get(name) === true).map((key) => readEntry(directory, key, listed))
  return {
    now,
    leases,
    entries,
    blobs: withPublished(directory, listed, entries),
    strangers: names.filter((name) => isEntry.get(name) !== true)
  }
}

/** The blobs that an entry holds; none where it cannot be imported. */
export const blobsOf = (graph: CacheGraph.CacheGraph): ReadonlyArray<Descriptor> =>
  graph._tag === "Whole" ? graph.blobs : []

const readEntry = (directory: string, key: string, listed: ReadonlyMap<string, StoredBlob>): SurveyedEntry => {
  // a build may have published since the store was listed
  const sizeOf = (digest: string): number | undefined =>
    (listed.get(digest) ?? readBlob(CacheGraph.blobFile(directory, digest)))?.size
  const index = CacheLayout.index(directory, key)
  const used = stat(CacheLayout.used(directory, key))
  return {
    key,
    graph: CacheGraph.read(directory, index, sizeOf),
    lastUsed: used?.mtimeMs ?? stat(index)?.mtimeMs ?? stat(CacheLayout.entry(directory, key))?.mtimeMs ?? 0,
    uses: used?.size ?? 0
  }
}

/**
 * The blobs listed, and those published since. No others that came late: collection takes what nothing names, and would
 * take it from a build that runs on a lease younger than those read.
 */
const withPublished = (
  directory: string,
  listed: ReadonlyMap<string, StoredBlob>,
  entries: ReadonlyArray<SurveyedEntry>
): ReadonlyMap<string, StoredBlob> => {
  const blobs = new Map(listed)
  for (const { digest } of entries.flatMap(({ graph }) => blobsOf(graph))) {
    const late = blobs.has(digest) ? undefined : readBlob(CacheGraph.blobFile(directory, digest))
    if (late !== undefined) blobs.set(digest, late)
  }
  return blobs
}

const readBlobs = (directory: string): ReadonlyMap<string, StoredBlob> => {
  const store = `${CacheLayout.blobs(directory)}/sha256`
  const blobs = new Map<string, StoredBlob>()
  if (Files.isDirectory(CacheLayout.blobs(directory)) !== true || Files.isDirectory(store) !== true) return blobs
  for (const name of fs.readdirSync(store).filter((one) => !CacheLayout.isUnfinished(one))) {
    const blob = readBlob(`${store}/${name}`)
    if (blob !== undefined) blobs.set(`sha256:${name}`, blob)
  }
  return blobs
}

const readBlob = (file: string): StoredBlob | undefined => {
  const found = stat(file)
  return found?.isFile() === true ? { size: found.size, since: found.ctimeMs } : undefined
}

const stat = (file: string): fs.Stats | undefined => {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
