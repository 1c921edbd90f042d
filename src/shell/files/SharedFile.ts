/**
 * Files and links in a directory that others may write to; see `SharedDirectory`.
 */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import { attempt } from "./Attempt.ts"
import * as SharedDirectory from "./SharedDirectory.ts"
import * as SharedDirectoryError from "./SharedDirectoryError.ts"
import * as SharedRemoval from "./SharedRemoval.ts"
import * as SystemError from "./SystemError.ts"
import * as TimeBudget from "./TimeBudget.ts"

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants

/** Names a file without opening it, which could wake up a device; asm-generic/fcntl.h. Node has no name for it. */
const O_PATH = 0o10000000

/**
 * Opens a regular file for reading while something runs, also until its promise is settled; `undefined` if there is
 * none. Anything else in its place is an error, and is not opened.
 */
export const read = <A>(
  directory: SharedDirectory.SharedDirectory,
  name: string,
  run: (descriptor: number, status: fs.Stats) => A
): A | undefined => {
  const opened = SharedDirectoryError.orAbsent(() => open(directory, name))
  return opened === undefined
    ? undefined
    : SharedDirectory.closing(opened, ({ descriptor, status }) => run(descriptor, status))
}

/**
 * Opens a regular file for reading; it has to be closed. Where there is none, or one that this user may not read, that is
 * an error.
 */
export const open = (directory: SharedDirectory.SharedDirectory, name: string): OpenFile => {
  const path = `${directory.path}/${name}`
  const descriptor = SharedDirectory.call(directory, name, (one) => fs.openSync(one, O_PATH | O_NOFOLLOW))
  return SharedDirectory.closing({ descriptor }, () =>
    SharedDirectoryError.placed(path, () => {
      const status = fs.fstatSync(descriptor)
      if (!status.isFile()) throw new SharedDirectoryError.SharedDirectoryError(SharedDirectoryError.codes.kind, path)
      return { descriptor: fs.openSync(`/proc/self/fd/${descriptor}`, O_RDONLY | O_NONBLOCK), path, status }
    }))
}

/** An open file, with what it was when it was opened. `path` is for messages. */
export interface OpenFile {
  readonly descriptor: number
  readonly path: string
  readonly status: fs.Stats
}

/** Throws if no regular file is, or one that this user may not read. Asking by `access` would follow a link. */
export const checkReadable = (directory: SharedDirectory.SharedDirectory, name: string): void =>
  SharedDirectory.close(open(directory, name))

/** The text of a regular file of at most `limit` bytes; `undefined` if there is none. */
export const readText = (
  directory: SharedDirectory.SharedDirectory,
  name: string,
  limit: number
): string | undefined => readBytes(directory, name, limit)?.toString("utf8")

/** The content of a regular file of at most `limit` bytes; `undefined` if there is none. */
export const readBytes = (
  directory: SharedDirectory.SharedDirectory,
  name: string,
  limit: number
): Buffer | undefined =>
  read(directory, name, (descriptor, { size }) =>
    SharedDirectoryError.placed(`${directory.path}/${name}`, () => {
      const tooLarge = new SharedDirectoryError.SharedDirectoryError(
        SharedDirectoryError.codes.large,
        `${directory.path}/${name}`
      )
      if (size > limit) throw tooLarge
      // one byte more shows that it grows while it is read
      const buffer = Buffer.alloc(size + 1)
      let filled = 0
      while (filled < buffer.length) {
        TimeBudget.check(`${directory.path}/${name}`)
        const count = fs.readSync(descriptor, buffer, filled, Math.min(chunk, buffer.length - filled), null)
        if (count === 0) return buffer.subarray(0, filled)
        filled += count
      }
      throw tooLarge
    }))

/** In bytes: so much is read at once, as reading can be given up only in between. */
const chunk = 256 * 1024

/** Makes a file that everybody may read; `EEXIST` where something is in its place. Gives the status of what it made. */
export const create = (directory: SharedDirectory.SharedDirectory, name: string, content: string): fs.Stats =>
  made(directory, name, (descriptor) => {
    if (content !== "") fs.writeFileSync(descriptor, content)
  })

const made = (
  directory: SharedDirectory.SharedDirectory,
  name: string,
  fill: (descriptor: number) => void
): fs.Stats => {
  const descriptor = openNew(directory, name)
  try {
    return SharedDirectory.closing(
      { descriptor },
      () =>
        SharedDirectoryError.placed(`${directory.path}/${name}`, () => {
          fill(descriptor)
          fs.fchmodSync(descriptor, 0o644)
          return fs.fstatSync(descriptor)
        })
    )
  } catch (error) {
    attempt(() => TimeBudget.uncut(() => SharedRemoval.unlink(directory, name)))
    throw error
  }
}

/** Writes a file that everybody may read, whole or not at all, in the place of what is there. Gives its status. */
export const write = (directory: SharedDirectory.SharedDirectory, name: string, content: string): fs.Stats =>
  published(directory, name, (partial) => create(directory, partial, content))

/**
 * The same for a file of so many bytes that only its size and its time are asked for. They take no room, and so no file system
 * has to write them to its disk before the file takes the place of another, as ext4 does (Linux, `Documentation/admin-guide/ext4.rst`,
 * `auto_da_alloc`).
 */
export const mark = (directory: SharedDirectory.SharedDirectory, name: string, size: number): fs.Stats =>
  published(directory, name, (partial) => made(directory, partial, (descriptor) => fs.ftruncateSync(descriptor, size)))

/**
 * A file that this process made and keeps open, so that no other file can be taken for it. `refresh` makes its time of change
 * the present one, by the file system's own clock; whether it still was in its place. What somebody else put there is left
 * alone, by `release` too, which removes it.
 */
export interface Held {
  readonly refresh: () => boolean
  readonly release: () => void
}

/** Makes an empty file that everybody may read, and holds it; `EEXIST` where something is in its place. */
export const hold = (directory: SharedDirectory.SharedDirectory, name: string): Held => {
  const place = `${directory.path}/${name}`
  const descriptor = openNew(directory, name)
  const isInPlace = (): boolean =>
    SharedDirectoryError.placed(place, () => isSame(fs.fstatSync(descriptor), SharedDirectory.status(directory, name)))
  const remove = (): void =>
    SharedDirectory.closing({ descriptor }, () => {
      if (isInPlace()) SharedRemoval.unlink(directory, name)
    })
  try {
    SharedDirectoryError.placed(place, () => fs.fchmodSync(descriptor, 0o644))
  } catch (error) {
    attempt(remove)
    throw error
  }
  return {
    // an empty write would leave the time as it is
    refresh: () => isInPlace() && SharedDirectoryError.placed(place, () => fs.writeSync(descriptor, ".", 0)) > 0,
    release: remove
  }
}

/** Where no file can be made the directory is why: the name of the file, which nobody has seen, says nothing. */
const openNew = (directory: SharedDirectory.SharedDirectory, name: string): number => {
  try {
    return SharedDirectory.call(
      directory,
      name,
      (path) => fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
    )
  } catch (error) {
    const code = SystemError.code(error)
    throw code === "" || code === "EEXIST"
      ? error
      : new SharedDirectoryError.SharedDirectoryError(code, directory.path, { cause: error })
  }
}

/**
 * Whether two are of one file, whatever its name, while one of them is open: numbers of removed files are given away again.
 */
export const isSame = (one: fs.Stats, other: fs.Stats | undefined): boolean =>
  one.dev === other?.dev && one.ino === other.ino

/** Makes something under a name of its own and moves it into place. */
export const published = <A>(
  directory: SharedDirectory.SharedDirectory,
  name: string,
  make: (partial: string) => A
): A => {
  const partial = unfinished()
  try {
    const made = make(partial)
    rename(directory, partial, directory, name)
    return made
  } catch (error) {
    // the first error is the one to tell; collection removes what is left
    attempt(() => TimeBudget.uncut(() => SharedRemoval.removeAll(directory, partial)))
    throw error
  }
}

/** A name that nobody else has, of what collection removes when it is old. */
export const unfinished = (): string => CacheLayout.unfinished("", randomBytes(6).toString("hex"))

/** Moves whatever is in a place, a link itself, to a place of a directory. */
export const rename = (
  from: SharedDirectory.SharedDirectory,
  name: string,
  to: SharedDirectory.SharedDirectory,
  newName: string
): void => SharedDirectory.call(from, name, (path) => fs.renameSync(path, SharedDirectory.below(to, newName)))

/** Gives a file, or a link itself, a second name; `EEXIST` where something is in that place. */
export const link = (
  from: SharedDirectory.SharedDirectory,
  name: string,
  to: SharedDirectory.SharedDirectory,
  newName: string
): void => SharedDirectory.call(from, name, (path) => fs.linkSync(path, SharedDirectory.below(to, newName)))

/** Makes a symbolic link; `EEXIST` where something is in its place. */
export const symlink = (directory: SharedDirectory.SharedDirectory, name: string, target: string): void =>
  SharedDirectory.call(directory, name, (path) => fs.symlinkSync(target, path))

/**
 * Where a symbolic link points to; `undefined` if nothing is in its place, and an error, `EINVAL`, where it is no link.
 */
export const readLink = (directory: SharedDirectory.SharedDirectory, name: string): string | undefined =>
  SharedDirectoryError.orAbsent(() => SharedDirectory.call(directory, name, (path) => fs.readlinkSync(path)))

/** The time by the file system's own clock, in milliseconds, which writes the times that others are judged by. */
export const now = (directory: SharedDirectory.SharedDirectory): number => {
  const name = unfinished()
  const { mtimeMs } = create(directory, name, "")
  SharedRemoval.unlink(directory, name)
  return mtimeMs
}
