/**
 * A directory that others may write to, such as the shared cache.
 *
 * Whoever can write to a directory can put a link, a pipe or another directory anywhere in it, even between two calls of ours.
 * So no path is walked twice. The shim opens a directory once, without following a link, and then names everything in it by the
 * descriptor: `/proc/self/fd/N/name`. Only `name` can still belong to somebody else, and no call follows a link there. The shim
 * never opens an existing file for writing: it makes a new one, for its own user alone, and moves it into place when it is
 * whole.
 *
 * This module opens and lists, `MadeDirectory` makes directories, `SharedFile` reads, writes and moves, `SharedRemoval`
 * removes. All of them throw a `SharedDirectoryError`. Only `ENOENT` means that nothing is there. Within a time
 * (`TimeBudget.cutting`) they stop when it is over.
 */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as SettingPath from "./SettingPath.ts"
import { codes, errorAt, orAbsent, placed, SharedDirectoryError } from "./SharedDirectoryError.ts"
import * as SystemError from "./SystemError.ts"
import * as TimeBudget from "./TimeBudget.ts"

/** An open directory. `path` is for messages only; `mode` is that of the outermost directory. */
export interface SharedDirectory {
  readonly descriptor: number
  readonly path: string
  readonly mode: number
}

/** A name in a directory: bytes if it is not UTF-8. */
export type Name = string | Uint8Array

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY, W_OK, X_OK } = fs.constants

/**
 * Opens the outermost directory, by the path that the user gave. The caller closes it. A link in that path is followed only if
 * nobody else could have put it there: see `SettingPath`.
 */
export const open = (path: string): SharedDirectory => opened(path, SettingPath.open)

/** The same, but makes missing directories. */
export const create = (path: string): SharedDirectory => opened(path, SettingPath.create)

const opened = (path: string, openPath: (path: string) => number): SharedDirectory => {
  const descriptor = openPath(path)
  try {
    return { descriptor, path, mode: fs.fstatSync(descriptor).mode & 0o7777 }
  } catch (error) {
    fs.closeSync(descriptor)
    throw errorAt(path, error)
  }
}

/** Opens a directory in another. The caller closes it. A link in its place is `ENOTDIR`. */
export const enter = (directory: SharedDirectory, name: Name): SharedDirectory => ({
  descriptor: call(directory, name, (path) => fs.openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)),
  path: `${directory.path}/${String(name)}`,
  mode: directory.mode
})

/** Closes a directory. */
export const close = ({ descriptor }: Pick<SharedDirectory, "descriptor">): void => fs.closeSync(descriptor)

/** Opens the outermost directory while something runs; if that gives a promise, until it is settled. */
export const use = <A>(path: string, run: (directory: SharedDirectory) => A): A => closing(open(path), run)

/** Opens a directory below another, name by name, while something runs. */
export const within = <A>(
  directory: SharedDirectory,
  names: ReadonlyArray<string>,
  run: (directory: SharedDirectory) => A
): A => {
  const [first, ...rest] = names
  return first === undefined ? run(directory) : closing(enter(directory, first), (inner) => within(inner, rest, run))
}

/** The same, but `undefined` if one of the names is not there. */
export const withinIfThere = <A>(
  directory: SharedDirectory,
  names: ReadonlyArray<string>,
  run: (directory: SharedDirectory) => A
): A | undefined => {
  const [first, ...rest] = names
  if (first === undefined) return run(directory)
  const inner = orAbsent(() => enter(directory, first))
  return inner === undefined ? undefined : closing(inner, (one) => withinIfThere(one, rest, run))
}

/** Closes a descriptor when something has run, or when its promise is settled. */
export const closing = <D extends Pick<SharedDirectory, "descriptor">, A>(opened: D, run: (opened: D) => A): A => {
  let result: A
  try {
    result = run(opened)
  } catch (error) {
    close(opened)
    throw error
  }
  // a promise of the same, which the compiler cannot know
  if (result instanceof Promise) return result.finally(() => close(opened)) as A
  close(opened)
  return result
}

/** Some of the names in a directory, or all. */
export const some = (directory: SharedDirectory, limit: number): ReadonlyArray<Name> => {
  const names: Array<Name> = []
  if (limit > 0) each(directory, (name) => names.push(name) < limit)
  return names
}

/** Calls `take` with each name in a directory until it returns false. Tells whether it got all names. */
export const each = (directory: SharedDirectory, take: (name: Name) => boolean): boolean =>
  placed(directory.path, () => {
    // Node's types know no encoding but text's
    const listing = fs.opendirSync(self(directory), { encoding: "buffer" as BufferEncoding, bufferSize: 256 })
    try {
      let count = 0
      for (let entry = listing.readSync(); entry !== null; entry = listing.readSync()) {
        if (count % lookEvery === 0) TimeBudget.check(directory.path)
        count += 1
        if (!take(nameOf(entry.name))) return false
      }
      return true
    } finally {
      listing.closeSync()
    }
  })

/** The same for the names that are text: nobody who follows the layout makes others. */
export const eachText = (directory: SharedDirectory, take: (name: string) => boolean): boolean =>
  each(directory, (name) => typeof name !== "string" || take(name))

/** The time is looked at before the first of as many names: asking for each would cost more than the name. */
const lookEvery = 64

const nameOf = (name: Name): Name => {
  if (typeof name === "string") return name
  const text = Buffer.from(name).toString("utf8")
  return Buffer.from(text).equals(name) ? text : name
}

/** The status of a name, without following a link; `undefined` if nothing is there. */
export const status = (directory: SharedDirectory, name: Name): fs.Stats | undefined =>
  // an error would cost ten times as much as the call
  call(directory, name, (path) => fs.lstatSync(path, { throwIfNoEntry: false }))

/** The directory's own status. */
export const ownStatus = (directory: SharedDirectory): fs.Stats =>
  placed(directory.path, () => fs.fstatSync(directory.descriptor))

/** The bytes that this user may still write to the directory's file system. */
export const free = (directory: SharedDirectory): number =>
  placed(directory.path, () => {
    const { bavail, bsize } = fs.statfsSync(self(directory))
    return bavail * bsize
  })

/** Throws if this user may not make and remove names in the directory. */
export const checkWritable = (directory: SharedDirectory): void =>
  placed(directory.path, () => fs.accessSync(self(directory), W_OK | X_OK))

/**
 * Whether the mount is read-only, as opposed to this user's rights. When a name is removed, even one that does not exist, the
 * kernel reports the mount first (Linux, `fs/namei.c`).
 */
export const isReadOnly = (directory: SharedDirectory): boolean => {
  try {
    call(directory, `.docker-shim-${randomBytes(8).toString("hex")}`, (path) => fs.rmdirSync(path))
    return false
  } catch (error) {
    return SystemError.code(error) === "EROFS"
  }
}

/** A path to the directory itself: the link in `/proc` leads to the open directory, whatever its name is by now. */
const self = ({ descriptor }: SharedDirectory): string => `/proc/self/fd/${descriptor}`

/** The path of a name in a directory. A name that would lead elsewhere is `EINVAL`. */
export const below = (directory: SharedDirectory, name: Name): string | Buffer => {
  if (typeof name !== "string") return Buffer.concat([Buffer.from(`${self(directory)}/`), name])
  if (name === "" || name === "." || name === ".." || name.includes("/") || name.includes("\0")) {
    throw new SharedDirectoryError("EINVAL", `${directory.path}/${name}`)
  }
  return `${self(directory)}/${name}`
}

/** Makes a system call for a name in a directory. `run` must not follow a link. */
export const call = <A>(directory: SharedDirectory, name: Name, run: (path: string | Buffer) => A): A => {
  // only errors need the text of the place, and a command with many builds makes thousands of calls
  if (TimeBudget.isOver()) throw new SharedDirectoryError(codes.late, placeOf(directory, name))
  try {
    return run(below(directory, name))
  } catch (error) {
    throw errorAt(placeOf(directory, name), error)
  }
}

const placeOf = (directory: SharedDirectory, name: Name): string => `${directory.path}/${String(name)}`
