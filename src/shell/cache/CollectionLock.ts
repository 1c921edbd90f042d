/**
 * Lets one collection run at a time: two could each delete what the other wants to bring back.
 */
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as ChangeTime from "../files/ChangeTime.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as SharedRemoval from "../files/SharedRemoval.ts"
import * as SystemError from "../files/SystemError.ts"
import * as CacheLease from "./CacheLease.ts"
import * as CachePlace from "./CachePlace.ts"

/**
 * A lock that was taken. `renew` shows that its holder lives, and throws `EBUSY` if the lock was lost: then another collection
 * may run.
 */
export interface CollectionLock {
  readonly renew: () => void
  readonly release: () => void
}

/** The code of the error for a lock that is taken or lost. */
export const busy = "EBUSY"

/**
 * Takes the lock. A lock whose holder is gone is taken over; something that is not a file was never a lock. Throws `EBUSY` if
 * another collection is running.
 */
export const take = (root: SharedDirectory.SharedDirectory): CollectionLock => {
  const [name = ""] = CachePlace.namesOf(root, CacheLayout.collecting(root.path))
  clear(root, name)
  const held = hold(root, name)
  return {
    renew: () => {
      if (!held.refresh()) throw isBusy()
    },
    release: held.release
  }
}

const hold = (root: SharedDirectory.SharedDirectory, name: string): SharedFile.Held => {
  try {
    return SharedFile.hold(root, name)
  } catch (error) {
    throw SystemError.code(error) === "EEXIST" ? isBusy() : error
  }
}

const isBusy = (): Error => Object.assign(new Error("another collection is running"), { code: busy })

/** Moves away the lock of a holder that is gone. */
const clear = (root: SharedDirectory.SharedDirectory, name: string): void => {
  const held = SharedDirectory.status(root, name)
  if (held === undefined) return
  const age = SharedFile.now(root) - ChangeTime.fromStats(held)
  if (held.isFile() && age < -CacheLease.staleAfter) {
    // the clock was wrong: it counts as the present, from which on it ages
    SharedFile.write(root, name, "")
    throw isBusy()
  }
  if (held.isFile() && age <= CacheLease.staleAfter) return
  const away = SharedFile.unfinished()
  if (!CachePlace.move(root, name, root, away)) return
  const moved = SharedDirectory.status(root, away)
  // its number alone may be that of a newer one
  if (SharedFile.isSame(held, moved) && held.mtimeMs === moved?.mtimeMs) {
    SharedRemoval.removeAll(root, away)
    return
  }
  // somebody was faster, and has a lock of his own by now: that goes back
  try {
    SharedFile.link(root, away, root, name)
  } catch (error) {
    // taken by a third: who holds this one learns it when he renews it
    if (SystemError.code(error) !== "EEXIST") throw error
  }
  SharedRemoval.removeAll(root, away)
  throw isBusy()
}
