/**
 * Removes what is in a directory that others may write to; see `SharedDirectory`.
 */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as promises from "node:fs/promises"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import { attempt } from "./Attempt.ts"
import * as SharedDirectory from "./SharedDirectory.ts"
import * as SharedDirectoryError from "./SharedDirectoryError.ts"
import * as SystemError from "./SystemError.ts"

/** Removes a file, or a link itself, and tells whether it was there. */
export const unlink = (directory: SharedDirectory.SharedDirectory, name: SharedDirectory.Name): boolean =>
  wasThere(() => SharedDirectory.call(directory, name, (path) => fs.unlinkSync(path)))

/** Removes an empty directory, and tells whether it did. `removeAll` finds out why not. */
export const removeEmpty = (directory: SharedDirectory.SharedDirectory, name: string): boolean =>
  attempt(() => SharedDirectory.call(directory, name, (path) => (fs.rmdirSync(path), true))) === true

/** Removes files, several at a time: one after the other, the file system mostly waits. */
export const unlinkMany = async (
  directory: SharedDirectory.SharedDirectory,
  names: ReadonlyArray<string>
): Promise<void> => {
  const left = [...names]
  const next = async (): Promise<void> => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      try {
        await promises.unlink(SharedDirectory.below(directory, name))
      } catch (error) {
        if (SystemError.code(error) !== "ENOENT") throw SharedDirectoryError.errorAt(`${directory.path}/${name}`, error)
      }
    }
  }
  // all have to end before the directory is closed, even if one fails
  const ended = await Promise.allSettled(Array.from({ length: 8 }, next))
  const failed = ended.find((one) => one.status === "rejected")
  if (failed !== undefined) throw failed.reason
}

/**
 * Neither the shim nor BuildKit makes deeper directories. A deeper one is moved up first, so that depth costs no descriptors.
 */
const deepest = 8

/** How many names of a directory are removed before it is read again. */
const batch = 4096

/** How often a directory is read: somebody who keeps making new names must not keep the shim busy for ever. */
const mostBatches = 256

/**
 * Removes a file, or a directory with all its contents, and tells whether it was there. If somebody swaps a link in for a
 * directory at any time, at most the link is removed. When `isOver` is true, the rest stays for the next collection.
 */
export const removeAll = (
  directory: SharedDirectory.SharedDirectory,
  name: string,
  isOver: () => boolean = () => false
): boolean => {
  const raised: Array<string> = []
  const top: Top = { directory, names: raised, isOver }
  const isRemoved = remove(directory, name, 0, top)
  for (let one = raised.pop(); one !== undefined && !isOver(); one = raised.pop()) remove(directory, one, 0, top)
  return isRemoved
}

/** Where directories that lie too deep go, and when to stop. */
interface Top {
  readonly directory: SharedDirectory.SharedDirectory
  readonly names: Array<string>
  readonly isOver: () => boolean
}

const remove = (
  parent: SharedDirectory.SharedDirectory,
  name: SharedDirectory.Name,
  depth: number,
  top: Top
): boolean => {
  const found = SharedDirectory.status(parent, name)
  if (found === undefined) return false
  if (!found.isDirectory()) return unlink(parent, name)
  if (depth > deepest) return raise(parent, name, top)
  const inner = SharedDirectoryError.orAbsent(() => SharedDirectory.enter(parent, name))
  if (inner === undefined) return false
  SharedDirectory.closing(inner, (directory) => {
    for (let count = 0; count < mostBatches; count += 1) {
      const names = SharedDirectory.some(directory, batch)
      if (names.length === 0) break
      for (const one of names) {
        if (top.isOver()) return
        remove(directory, one, depth + 1, top)
      }
    }
  })
  return !top.isOver() && wasThere(() => SharedDirectory.call(parent, name, (path) => fs.rmdirSync(path)))
}

const raise = (parent: SharedDirectory.SharedDirectory, name: SharedDirectory.Name, top: Top): boolean => {
  const raised = CacheLayout.unfinished("", randomBytes(6).toString("hex"))
  SharedDirectory.call(parent, name, (path) => fs.renameSync(path, SharedDirectory.below(top.directory, raised)))
  top.names.push(raised)
  return true
}

const wasThere = (run: () => void): boolean =>
  SharedDirectoryError.orAbsent(() => {
    run()
    return true
  }) ?? false
