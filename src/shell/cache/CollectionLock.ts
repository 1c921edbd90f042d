/**
 * Lets one collection run at a time: two could each delete what the other wants to bring back.
 */
import * as fs from "node:fs"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as CacheLease from "./CacheLease.ts"

/**
 * A lock that was taken; `renew` shows that its holder lives.
 *
 * @category models
 * @since 0.1.0
 */
export interface CollectionLock {
  readonly renew: () => void
  readonly release: () => void
}

/** The code of the error that says so. */
export const busy = "EBUSY"

/**
 * Takes the lock; one whose holder is gone is taken over, and what is no file was never a lock. Throws `EBUSY` where another collection is running.
 *
 * @category constructors
 * @since 0.1.0
 */
export const take = (directory: string): CollectionLock => {
  const file = CacheLayout.collecting(directory)
  const now = CacheLease.now(directory)
  const held = fs.lstatSync(file, { throwIfNoEntry: false })
  const isGone = held !== undefined && (!held.isFile() || now - held.mtimeMs > CacheLease.staleAfter)
  if (isGone) fs.rmSync(file, { recursive: true, force: true })
  try {
    fs.writeFileSync(file, "", { flag: "wx" })
  } catch (error) {
    if (fs.lstatSync(file, { throwIfNoEntry: false }) === undefined) throw error
    throw Object.assign(new Error("another collection is running"), { code: busy })
  }
  return {
    renew: () => fs.writeFileSync(file, "."),
    release: () => fs.rmSync(file, { force: true })
  }
}
