/**
 * Leases: how a running build tells collection about itself. A lease is a directory, because one container cannot ask whether a
 * process in another one still runs.
 */
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as ChangeTime from "../files/ChangeTime.ts"
import * as MadeDirectory from "../files/MadeDirectory.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import { codes, isForeign, SharedDirectoryError } from "../files/SharedDirectoryError.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as SharedRemoval from "../files/SharedRemoval.ts"
import * as TimeBudget from "../files/TimeBudget.ts"
import * as CachePlace from "./CachePlace.ts"

/**
 * The lease of one build. Times are milliseconds of the file system's own clock, whatever the clocks of the containers say: the
 * build began at `startedAt`, and last showed at `aliveAt` that it runs.
 */
export interface CacheLease {
  readonly id: string
  readonly keys: ReadonlyArray<string>
  readonly startedAt: number
  readonly aliveAt: number
}

/** How often a running build shows that it runs, in milliseconds. */
export const heartbeat = 30_000

/** After twenty missed heartbeats, in milliseconds, the holder of a lease counts as gone. */
export const staleAfter = 600_000

/** Takes a lease on the entries of some keys, and marks them as used. Throws the system's error. */
export const take = (cache: CachePlace.Cache, id: string, keys: ReadonlyArray<string>): void =>
  CachePlace.use(cache, (root) => {
    MadeDirectory.within(root, leasesIn(root), (leases) =>
      MadeDirectory.create(leases, id, leases, (lease) => {
        SharedFile.create(lease, "started", keys.map((key) => `${key}\n`).join(""))
        SharedFile.create(lease, "alive", "")
      }))
    for (const key of keys) markUsed(root, key)
  })

/** Shows that the build with this lease still runs. */
export const renew = (cache: CachePlace.Cache, id: string): void => {
  try {
    CachePlace.at(
      cache,
      `${CacheLayout.leases(CachePlace.pathOf(cache))}/${id}/alive`,
      (lease, name) => SharedFile.write(lease, name, "")
    )
  } catch {
    // the cache directory went away while the build runs; the build does not need it
  }
}

/** Ends a lease, as far as the budget goes; also one that was not taken whole. */
export const release = (
  cache: CachePlace.Cache,
  id: string,
  budget: TimeBudget.TimeBudget = TimeBudget.endless
): void => {
  try {
    TimeBudget.cutting(budget, () =>
      CachePlace.use(
        cache,
        (root) => SharedDirectory.withinIfThere(root, leasesIn(root), (leases) => end(leases, id, budget.isSpent))
      ))
  } catch {
    // collection removes it when it is stale
  }
}

/** Whoever is killed in between leaves no half of a lease, only what collection knows as unfinished. */
const end = (leases: SharedDirectory.SharedDirectory, id: string, isOver?: () => boolean): void => {
  const unfinished = CacheLayout.unfinished("", id)
  CachePlace.move(leases, id, leases, unfinished)
  SharedRemoval.removeAll(leases, unfinished, isOver)
}

/** Ends a stale lease. Throws the system's error. */
export const remove = (cache: CachePlace.Cache, id: string): void =>
  CachePlace.use(cache, (root) => SharedDirectory.withinIfThere(root, leasesIn(root), (leases) => end(leases, id)))

const leasesIn = (root: SharedDirectory.SharedDirectory): ReadonlyArray<string> =>
  CachePlace.namesOf(root, CacheLayout.leases(root.path))

/**
 * All leases that are there, stale ones included. Throws the system's error if one cannot be read, or there are too many.
 */
export const list = (cache: CachePlace.Cache, limit = mostLeases): ReadonlyArray<CacheLease> =>
  CachePlace.use(cache, (root) => {
    let count = 0
    const found = readWhile(root, () => (count += 1) <= limit)
    // a part would be taken for the whole
    if (found === undefined) throw new SharedDirectoryError(codes.large, CacheLayout.leases(root.path))
    return found
  })

/** More builds than ever run at once. */
const mostLeases = 100_000

/** The leases of builds that run; `undefined` if they cannot be read within the budget. */
export const runningWithin = (
  root: SharedDirectory.SharedDirectory,
  budget: TimeBudget.TimeBudget
): ReadonlyArray<CacheLease> | undefined => {
  const now = SharedFile.now(root)
  return readWhile(root, () => !budget.isSpent())?.filter((lease) => !isStale(lease, now))
}

/** Reads the leases one by one; `undefined` if that was to go on no longer before all were read. */
const readWhile = (
  root: SharedDirectory.SharedDirectory,
  goesOn: () => boolean
): ReadonlyArray<CacheLease> | undefined => {
  const found: Array<CacheLease> = []
  const isWhole = CachePlace.ofDirectory(() =>
    SharedDirectory.withinIfThere(root, leasesIn(root), (leases) =>
      SharedDirectory.each(leases, (id) => {
        // a name that is no text is no lease's
        if (typeof id === "string" && !id.startsWith(".")) found.push(...read(leases, id))
        return goesOn()
      }))
  )
  return isWhole === false ? undefined : found
}

/** The leases of builds that run. */
export const running = (cache: CachePlace.Cache, now: number): ReadonlyArray<CacheLease> =>
  list(cache).filter((lease) => !isStale(lease, now))

/** Whether whoever held the lease is gone. */
export const isStale = (lease: CacheLease, now: number): boolean => now - lease.aliveAt > staleAfter

/**
 * The time by the file system's own clock, which writes the times that leases are judged by. Throws the system's error
 * where the directory cannot be written.
 */
export const now = (cache: CachePlace.Cache): number => CachePlace.use(cache, SharedFile.now)

/** The keys of a command, one a line: thousands of services. */
const maxSize = 1024 * 1024

/** What is no directory, or has no times, is no lease. One whose keys are not readable text still is of a running build. */
const read = (leases: SharedDirectory.SharedDirectory, id: string): ReadonlyArray<CacheLease> =>
  CachePlace.ofDirectory(() =>
    SharedDirectory.withinIfThere(leases, [id], (lease) => {
      const started = SharedDirectory.status(lease, "started")
      const alive = SharedDirectory.status(lease, "alive")
      if (started === undefined || alive === undefined) return []
      return [{
        id,
        keys: keysOf(lease),
        startedAt: ChangeTime.fromStats(started),
        aliveAt: ChangeTime.fromStats(alive)
      }]
    })
  ) ?? []

const keysOf = (lease: SharedDirectory.SharedDirectory): ReadonlyArray<string> => {
  try {
    return (SharedFile.readText(lease, "started", maxSize) ?? "").split("\n").filter((key) => key !== "")
  } catch (error) {
    if (isForeign(error)) return []
    throw error
  }
}

/**
 * One byte more for each use, so that the file's size counts them, and its time is that of the last. It is made anew each
 * time, as the one that is there may be another user's.
 */
const markUsed = (root: SharedDirectory.SharedDirectory, key: string): void => {
  try {
    CachePlace.at(root, CacheLayout.used(root.path, key), (entry, name) => {
      const uses = SharedDirectory.status(entry, name)?.size ?? 0
      SharedFile.mark(entry, name, Math.min(uses + 1, mostUses))
    })
  } catch {
    // its last use is then known less exactly
  }
}

/** Uses of an entry, at most: more are not counted. */
const mostUses = 65_536
