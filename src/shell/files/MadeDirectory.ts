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
 * still this user's alone. One that is there and empty is replaced.
 */
export const make = (
  directory: SharedDirectory.SharedDirectory,
  name: string,
  wanted: Wanted = directory,
  fill: (made: SharedDirectory.SharedDirectory) => void = () => undefined
): void =>
  SharedFile.published(directory, name, (partial) => {
    SharedDirectory.call(directory, partial, (path) => fs.mkdirSync(path, { mode: 0o700 }))
    SharedDirectory.closing(SharedDirectory.enter(directory, partial), (made) => {
      // somebody moved another one here meanwhile
      if (SharedDirectory.ownStatus(made).uid !== process.geteuid?.()) {
        throw new SharedDirectoryError.SharedDirectoryError("EPERM", made.path)
      }
      fill(made)
      change(made, wanted)
    })
  })

/** Makes a directory unless something is in its place. */
export const ensure = (directory: SharedDirectory.SharedDirectory, name: string): void => {
  if (SharedDirectory.status(directory, name) !== undefined) return
  try {
    make(directory, name)
  } catch (error) {
    // another session made it meanwhile, and has put something in it
    if (SharedDirectory.status(directory, name)?.isDirectory() !== true) throw error
  }
}

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
