/**
 * Directories that the shim makes in a directory that others may write to; see `SharedDirectory`.
 */
import * as fs from "node:fs"
import * as SharedDirectory from "./SharedDirectory.ts"
import * as SharedDirectoryError from "./SharedDirectoryError.ts"
import * as SharedFile from "./SharedFile.ts"

/** The permission bits that a directory gets, and its owner if that changes. */
export interface Wanted {
  readonly mode: number
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
}

/**
 * Makes a directory under another name and moves it into place. So nobody ever sees it with other permissions or another owner,
 * even if this process is killed. By default it gets the permissions of the outermost directory, whatever the umask: whoever
 * may use the one may use the other. `fill` puts something in it while only this user can reach it. An empty directory in its
 * place is replaced.
 */
export const create = (
  directory: SharedDirectory.SharedDirectory,
  name: string,
  wanted: Wanted = directory,
  fill: (made: SharedDirectory.SharedDirectory) => void = () => undefined
): void =>
  SharedFile.published(directory, name, (partial) => {
    SharedDirectory.call(directory, partial, (path) => fs.mkdirSync(path, { mode: 0o700 }))
    SharedDirectory.closing(SharedDirectory.enter(directory, partial), (made) => {
      statusOfOwn(made)
      fill(made)
      change(made, wanted)
    })
  })

/**
 * Makes a directory unless something is in its place. Others may make the same one at the same time and use it at once, so this
 * makes it in its final place, with a call that replaces nothing.
 */
export const ensure = (directory: SharedDirectory.SharedDirectory, name: string): void => {
  if (SharedDirectory.status(directory, name) !== undefined) return
  try {
    unmasked(() =>
      SharedDirectory.call(directory, name, (path) => fs.mkdirSync(path, { mode: directory.mode & permissions }))
    )
  } catch (error) {
    // another session made it meanwhile
    if (SharedDirectory.status(directory, name)?.isDirectory() === true) return
    throw error
  }
  SharedDirectory.closing(SharedDirectory.enter(directory, name), (made) => setMode(made, directory))
}

/** Makes something without the umask, so that it never lacks a permission, not even for a moment. */
const unmasked = <A>(make: () => A): A => {
  const mask = process.umask(0)
  try {
    return make()
  } finally {
    process.umask(mask)
  }
}

/** `mkdir` leaves the set-group-ID bit to the parent, and a default ACL may take others away. */
const setMode = (made: SharedDirectory.SharedDirectory, wanted: Wanted): void => {
  if ((statusOfOwn(made).mode & 0o7777) !== wanted.mode) change(made, wanted)
}

/** The status of a directory that was just made, unless somebody moved another one there meanwhile. */
const statusOfOwn = (made: SharedDirectory.SharedDirectory): fs.Stats => {
  const status = SharedDirectory.ownStatus(made)
  if (status.uid !== process.geteuid?.()) throw new SharedDirectoryError.SharedDirectoryError("EPERM", made.path)
  return status
}

/** The bits of a mode that `mkdir` uses: mkdir(2). */
const permissions = 0o1777

/**
 * Makes a directory under a name that nobody else makes, and opens it. The caller closes it. `EEXIST` if something is in its
 * place.
 */
export const enterNew = (
  directory: SharedDirectory.SharedDirectory,
  name: string,
  wanted: Wanted
): SharedDirectory.SharedDirectory => {
  unmasked(() => SharedDirectory.call(directory, name, (path) => fs.mkdirSync(path, { mode: wanted.mode })))
  const made = SharedDirectory.enter(directory, name)
  try {
    setMode(made, wanted)
    return made
  } catch (error) {
    SharedDirectory.close(made)
    throw error
  }
}

/** Opens a directory below another while something runs, and makes the missing directories on the way. */
export const within = <A>(
  directory: SharedDirectory.SharedDirectory,
  names: ReadonlyArray<string>,
  run: (directory: SharedDirectory.SharedDirectory) => A
): A => {
  const [first, ...rest] = names
  if (first === undefined) return run(directory)
  // mostly it is there
  const there = SharedDirectoryError.orAbsent(() => SharedDirectory.enter(directory, first))
  return SharedDirectory.closing(there ?? enterMade(directory, first), (inner) => within(inner, rest, run))
}

const enterMade = (directory: SharedDirectory.SharedDirectory, name: string): SharedDirectory.SharedDirectory => {
  ensure(directory, name)
  return SharedDirectory.enter(directory, name)
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
