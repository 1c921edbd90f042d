/**
 * Brings the shared cache directory back under its limits, while builds run.
 *
 * What makes that safe without a lock between builds and collection:
 * - an entry that a living lease names stays, and a lease that appears while the entry is being moved away brings it back;
 * - a blob stays while an index names it: published, in a private export directory, or retired while builds run that may
 *   have read it; and while it is younger than the oldest running build, which may be about to name it;
 * - a blob is moved away first, and moved back where an index that was written meanwhile names it;
 * - an index is published only while all that it names is there (`CacheExports.publish`).
 */
import * as fs from "node:fs"
import * as CacheCollection from "../../core/cache/CacheCollection.ts"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import type { CacheLimits } from "../../core/cache/CacheLimits.ts"
import * as CacheExports from "./CacheExports.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CacheLease from "./CacheLease.ts"
import * as CacheSurvey from "./CacheSurvey.ts"
import * as CollectionLock from "./CollectionLock.ts"
import * as Trash from "./Trash.ts"

/**
 * What to collect: by limits, or the entries named; `dryRun` only says what would go. `progress` is told how many of how
 * many blobs are gone.
 *
 * @category models
 * @since 0.1.0
 */
export interface CollectionRequest {
  readonly directory: string
  readonly limits: CacheLimits
  readonly keys?: ReadonlySet<string>
  readonly dryRun?: boolean
  readonly progress?: (done: number, all: number) => void
}

/**
 * What went, or would go. Sizes are in bytes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Collected {
  readonly evictions: ReadonlyArray<CacheCollection.Eviction>
  readonly blobs: number
  readonly freed: number
  readonly remaining: number
}

/**
 * Collects. Throws the system's error where the directory cannot be read or written, `EBUSY` where another collection is
 * running.
 *
 * @category running
 * @since 0.1.0
 */
export const collect = (request: CollectionRequest): Collected => {
  if (request.dryRun === true) return survey(request, () => undefined)
  const lock = CollectionLock.take(request.directory)
  try {
    return survey(request, (found, decision) => carryOut(request, lock, found, decision))
  } finally {
    lock.release()
  }
}

const survey = (
  { directory, keys, limits }: CollectionRequest,
  carryOut: (found: CacheSurvey.CacheSurvey, decision: CacheCollection.Decision) => void
): Collected => {
  const found = CacheSurvey.read(directory, CacheLease.now(directory))
  const decision = CacheCollection.decide(contents(directory, found), limits, keys)
  carryOut(found, decision)
  return {
    evictions: decision.evictions,
    blobs: decision.blobs.length,
    freed: decision.blobs.reduce((sum, digest) => sum + (found.blobs.get(digest)?.size ?? 0), 0),
    remaining: decision.remaining
  }
}

const contents = (directory: string, survey: CacheSurvey.CacheSurvey): CacheCollection.Contents => {
  const running = survey.leases.filter((lease) => !CacheLease.isStale(lease, survey.now))
  const leased = new Set(running.flatMap((lease) => lease.keys))
  const oldest = Math.min(survey.now, ...running.map((lease) => lease.startedAt))
  const held = new Set<string>()
  for (const [digest, { since }] of survey.blobs) if (running.length > 0 && since >= oldest) held.add(digest)
  for (const { key } of survey.entries) {
    for (const digest of privately(directory, key, running, survey)) held.add(digest)
  }
  return {
    held,
    now: survey.now,
    sizes: new Map([...survey.blobs].map(([digest, { size }]) => [digest, size])),
    entries: survey.entries.filter(({ graph }) => graph._tag === "Whole").map(({ graph, key, lastUsed }) => ({
      key,
      lastUsed,
      leased: leased.has(key),
      blobs: CacheSurvey.blobsOf(graph).map(({ digest }) => digest)
    }))
  }
}

/** What an entry's retired indexes and the builds that export into it name. */
const privately = (
  directory: string,
  key: string,
  running: ReadonlyArray<CacheLease.CacheLease>,
  { blobs, now }: CacheSurvey.CacheSurvey
): ReadonlyArray<string> =>
  [
    ...CacheExports.retiredIndexes(directory, key, running).held,
    ...privateExports(directory, key, running, now).held.map((build) => `${build}/index.json`)
  ].flatMap((file) => {
    const graph = CacheGraph.read(directory, file, (digest) => blobs.get(digest)?.size)
    return CacheSurvey.blobsOf(graph).map(({ digest }) => digest)
  })

/** The directories that builds export into: of those that run or have just begun, and of those that are gone. */
const privateExports = (
  directory: string,
  key: string,
  running: ReadonlyArray<CacheLease.CacheLease>,
  now: number
): { readonly held: ReadonlyArray<string>; readonly free: ReadonlyArray<string> } => {
  const alive = new Set(running.map(({ id }) => CacheLayout.exportDirectory(directory, key, id)))
  const held: Array<string> = []
  const free: Array<string> = []
  for (const build of children(CacheLayout.incoming(directory, key))) {
    if (!alive.has(build) && isOld(build, now)) free.push(build)
    else held.push(build)
  }
  return { held, free }
}

/** Whether nothing changed in a place for so long that the build that made it is gone. */
const isOld = (path: string, now: number): boolean =>
  now - (fs.lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now) > CacheLease.staleAfter

const carryOut = (
  { directory, progress }: CollectionRequest,
  lock: CollectionLock.CollectionLock,
  survey: CacheSurvey.CacheSurvey,
  decision: CacheCollection.Decision
): void => {
  Trash.open(directory)
  evict(directory, decision.evictions.map(({ key }) => key))
  for (const [at, digest] of decision.blobs.entries()) {
    rename(CacheGraph.blobFile(directory, digest), Trash.place(directory, digest))
    if (at % 100 < 99 && at + 1 < decision.blobs.length) continue
    lock.renew()
    progress?.(at + 1, decision.blobs.length)
  }
  bringBack(directory, survey.now)
  tidy(directory, survey)
  Trash.empty(directory, decision.blobs.length + decision.evictions.length)
}

/** Moves entries away; those back on which a build has taken a lease meanwhile. */
const evict = (directory: string, keys: ReadonlyArray<string>): void => {
  const away = (key: string): string => Trash.place(directory, key)
  const moved = keys.filter((key) => rename(CacheLayout.entry(directory, key), away(key)))
  if (moved.length === 0) return
  const now = CacheLease.now(directory)
  const leased = new Set(CacheLease.running(directory, now).flatMap((lease) => lease.keys))
  for (const key of moved.filter((one) => leased.has(one))) rename(away(key), CacheLayout.entry(directory, key))
}

/** Moves back the blobs that an index names which was written since the survey. */
const bringBack = (directory: string, since: number): void => {
  for (const name of fs.readdirSync(directory).filter((one) => !one.startsWith("."))) {
    const indexes = [
      CacheLayout.index(directory, name),
      ...children(CacheLayout.incoming(directory, name)).map((build) => `${build}/index.json`)
    ]
    for (const index of indexes) {
      if ((fs.lstatSync(index, { throwIfNoEntry: false })?.ctimeMs ?? 0) < since) continue
      restore(directory, index)
    }
  }
}

const restore = (directory: string, index: string): void => {
  for (;;) {
    const missing = new Set<string>()
    CacheGraph.read(directory, index, (digest) => {
      missing.add(digest)
      return undefined
    })
    const back = [...missing, ...CacheGraph.manifestOf(index)].filter((digest) =>
      rename(Trash.place(directory, digest), CacheGraph.blobFile(directory, digest))
    )
    if (back.length === 0) return
  }
}

/** Removes what builds left that are gone: leases, exports, retired indexes, directories of no entry, unfinished things. */
const tidy = (directory: string, survey: CacheSurvey.CacheSurvey): void => {
  for (const lease of survey.leases) if (CacheLease.isStale(lease, survey.now)) CacheLease.release(directory, lease.id)
  const running = CacheLease.list(directory)
  const empty: Array<string> = []
  for (const { graph, key } of survey.entries) {
    for (const build of privateExports(directory, key, running, survey.now).free) {
      fs.rmSync(build, { recursive: true, force: true })
    }
    for (const file of CacheExports.retiredIndexes(directory, key, running).free) fs.rmSync(file, { force: true })
    const isEmpty = graph._tag === "Absent" && children(CacheLayout.incoming(directory, key)).length === 0
    if (isEmpty && isOld(CacheLayout.entry(directory, key), survey.now)) empty.push(key)
  }
  evict(directory, empty)
  const blobs = CacheLayout.blobs(directory)
  for (const place of [directory, blobs, `${blobs}/sha256`, CacheLayout.leases(directory)]) {
    const leftovers = children(place).filter((path) =>
      CacheLayout.isUnfinished(path.slice(place.length + 1)) && isOld(path, survey.now)
    )
    for (const path of leftovers) fs.rmSync(path, { recursive: true, force: true })
  }
}

const children = (directory: string): ReadonlyArray<string> => {
  try {
    return fs.readdirSync(directory).map((name) => `${directory}/${name}`)
  } catch {
    return []
  }
}

const rename = (from: string, to: string): boolean => {
  try {
    fs.renameSync(from, to)
    return true
  } catch {
    return false
  }
}
