/** Reads everything in the shared cache, and reports content that does not match its name. */
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CacheHealing from "./CacheHealing.ts"
import * as CacheLease from "./CacheLease.ts"
import * as CacheOddities from "./CacheOddities.ts"
import * as CacheSurvey from "./CacheSurvey.ts"
import * as ForeignDirectory from "./ForeignDirectory.ts"
import * as StoredBlobs from "./StoredBlobs.ts"

/** One fault: `key` is the entry that must not be imported, empty if no entry names the damaged blob. */
export interface CacheFault {
  readonly key: string
  readonly why: string
}

/**
 * What was read, in numbers, and the faults. Somebody can fill the directory with names: then only the first faults are there, and
 * `more` is the number of the others. `unknown` are the keys asked for that have no entry.
 */
export interface CacheVerification {
  readonly entries: number
  readonly blobs: number
  readonly bytes: number
  readonly faults: ReadonlyArray<CacheFault>
  readonly more: number
  readonly unknown: ReadonlyArray<string>
}

/**
 * Verifies every index, manifest and blob, or those of the entries named; with `repair` sets aside the entries at fault and
 * removes damaged blobs. `progress` is told how many of how many bytes were read. Fails with the system's error if something
 * cannot be read; then it repairs nothing.
 */
export const verify = (
  directory: string,
  options: {
    readonly repair: boolean
    readonly keys?: ReadonlySet<string>
    readonly progress?: (done: number, all: number) => void
  }
): Promise<CacheVerification> =>
  SharedDirectory.use(directory, async (root) => {
    ForeignDirectory.check(root)
    const now = options.repair ? CacheLease.now(root) : Date.now()
    const survey = only(CacheSurvey.read(root, now), options.keys)
    const damaged = await damagedOf(root, survey, options)
    const odd = options.keys === undefined ? CacheOddities.find(root, now) : []
    const faults = [
      ...faultsOf(root, survey, damaged.found),
      ...odd.map(({ path, why }) => ({ key: name(root, path), why }))
    ]
    if (options.repair) {
      if (options.keys === undefined) CacheOddities.moveAside(root)
      repair(root, faults.slice(0, faults.length - odd.length), damaged.found)
    }
    return {
      faults,
      entries: CacheSurvey.count(survey),
      blobs: damaged.blobs,
      bytes: damaged.bytes,
      more: survey.more + survey.surplus.length + damaged.more,
      unknown: unknownIn(survey, options.keys)
    }
  })

const unknownIn = ({ entries, strangers }: CacheSurvey.CacheSurvey, keys: ReadonlySet<string> = new Set()) => {
  const known = new Set([...entries.map(({ key }) => key), ...strangers])
  return [...keys].filter((key) => !known.has(key))
}

interface Damaged {
  readonly found: ReadonlySet<string>
  readonly more: number
  readonly blobs: number
  readonly bytes: number
}

/** The most damaged blobs that no entry names: collection removes any number of them. */
const mostUnnamed = 10_000

/** Reads blobs: of some entries, or all, part by part. */
const damagedOf = async (
  root: SharedDirectory.SharedDirectory,
  survey: CacheSurvey.CacheSurvey,
  { keys, progress }: Parameters<typeof verify>[1]
): Promise<Damaged> => {
  const found = new Set<string>()
  const count = { more: 0, unnamed: 0, blobs: 0, bytes: 0 }
  const named = CacheSurvey.named(survey.entries)
  let all = 0
  for (const { size } of survey.blobs.values()) all += size
  if (keys === undefined) all = Math.max(all, survey.store.size)
  const buffer = CacheHealing.newBuffer()
  const add = (digest: string): void => {
    if (named.has(digest) || (count.unnamed += 1) <= mostUnnamed) found.add(digest)
    else count.more += 1
  }
  const readAll = async (blobs: ReadonlyMap<string, StoredBlobs.StoredBlob>): Promise<void> => {
    for (const [digest, { size }] of blobs) {
      for (const wrong of await CacheHealing.damagedBlobs(root, [{ digest, size, mediaType: "" }], buffer)) {
        // what collection took away meanwhile is not damaged
        if (CacheGraph.exists(root, wrong)) add(wrong)
      }
      count.blobs += 1
      count.bytes += size
      progress?.(count.bytes, all)
    }
  }
  const parts = keys === undefined ? StoredBlobs.parts(root) : []
  if (parts.length <= 1) await readAll(survey.blobs)
  else for (const part of parts) await readAll(StoredBlobs.read(root, part).blobs)
  return { found, ...count }
}

/** The part of a survey that some entries are made of. */
const only = (survey: CacheSurvey.CacheSurvey, keys: ReadonlySet<string> | undefined): CacheSurvey.CacheSurvey => {
  if (keys === undefined) return survey
  const entries = survey.entries.filter(({ key }) => keys.has(key))
  const named = CacheSurvey.named(entries)
  return {
    ...survey,
    entries,
    strangers: survey.strangers.filter((key) => keys.has(key)),
    blobs: new Map([...survey.blobs].filter(([digest]) => named.has(digest)))
  }
}

const name = (root: SharedDirectory.SharedDirectory, path: string): string => path.slice(root.path.length + 1)

const faultsOf = (
  root: SharedDirectory.SharedDirectory,
  survey: CacheSurvey.CacheSurvey,
  damaged: ReadonlySet<string>
): ReadonlyArray<CacheFault> => {
  const named = CacheSurvey.named(survey.entries)
  return [
    ...survey.entries.flatMap(({ graph, key }): ReadonlyArray<CacheFault> => {
      if (graph._tag === "Unreadable") throw graph.error
      if (graph._tag === "Broken") {
        // one that a build published meanwhile names blobs that the survey does not have
        const now = CacheGraph.read(root, CacheLayout.index(root.path, key))
        if (now._tag === "Unreadable") throw now.error
        return now._tag === "Broken" ? [{ key, why: now.why }] : []
      }
      const wrong = CacheSurvey.blobsOf(graph).filter(({ digest }) => damaged.has(digest))
      return wrong.map(({ digest }) => ({ key, why: `${digest} is damaged` }))
    }),
    ...survey.strangers.map((key) => ({ key, why: "it is no directory" })),
    ...[...damaged].filter((digest) => !named.has(digest)).map((digest) => ({ key: "", why: `${digest} is damaged` }))
  ]
}

const repair = (
  root: SharedDirectory.SharedDirectory,
  faults: ReadonlyArray<CacheFault>,
  damaged: ReadonlySet<string>
): void => {
  for (const key of new Set(faults.map((fault) => fault.key))) if (key !== "") CacheHealing.setAside(root, key)
  for (const digest of damaged) CacheHealing.moveAside(root, CacheGraph.blobFile(root.path, digest))
}
