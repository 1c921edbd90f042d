/**
 * Leases: what a running build tells collection about itself. A lease is a directory, because a process in another
 * container cannot be asked whether it lives.
 */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import { attempt } from "../files/Attempt.ts"
import * as Files from "../files/Files.ts"

/**
 * The lease of one build. Times are milliseconds of the file system's own clock, whatever the clocks of the containers
 * say: the build began at `startedAt` and showed last at `aliveAt` that it runs.
 *
 * @category models
 * @since 0.1.0
 */
export interface CacheLease {
  readonly id: string
  readonly keys: ReadonlyArray<string>
  readonly startedAt: number
  readonly aliveAt: number
}

/** How often a running build shows that it runs. */
export const heartbeat = 30_000

/** Twenty heartbeats missed: whoever held the lease is gone. */
export const staleAfter = 600_000

/**
 * Takes a lease on the entries of some keys, and marks them as used. Throws the system's error.
 *
 * @category constructors
 * @since 0.1.0
 */
export const take = (directory: string, id: string, keys: ReadonlyArray<string>): void => {
  const leases = CacheLayout.leases(directory)
  Files.makeDirectory(directory, leases)
  const unfinished = CacheLayout.unfinished(`${leases}/${id}`, id)
  Files.makeDirectory(directory, unfinished)
  fs.writeFileSync(`${unfinished}/started`, keys.map((key) => `${key}\n`).join(""))
  fs.writeFileSync(`${unfinished}/alive`, "")
  fs.renameSync(unfinished, `${leases}/${id}`)
  for (const key of keys) markUsed(directory, key)
}

/**
 * Shows that the build with this lease still runs.
 *
 * @category running
 * @since 0.1.0
 */
export const renew = (directory: string, id: string): void => {
  try {
    // an empty write would leave the time of change as it is
    fs.writeFileSync(`${CacheLayout.leases(directory)}/${id}/alive`, ".")
  } catch {
    // the cache directory went away while the build runs; the build does not need it
  }
}

/**
 * Ends a lease; also one that was not taken whole.
 *
 * @category running
 * @since 0.1.0
 */
export const release = (directory: string, id: string): void => {
  const lease = `${CacheLayout.leases(directory)}/${id}`
  const unfinished = CacheLayout.unfinished(lease, id)
  // whoever is killed in between leaves no half of a lease, only what collection knows as unfinished
  attempt(() => fs.renameSync(lease, unfinished))
  attempt(() => fs.rmSync(unfinished, { recursive: true, force: true }))
}

/**
 * All leases that are there, stale ones included.
 *
 * @category accessors
 * @since 0.1.0
 */
export const list = (directory: string): ReadonlyArray<CacheLease> => {
  const leases = CacheLayout.leases(directory)
  try {
    return fs.readdirSync(leases).filter((id) => !id.startsWith(".")).flatMap((id) => read(`${leases}/${id}`, id))
  } catch {
    return []
  }
}

/**
 * The leases of builds that run.
 *
 * @category accessors
 * @since 0.1.0
 */
export const running = (directory: string, now: number): ReadonlyArray<CacheLease> =>
  list(directory).filter((lease) => !isStale(lease, now))

/**
 * Whether whoever held the lease is gone.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isStale = (lease: CacheLease, now: number): boolean => now - lease.aliveAt > staleAfter

/**
 * The time by the file system's own clock, which writes the times that leases are judged by. Throws the system's error
 * where the directory cannot be written.
 *
 * @category accessors
 * @since 0.1.0
 */
export const now = (directory: string): number => {
  const file = CacheLayout.unfinished(`${directory}/`, randomBytes(6).toString("hex"))
  fs.writeFileSync(file, "", { flag: "wx" })
  try {
    return fs.statSync(file).mtimeMs
  } finally {
    fs.rmSync(file, { force: true })
  }
}

/** The keys of a command, one a line: thousands of services. */
const maxSize = 1024 * 1024

const read = (path: string, id: string): ReadonlyArray<CacheLease> => {
  try {
    const text = Files.read(`${path}/started`, maxSize)
    if (text === undefined) return []
    const keys = text.split("\n").filter((key) => key !== "")
    return [{
      id,
      keys,
      startedAt: fs.statSync(`${path}/started`).mtimeMs,
      aliveAt: fs.statSync(`${path}/alive`).mtimeMs
    }]
  } catch {
    return []
  }
}

/** One byte more for each use, so that the file's size counts them, and its time is that of the last. */
const markUsed = (directory: string, key: string): void => {
  if (Files.isDirectory(CacheLayout.entry(directory, key)) !== true) return
  try {
    const file = fs.openSync(CacheLayout.used(directory, key), appending, 0o666)
    fs.writeSync(file, ".")
    fs.closeSync(file)
  } catch {
    // its last use is then known less exactly
  }
}

const appending = fs.constants.O_WRONLY | fs.constants.O_APPEND | fs.constants.O_CREAT | fs.constants.O_NOFOLLOW
  | fs.constants.O_NONBLOCK
