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

/** `O_PATH` names a file without opening it, which could start a device; asm-generic/fcntl.h. Node has no name for it. */
const O_PATH = 0o10000000

/**
 * Opens a regular file for reading while something runs; if that gives a promise, until it is settled. `undefined` if there is
 * no file. Anything else in its place is an error, and is not opened.
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
 * Opens a regular file for reading. The caller closes it. Throws if there is none, or this user may not read it.
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

/** An open file with its status when it was opened. `path` is for messages. */
export interface OpenFile {
  readonly descriptor: number
  readonly path: string
  readonly status: fs.Stats
}

/** Throws if there is no regular file, or this user may not read it. `access` would follow a link. */
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
        const asked = Math.min(chunk, buffer.length - filled)
        const count = fs.readSync(descriptor, buffer, filled, asked, null)
        filled += count
        // less than was asked for is the end of a file that has the size it said
        if (count === 0 || (filled === size && count < asked)) return buffer.subarray(0, filled)
      }
      throw tooLarge
    }))

/** In bytes, read at once: reading can only stop between two reads. */
const chunk = 256 * 1024

/** Makes a file that everybody may read, and gives its status. `EEXIST` if something is in its place. */
export const create = (directory: SharedDirectory.SharedDirectory, name: string, content: string): fs.Stats =>
  made(directory, name, (descriptor) => {
    if (content !== "") fs.writeFileSync(descriptor, content)
    fs.fchmodSync(descriptor, 0o644)
    return fs.fstatSync(descriptor)
  })

const made = <A>(
  directory: SharedDirectory.SharedDirectory,
  name: string,
  fill: (descriptor: number) => A
): A => {
  const descriptor = openNew(directory, name)
  try {
    return SharedDirectory.closing(
      { descriptor },
      () => SharedDirectoryError.placed(`${directory.path}/${name}`, () => fill(descriptor))
    )
  } catch (error) {
    attempt(() => TimeBudget.uncut(() => SharedRemoval.unlink(directory, name)))
    throw error
  }
}

/** Writes a file that everybody may read, whole or not at all, and gives its status. Replaces what is there. */
export const write = (directory: SharedDirectory.SharedDirectory, name: string, content: string): fs.Stats =>
  published(directory, name, (partial) => create(directory, partial, content))

/**
 * The same for a file that is read for its size and time only. Its `size` bytes take no room, so the file system has nothing to
 * write to the disk before the file replaces another, as ext4 otherwise does (Linux, `Documentation/admin-guide/ext4.rst`,
 * `auto_da_alloc`).
 */
export const mark = (directory: SharedDirectory.SharedDirectory, name: string, size: number): void =>
  published(directory, name, (partial) =>
    made(directory, partial, (descriptor) => {
      fs.ftruncateSync(descriptor, size)
      fs.fchmodSync(descriptor, 0o644)
    }))

/**
 * A file that this process made and keeps open, so that no other file can be taken for it. `refresh` sets its time of change to
 * now, by the file system's own clock, and tells whether the file is still in its place. `release` removes it. Both leave
 * another file in its place alone.
 */
export interface Held {
  readonly refresh: () => boolean
  readonly release: () => void
}

/** Makes an empty file that everybody may read, and holds it. `EEXIST` if something is in its place. */
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

/** Makes a file. If that fails, the error names the directory: nobody has seen the name of the file. */
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
 * Whether both are the status of one file, whatever its name. One of the two must be open: the file system reuses the numbers
 * of removed files.
 */
export const isSame = (one: fs.Stats, other: fs.Stats | undefined): boolean =>
  one.dev === other?.dev && one.ino === other.ino

/** Makes something under a temporary name and moves it into place. */
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
    // the first error counts; collection removes what is left
    attempt(() => TimeBudget.uncut(() => SharedRemoval.removeAll(directory, partial)))
    throw SharedDirectoryError.moved(error, `${directory.path}/${partial}`, `${directory.path}/${name}`)
  }
}

/** A name that nobody else has. Collection removes what has such a name and is old. */
export const unfinished = (): string => CacheLayout.unfinished("", randomBytes(6).toString("hex"))

/** Moves a file, a directory or a link itself to a name in a directory. */
export const rename = (
  from: SharedDirectory.SharedDirectory,
  name: string,
  to: SharedDirectory.SharedDirectory,
  newName: string
): void => SharedDirectory.call(from, name, (path) => fs.renameSync(path, SharedDirectory.below(to, newName)))

/** Gives a file, or a link itself, a second name. `EEXIST` if something has that name. */
export const link = (
  from: SharedDirectory.SharedDirectory,
  name: string,
  to: SharedDirectory.SharedDirectory,
  newName: string
): void => SharedDirectory.call(from, name, (path) => fs.linkSync(path, SharedDirectory.below(to, newName)))

/** Makes a symbolic link. `EEXIST` if something is in its place. */
export const symlink = (directory: SharedDirectory.SharedDirectory, name: string, target: string): void =>
  SharedDirectory.call(directory, name, (path) => fs.symlinkSync(target, path))

/**
 * Where a symbolic link points to; `undefined` if nothing is there. `EINVAL` if it is no link.
 */
export const readLink = (directory: SharedDirectory.SharedDirectory, name: string): string | undefined =>
  SharedDirectoryError.orAbsent(() => SharedDirectory.call(directory, name, (path) => fs.readlinkSync(path)))

/** The time in milliseconds, by the file system's own clock: the times of other files come from it, too. */
export const now = (directory: SharedDirectory.SharedDirectory): number => {
  const name = unfinished()
  const { mtimeMs } = create(directory, name, "")
  SharedRemoval.unlink(directory, name)
  return mtimeMs
}
