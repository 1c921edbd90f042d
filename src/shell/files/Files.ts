/**
 * Directories and files of the shared cache: made so that every session that may use the cache may use them, and never
 * reached through a symbolic link that somebody planted.
 */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import { attempt } from "./Attempt.ts"

/**
 * Whether a path is a directory of its own; a link to one is not. `undefined` where nothing is there, or nothing of
 * ours.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isDirectory = (path: string): boolean | undefined => {
  try {
    return fs.lstatSync(path, { throwIfNoEntry: false })?.isDirectory()
  } catch {
    return undefined
  }
}

/**
 * Makes a directory below a cache directory unless it is there, with the permissions of the cache directory itself, so
 * that who may use the one may use the other whatever the umask. Throws the system's error.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeDirectory = (directory: string, path: string): void => {
  if (isDirectory(path) === true) return
  try {
    makeWhole(path, { mode: fs.statSync(directory).mode & 0o7777 })
  } catch (error) {
    // another build made it meanwhile, and has put something in it
    if (isDirectory(path) !== true) throw error
  }
}

/**
 * Makes a directory under another name and moves it into place, so that nobody ever sees it with other permissions or
 * another owner, also when this process is killed. One that is there and empty is replaced. Throws the system's error.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeWhole = (
  path: string,
  { mode, owner }: { readonly mode: number; readonly owner?: Owner | undefined }
): void => {
  const partial = CacheLayout.unfinished(path, randomBytes(6).toString("hex"))
  try {
    fs.mkdirSync(partial)
    if (owner !== undefined) fs.chownSync(partial, owner.uid, owner.gid)
    fs.chmodSync(partial, mode)
    fs.renameSync(partial, path)
  } catch (error) {
    fs.rmSync(partial, { recursive: true, force: true })
    throw error
  }
}

/**
 * Who a directory belongs to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/**
 * The text of a file of at most `maxSize` bytes; empty where it is larger, cannot be read or is no file (a pipe that
 * somebody planted would otherwise be waited for), `undefined` where nothing is there, or a link.
 *
 * @category accessors
 * @since 0.1.0
 */
export const read = (file: string, maxSize: number): string | undefined => {
  const descriptor = attempt(() => fs.openSync(file, reading))
  if (descriptor === undefined) return undefined
  try {
    const stat = fs.fstatSync(descriptor)
    return stat.isFile() && stat.size <= maxSize ? fs.readFileSync(descriptor, "utf8") : ""
  } catch {
    return ""
  } finally {
    fs.closeSync(descriptor)
  }
}

const reading = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK

/**
 * Writes a file that everybody may read, whatever the umask, whole or not at all. Throws the system's error.
 *
 * @category constructors
 * @since 0.1.0
 */
export const write = (file: string, content: string): void => {
  const partial = CacheLayout.unfinished(file, randomBytes(6).toString("hex"))
  try {
    fs.writeFileSync(partial, content, { flag: "wx" })
    fs.chmodSync(partial, 0o644)
    fs.renameSync(partial, file)
  } catch (error) {
    fs.rmSync(partial, { force: true })
    throw error
  }
}

/**
 * Moves a file, a directory or a link itself out of the way, into the trash; whether it was there to be moved.
 *
 * @category running
 * @since 0.1.0
 */
export const moveToTrash = (directory: string, path: string): boolean => {
  const trash = CacheLayout.trash(directory)
  try {
    makeDirectory(directory, trash)
    const name = path.slice(path.lastIndexOf("/") + 1)
    fs.renameSync(path, `${trash}/${name}~${randomBytes(6).toString("hex")}`)
    return true
  } catch {
    return false
  }
}
