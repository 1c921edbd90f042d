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

/**
 * Whoever is killed in between leaves no half of a lease, only what collection knows as unfinished. It gets a name of its own: one
 * made of the lease's could be too long, or belong to something that somebody put there.
 */
const end = (leases: SharedDirectory.SharedDirectory, id: string, isOver?: () => boolean): void => {
  const unfinished = SharedFile.unfinished()
  if (CachePlace.move(leases, id, leases, unfinished)) SharedRemoval.removeAll(leases, unfinished, isOver)
}

const leasesIn = (root: SharedDirectory.SharedDirectory): ReadonlyArray<string> =>
  CachePlace.namesOf(root, CacheLayout.leases(root.path))

/**
 * All leases that are there, stale ones included. Throws the system's error if one cannot be read, or there are too many.
 */
export const list = (cache: CachePlace.Cache, limit = mostLeases): ReadonlyArray<CacheLease> =>
  CachePlace.use(cache, (root) => {
    const found = readWhile(root, limit, isBelow(mostText))
    // a part would be taken for the whole
    if (found === undefined) throw new SharedDirectoryError(codes.large, CacheLayout.leases(root.path))
    return found
  })

/** More builds than ever run at once. */
const mostLeases = 100_000

/** More than the keys of all of them, in characters. */
const mostText = 16_000_000

/** Whether all keys so far are no more text than that. */
const isBelow = (limit: number): (keys: ReadonlyArray<string>) => boolean => {
  let length = 0
  return (keys) => {
    for (const key of keys) length += key.length
    return length <= limit
  }
}

/**
 * Removes stale leases, and what is old and no lease. Anybody can put half a million names there, so none is remembered. Throws the
 * system's error.
 */
export const removeStale = (root: SharedDirectory.SharedDirectory, now: number): void => {
  eachIn(root, (leases, id) => {
    const times = timesOf(leases, id)
    const found = times === undefined ? SharedDirectory.status(leases, id) : undefined
    const at = times?.aliveAt ?? (found === undefined ? now : ChangeTime.fromStats(found))
    if (now - at > staleAfter) end(leases, id)
    // a clock was wrong: the lease counts as shown just now, from which on it ages
    else if (times !== undefined && at > now) renew(root, id)
    return true
  })
}

/** The leases of builds that run; `undefined` if they cannot be read within the budget. */
export const runningWithin = (
  root: SharedDirectory.SharedDirectory,
  budget: TimeBudget.TimeBudget
): ReadonlyArray<CacheLease> | undefined => {
  const now = SharedFile.now(root)
  const isFew = isBelow(mostText)
  return readWhile(root, mostLeases, (keys) => !budget.isSpent() && isFew(keys))?.filter((lease) =>
    !isStale(lease, now)
  )
}

/** Reads the leases one by one; `undefined` if that was to go on no longer before all were read. */
const readWhile = (
  root: SharedDirectory.SharedDirectory,
  limit: number,
  goesOn: (keys: ReadonlyArray<string>) => boolean
): ReadonlyArray<CacheLease> | undefined => {
  const found: Array<CacheLease> = []
  const isWhole = eachIn(root, (leases, id) => {
    const lease = read(leases, id)
    if (lease !== undefined) found.push(lease)
    return found.length <= limit && goesOn(lease?.keys ?? [])
  })
  return isWhole === false ? undefined : found
}

/** Calls `take` with every name that can be a lease's, until it returns false. Tells whether it got all. */
const eachIn = (
  root: SharedDirectory.SharedDirectory,
  take: (leases: SharedDirectory.SharedDirectory, id: string) => boolean
): boolean | undefined =>
  CachePlace.eachIn(root, leasesIn(root), (id, leases) => id.startsWith(".") || take(leases, id))

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
const read = (leases: SharedDirectory.SharedDirectory, id: string): CacheLease | undefined =>
  inLease(leases, id, (lease) => {
    const times = timesIn(lease)
    return times === undefined ? undefined : { id, keys: keysOf(lease), ...times }
  })

type Times = Pick<CacheLease, "startedAt" | "aliveAt">

const timesOf = (leases: SharedDirectory.SharedDirectory, id: string): Times | undefined => inLease(leases, id, timesIn)

const timesIn = (lease: SharedDirectory.SharedDirectory): Times | undefined => {
  const started = SharedDirectory.status(lease, "started")
  const alive = SharedDirectory.status(lease, "alive")
  return started === undefined || alive === undefined
    ? undefined
    : { startedAt: ChangeTime.fromStats(started), aliveAt: ChangeTime.fromStats(alive) }
}

const inLease = <A>(
  leases: SharedDirectory.SharedDirectory,
  id: string,
  run: (lease: SharedDirectory.SharedDirectory) => A | undefined
): A | undefined => CachePlace.ofDirectory(() => SharedDirectory.withinIfThere(leases, [id], run))

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
