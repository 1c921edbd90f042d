/**
 * Directories that the shim makes in a directory that others may write to; see `SharedDirectory`.
 */
import * as fs from "node:fs"
import * as SharedDirectory from "./SharedDirectory.ts"
import * as SharedDirectoryError from "./SharedDirectoryError.ts"
import * as SharedFile from "./SharedFile.ts"

/** How a directory is to be: its permission bits, and its owner where that is to change. */
export interface Wanted {
  readonly mode: number
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
}

/**
 * Makes a directory under another name and moves it into place, so that nobody ever sees it with other permissions or
 * another owner, also when this process is killed. It gets the permissions of the outermost directory unless others are
 * wanted, so that whoever may use the one may use the other, whatever the umask; `fill` puts something in it while it is
 * still this user's alone. One that is there and empty is replaced: the name is one that nobody else makes, or the
 * directory is made for others before they use it.
 */
export const create = (
  directory: SharedDirectory.SharedDirectory,
  name: string,
  wanted: Wanted = directory,
  fill: (made: SharedDirectory.SharedDirectory) => void = () => undefined
): void =>
  SharedFile.published(directory, name, (partial) => {
    SharedDirectory.call(directory, partial, (path) => fs.mkdirSync(path, { mode: 0o700 }))
    enterOwn(directory, partial, (made) => {
      fill(made)
      change(made, wanted)
    })
  })

/**
 * Makes a directory unless something is in its place. Others may make the same one at the same time, and use it at once,
 * so that it is made where it is to be, by a call that replaces nothing.
 */
export const ensure = (directory: SharedDirectory.SharedDirectory, name: string): void => {
  if (SharedDirectory.status(directory, name) !== undefined) return
  // so that it is never there with fewer permissions
  const mask = process.umask(0)
  try {
    SharedDirectory.call(directory, name, (path) => fs.mkdirSync(path, { mode: directory.mode & permissions }))
  } catch (error) {
    // another session made it meanwhile
    if (SharedDirectory.status(directory, name)?.isDirectory() === true) return
    throw error
  } finally {
    process.umask(mask)
  }
  enterOwn(directory, name, (made) => {
    // `mkdir` leaves the set-group-ID bit to the parent, and a default ACL may take others away
    if ((SharedDirectory.ownStatus(made).mode & 0o7777) !== directory.mode) change(made, directory)
  })
}

/** What `mkdir` takes of a mode: mkdir(2). */
const permissions = 0o1777

/** Opens a directory that was just made, unless somebody moved another one there meanwhile. */
const enterOwn = (
  directory: SharedDirectory.SharedDirectory,
  name: string,
  run: (made: SharedDirectory.SharedDirectory) => void
): void =>
  SharedDirectory.closing(SharedDirectory.enter(directory, name), (made) => {
    if (SharedDirectory.ownStatus(made).uid !== process.geteuid?.()) {
      throw new SharedDirectoryError.SharedDirectoryError("EPERM", made.path)
    }
    run(made)
  })

/** Opens a directory below another while something runs, and makes what is not there of it. */
export const within = <A>(
  directory: SharedDirectory.SharedDirectory,
  names: ReadonlyArray<string>,
  run: (directory: SharedDirectory.SharedDirectory) => A
): A => {
  const [first, ...rest] = names
  if (first === undefined) return run(directory)
  ensure(directory, first)
  return SharedDirectory.closing(SharedDirectory.enter(directory, first), (inner) => within(inner, rest, run))
}

/** Changes the owner and the permission bits of an open directory. */
export const change = (
  { descriptor, path }: SharedDirectory.SharedDirectory,
  { mode, owner }: Wanted
): void =>
  SharedDirectoryError.placed(path, () => {
    if (owner !== undefined) fs.fchownSync(descriptor, owner.uid, owner.gid)
    fs.fchmodSync(descriptor, mode)
  })
