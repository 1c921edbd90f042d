/** The place where collection keeps what it removes, before it deletes it. Until then everything can be put back. */
import { randomBytes } from "node:crypto"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as MadeDirectory from "../files/MadeDirectory.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as SharedRemoval from "../files/SharedRemoval.ts"
import * as SystemError from "../files/SystemError.ts"
import * as CachePlace from "./CachePlace.ts"

/** The trash of one collection, open. `store` is the place of blobs, `undefined` if the cache has none. */
export interface Trash {
  readonly root: SharedDirectory.SharedDirectory
  readonly store: SharedDirectory.SharedDirectory | undefined
  readonly id: string
  readonly entries: SharedDirectory.SharedDirectory
  readonly blobs: SharedDirectory.SharedDirectory
  /** What is in it now, by name. */
  readonly moved: { readonly entries: Set<string>; readonly blobs: Set<string> }
}

/** Opens a trash of its own while something runs. What killed collections left in theirs, `recover` puts back. */
export const use = <A>(root: SharedDirectory.SharedDirectory, run: (trash: Trash) => Promise<A>): Promise<A> =>
  within(root, (trash) => {
    const id = `${runPrefix}${randomBytes(6).toString("hex")}`
    return withStore(
      root,
      (store) =>
        MadeDirectory.within(
          trash,
          [id, "entries"],
          (entries) =>
            MadeDirectory.within(trash, [id, "blobs"], (blobs) =>
              run({ root, store, id, entries, blobs, moved: { entries: new Set(), blobs: new Set() } }))
        )
    )
  })

const runPrefix = "run-"

/** Runs with the open store of blobs, or with none if the cache has none. */
const withStore = <A>(
  root: SharedDirectory.SharedDirectory,
  run: (store: SharedDirectory.SharedDirectory | undefined) => A
): A => {
  const store = CachePlace.openIfThere(root, CacheLayout.storeNames)
  return store === undefined ? run(undefined) : SharedDirectory.closing(store, run)
}

/** Opens the directory of all trash; something else in its place is moved aside. */
const within = <A>(
  root: SharedDirectory.SharedDirectory,
  run: (trash: SharedDirectory.SharedDirectory) => A
): A => {
  const [name = ""] = CachePlace.namesOf(root, CacheLayout.trash(root.path))
  const found = SharedDirectory.status(root, name)
  if (found !== undefined && !found.isDirectory()) CachePlace.move(root, name, root, SharedFile.unfinished())
  return MadeDirectory.within(root, [name], run)
}

/** Puts back what killed collections had removed but not deleted. */
export const recover = (root: SharedDirectory.SharedDirectory): void =>
  within(root, (trash) => {
    SharedDirectory.eachText(trash, (id) => {
      if (!id.startsWith(runPrefix)) return true
      CachePlace.ofDirectory(() =>
        SharedDirectory.withinIfThere(trash, [id, "entries"], (entries) => putBack(entries, root))
      )
      withStore(root, (store) =>
        store === undefined ?
          undefined :
          CachePlace.ofDirectory(() =>
            SharedDirectory.withinIfThere(trash, [id, "blobs"], (blobs) => putBack(blobs, store))
          ))
      return true
    })
  })

const putBack = (from: SharedDirectory.SharedDirectory, to: SharedDirectory.SharedDirectory): void => {
  SharedDirectory.eachText(from, (name) => {
    if (SharedDirectory.status(to, name) === undefined) CachePlace.move(from, name, to, name)
    return true
  })
}

/** Moves the entry of a key into the trash; whether it was there. Throws the system's error. */
export const takeEntry = ({ entries, moved, root }: Trash, key: string): boolean =>
  CachePlace.move(root, key, entries, key) && moved.entries.add(key).has(key)

/** Moves a blob, by its hex digits, into the trash; whether it was there. Throws the system's error. */
export const takeBlob = ({ blobs, moved, store }: Trash, name: string): boolean =>
  store !== undefined && CachePlace.move(store, name, blobs, name) && moved.blobs.add(name).has(name)

/** Puts an entry back. Throws the system's error. */
export const returnEntry = ({ entries, moved, root }: Trash, key: string): void => {
  if (!moved.entries.has(key)) return
  try {
    CachePlace.move(entries, key, root, key)
  } catch (error) {
    // a build made the entry anew meanwhile
    if (!["ENOTEMPTY", "EEXIST"].includes(SystemError.code(error))) throw error
  }
  moved.entries.delete(key)
}

/** Puts a blob back; whether it was in the trash. Throws the system's error. */
export const returnBlob = ({ blobs, moved, store }: Trash, name: string): boolean => {
  if (store === undefined || !moved.blobs.has(name)) return false
  CachePlace.move(blobs, name, store, name)
  return moved.blobs.delete(name)
}

/** Puts everything back, as far as that is possible; the next collection tries the rest again. */
export const returnAll = (trash: Trash): void => {
  const attempts = [
    ...[...trash.moved.blobs].map((name) => () => void returnBlob(trash, name)),
    ...[...trash.moved.entries].map((key) => () => returnEntry(trash, key))
  ]
  for (const one of attempts) {
    try {
      one()
    } catch {
      // the error that led here is the one to tell; `recover` tries this again
    }
  }
}

/**
 * Deletes what is in the trash of a collection, and what else lies about there. From its new name on nothing is put back, so
 * that no half of it is. Throws the system's error.
 */
export const empty = async ({ blobs, id, moved, root }: Trash): Promise<void> => {
  within(root, (trash) => SharedFile.rename(trash, id, trash, `${donePrefix}${id}`))
  try {
    await SharedRemoval.unlinkMany(blobs, [...moved.blobs])
  } catch {
    // one that is no file, which goes below; what really cannot be removed is an error there
  }
  within(root, (trash) => {
    SharedDirectory.eachText(trash, (name) => {
      SharedRemoval.removeAll(trash, name)
      return true
    })
  })
}

const donePrefix = "done-"

/**
 * Moves a file, a directory or a link itself out of the way, into the trash; whether it was there. Throws the system's
 * error.
 */
export const moveAside = (
  root: SharedDirectory.SharedDirectory,
  parent: SharedDirectory.SharedDirectory,
  name: string
): boolean => within(root, (trash) => CachePlace.move(parent, name, trash, randomBytes(8).toString("hex")))
