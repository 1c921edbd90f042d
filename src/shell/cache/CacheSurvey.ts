/** Reads what is in the shared cache directory, however much that is. */
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import type { Descriptor } from "../../core/cache/OciLayout.ts"
import * as ChangeTime from "../files/ChangeTime.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CacheLease from "./CacheLease.ts"
import * as CachePlace from "./CachePlace.ts"
import * as StoredBlobs from "./StoredBlobs.ts"

/**
 * One key's entry. `lastUsed` is in milliseconds; `uses` counts the builds that used it, as far as known.
 */
export interface SurveyedEntry {
  readonly key: string
  readonly graph: Exclude<CacheGraph.CacheGraph, { readonly _tag: "Absent" }>
  readonly lastUsed: number
  readonly uses: number
}

/**
 * What is in a cache directory.
 *
 * **Details**
 *
 * A key for which nothing was published has no entry. `strangers` are names in the directory that are no entries. `blobs` are
 * those that entries name, and those of a part of the store; `store` is about all of it. `now` is the file system's time at the
 * start. Anybody can fill the directory with names: of strangers and of entries that are not whole only the first are here,
 * `more` is the number of the others. Whole entries beyond what a cache of the shim's can hold are `surplus`; then nobody knows
 * all that entries name.
 */
export interface CacheSurvey {
  readonly now: number
  readonly entries: ReadonlyArray<SurveyedEntry>
  readonly strangers: ReadonlyArray<string>
  readonly blobs: ReadonlyMap<string, StoredBlobs.StoredBlob>
  readonly store: StoredBlobs.Total
  readonly leases: ReadonlyArray<CacheLease.CacheLease>
  readonly surplus: ReadonlyArray<string>
  readonly more: number
}

/** The most that the shim knows at once: whole entries, and blobs that they name. A collection leaves no more. */
export const most = { entries: 50_000, blobs: 150_000, references: 2_000_000, others: 10_000 }

/**
 * Reads a cache directory, with a part of its store. Throws the system's error if something in it cannot be read; an entry that
 * cannot be read is `Unreadable`.
 */
export const read = (cache: CachePlace.Cache, now: number, part: StoredBlobs.Part = StoredBlobs.first()): CacheSurvey =>
  CachePlace.use(cache, (root) => {
    const leases = CacheLease.list(root)
    const { blobs, total } = StoredBlobs.read(root, part)
    const found = finding()
    // a build may have published since the store was listed
    const sizeOf = (digest: string): number | undefined => (blobs.get(digest) ?? StoredBlobs.one(root, digest))?.size
    const known = CacheGraph.remembering(sizeOf)
    CachePlace.eachKey(root, (key) => {
      const kind = SharedDirectory.status(root, key)?.isDirectory()
      if (kind === false) found.stranger(key)
      const graph = kind === true ? CacheGraph.read(root, CacheLayout.index(root.path, key), known) : undefined
      if (graph !== undefined && graph._tag !== "Absent") {
        found.entry(key, graph, (one) => ({ key, graph: one, ...useOf(root, key, now) }))
      }
    })
    const { entries, more, strangers, surplus } = found
    return {
      now,
      leases,
      entries,
      strangers,
      surplus,
      more: more(),
      blobs: withPublished(root, blobs, entries),
      store: total
    }
  })

/** The blobs of an entry; none if it cannot be imported. */
export const blobsOf = (graph: CacheGraph.CacheGraph): ReadonlyArray<Descriptor> =>
  graph._tag === "Whole" ? graph.blobs : []

/** How many entries were found. */
export const count = ({ entries, surplus }: CacheSurvey): number => entries.length + surplus.length

/** The digests of all blobs that entries name. */
export const named = (entries: ReadonlyArray<SurveyedEntry>): ReadonlySet<string> => {
  const digests = new Set<string>()
  for (const graph of new Set(entries.map((entry) => entry.graph))) {
    for (const { digest } of blobsOf(graph)) digests.add(digest)
  }
  return digests
}

type Graph = SurveyedEntry["graph"]
type Whole = Extract<Graph, { readonly _tag: "Whole" }>

/** Keeps what is found, as far as a survey holds it. */
const finding = () => {
  const entries: Array<SurveyedEntry> = []
  const strangers: Array<string> = []
  const surplus: Array<string> = []
  const share = sharing()
  const counts = { Whole: 0, Broken: 0, Unreadable: 0, more: 0 }
  const whole = (key: string, graph: Whole, make: (graph: Graph) => SurveyedEntry): void => {
    const shared = counts.Whole < most.entries ? share(graph) : undefined
    if (shared !== undefined) entries.push(make(shared))
    else if (surplus.length < most.others) surplus.push(key)
    counts.Whole += 1
  }
  return {
    entries,
    strangers,
    surplus,
    more: () => counts.more,
    stranger: (name: string): void => {
      if (strangers.length < most.others) strangers.push(name)
      else counts.more += 1
    },
    entry: (key: string, graph: Graph, make: (graph: Graph) => SurveyedEntry): void => {
      if (graph._tag === "Whole") return whole(key, graph, make)
      if (counts[graph._tag] < most.others) entries.push(make(graph))
      else counts.more += 1
      counts[graph._tag] += 1
    }
  }
}

const none: ReadonlySet<string> = new Set()

/**
 * Gives each blob one descriptor, and each manifest one list of them, however often entries name it: else two hundred documents
 * that name the same nine thousand blobs take a gigabyte. `undefined` where that would be more than a survey holds.
 */
const sharing = (): (graph: Whole) => Whole | undefined => {
  const known = new Map<string, Descriptor>()
  const shared = new Map<string, Whole>()
  let references = 0
  return (graph) => {
    const before = shared.get(graph.manifest)
    if (before !== undefined) return before
    const blobs = new Map<string, Descriptor>()
    for (const blob of graph.blobs) blobs.set(blob.digest, known.get(blob.digest) ?? blob)
    const fresh = [...blobs.keys()].filter((digest) => !known.has(digest)).length
    if (known.size + fresh > most.blobs || references + blobs.size > most.references) return undefined
    for (const blob of blobs.values()) known.set(blob.digest, blob)
    references += blobs.size
    // nobody asks a survey what may be read
    const one = { ...graph, blobs: [...blobs.values()], closed: none }
    shared.set(graph.manifest, one)
    return one
  }
}

const useOf = (
  root: SharedDirectory.SharedDirectory,
  key: string,
  now: number
): Pick<SurveyedEntry, "lastUsed" | "uses"> => {
  const used = status(root, CacheLayout.used(root.path, key))
  const last = used ?? status(root, CacheLayout.index(root.path, key)) ??
    status(root, CacheLayout.entry(root.path, key))
  return { lastUsed: last === undefined ? 0 : Math.min(now, ChangeTime.fromStats(last)), uses: used?.size ?? 0 }
}

const status = (root: SharedDirectory.SharedDirectory, path: string) =>
  CachePlace.ofDirectory(() => CachePlace.at(root, path, SharedDirectory.status))

/**
 * The blobs listed, and the others that entries name. No others that came late: collection takes what nothing names, and would
 * take it from a build that runs on a lease younger than those read.
 */
const withPublished = (
  root: SharedDirectory.SharedDirectory,
  blobs: Map<string, StoredBlobs.StoredBlob>,
  entries: ReadonlyArray<SurveyedEntry>
): ReadonlyMap<string, StoredBlobs.StoredBlob> => {
  for (const digest of named(entries)) {
    const late = blobs.has(digest) ? undefined : StoredBlobs.one(root, digest)
    if (late !== undefined) blobs.set(digest, late)
  }
  return blobs
}
