/**
 * Stands in for `node:fs`. Everything is synchronous: a file system answers sooner than a thread would start.
 */
import { encode } from "docker-shim:host"
import * as Files from "../system/Files.ts"
import * as Structure from "../system/Structure.ts"
import { type Buffer, bytesOf, view } from "./buffer.ts"
import { constants, openFlags } from "./fs-constants.ts"
import { number, type Path, text } from "./fs-path.ts"
import { Stats } from "./fs-stats.ts"
import { Readable } from "./stream.ts"

type Encoding = "utf8" | "utf-8" | "latin1" | "binary" | "ascii" | "hex" | "base64" | "base64url"
type EncodingOption = Encoding | { readonly encoding?: Encoding | null | undefined } | null | undefined

export { Dir, Dirent, mkdirSync, mkdtempSync, opendirSync, readdirSync, rmdirSync, rmSync } from "./fs-directories.ts"
export { constants, Stats }

interface StatOptions {
  readonly bigint?: boolean
  readonly throwIfNoEntry?: boolean
}

export const statSync = (path: Path, options?: StatOptions): unknown => look(path, true, options)
export const lstatSync = (path: Path, options?: StatOptions): unknown => look(path, false, options)
export const fstatSync = (descriptor: number, options?: StatOptions): unknown =>
  Stats.of(Files.fstat(descriptor), options?.bigint === true)

const look = (path: Path, follow: boolean, options: StatOptions | undefined): unknown => {
  const status = Files.stat(text(path), follow, options?.throwIfNoEntry !== false)
  return status === undefined ? undefined : Stats.of(status, options?.bigint === true)
}

export const existsSync = (path: Path): boolean => {
  try {
    Files.access(text(path), 0)
    return true
  } catch {
    // as in Node, every error means no
    return false
  }
}

export const accessSync = (path: Path, mode = 0): void => Files.access(text(path), mode)
export const realpathSync = Object.assign((path: Path): string => Files.realpath(text(path)), {
  native: (path: Path): string => Files.realpath(text(path))
})
export const readlinkSync = (path: Path): string => Files.readlink(text(path))

export const openSync = (path: Path, flags: string | number = "r", mode: string | number = 0o666): number =>
  Files.open(text(path), openFlags(flags), number(mode))
export const closeSync = (descriptor: number): void => Files.close(descriptor)

export const readSync = (
  descriptor: number,
  buffer: ArrayBufferView,
  offset: number | { readonly offset?: number; readonly length?: number; readonly position?: number | null } = 0,
  length?: number,
  position?: number | null
): number => {
  const bytes = bytesIn(buffer)
  const given = typeof offset === "number" ? { offset, length, position } : offset
  const at = given.offset ?? 0
  return Files.read(descriptor, part(bytes, at, given.length), given.position ?? -1)
}

export const writeSync = (
  descriptor: number,
  data: string | ArrayBufferView,
  offset?: number | null,
  length?: number | string | null,
  position?: number | null
): number => {
  if (typeof data === "string") {
    const bytes = encode(data)
    return Files.write(descriptor, bytes, offset ?? -1)
  }
  const bytes = bytesIn(data)
  const at = offset ?? 0
  return Files.write(descriptor, part(bytes, at, typeof length === "number" ? length : undefined), position ?? -1)
}

export const readFileSync = (file: Path | number, options?: EncodingOption): Buffer | string => {
  const descriptor = typeof file === "number" ? file : Files.open(text(file), 0, 0)
  try {
    const whole = readAll(descriptor)
    const encoding = encodingOf(options)
    return encoding === undefined ? whole : whole.toString(encoding)
  } finally {
    if (typeof file !== "number") Files.close(descriptor)
  }
}

export const writeFileSync = (
  file: Path | number,
  data: string | ArrayBufferView,
  options?: EncodingOption | { readonly mode?: string | number; readonly flag?: string; readonly flush?: boolean }
): void => {
  const { flag = "w", mode = 0o666 } = typeof options === "object" && options !== null
    ? options as { readonly mode?: string | number; readonly flag?: string }
    : {}
  const descriptor = typeof file === "number" ? file : openSync(file, flag, mode)
  try {
    const bytes = typeof data === "string" ? bytesOf(data, encodingOf(options as EncodingOption)) : bytesIn(data)
    Files.writeAll(descriptor, bytes)
  } finally {
    if (typeof file !== "number") Files.close(descriptor)
  }
}

export const appendFileSync = (
  file: Path,
  data: string | ArrayBufferView,
  options?: { readonly mode?: number }
): void => writeFileSync(file, data, { ...options, flag: "a" })

export const unlinkSync = (path: Path): void => Files.unlink(text(path))
export const renameSync = (from: Path, to: Path): void => Files.rename(text(from), text(to))
export const linkSync = (from: Path, to: Path): void => Files.link(text(from), text(to))
export const symlinkSync = (target: Path, path: Path): void => Files.symlink(text(target), text(path))
export const copyFileSync = (from: Path, to: Path, mode = 0): void =>
  Files.copy(text(from), text(to), (mode & constants.COPYFILE_EXCL) === 0 ? constants.O_TRUNC : constants.O_EXCL)
export const chmodSync = (path: Path, mode: string | number): void => Files.chmod(text(path), number(mode))
export const chownSync = (path: Path, user: number, group: number): void => Files.chown(text(path), user, group)
/** The link in `/proc` leads to what is open. */
export const fchmodSync = (descriptor: number, mode: string | number): void =>
  Files.chmod(`/proc/self/fd/${descriptor}`, number(mode))
export const fchownSync = (descriptor: number, user: number, group: number): void =>
  Files.chown(`/proc/self/fd/${descriptor}`, user, group)
export const utimesSync = (path: Path, accessed: number | string | Date, modified: number | string | Date): void =>
  Files.utimes(text(path), seconds(accessed), seconds(modified))
export const futimesSync = (descriptor: number, accessed: number | Date, modified: number | Date): void =>
  Files.futimes(descriptor, seconds(accessed), seconds(modified))
export const ftruncateSync = (descriptor: number, length = 0): void => Files.ftruncate(descriptor, length)
export const truncateSync = (path: Path, length = 0): void => {
  const descriptor = Files.open(text(path), constants.O_RDWR, 0)
  try {
    Files.ftruncate(descriptor, length)
  } finally {
    Files.close(descriptor)
  }
}
export const fsyncSync = (descriptor: number): void => Files.fsync(descriptor)
export const fdatasyncSync = fsyncSync

export const statfsSync = (path: Path, options?: { readonly bigint?: boolean }): unknown => {
  const [type = 0, bsize = 0, blocks = 0, bfree = 0, bavail = 0, files = 0, ffree = 0] = Files.statfs(text(path))
  const values = { type, bsize, blocks, bfree, bavail, files, ffree }
  return options?.bigint === true
    ? Object.fromEntries(Object.entries(values).map(([name, value]) => [name, BigInt(value)]))
    : values
}

/** A stream of a file's content. If the file cannot be opened, the stream has an error. */
export const createReadStream = (
  file: Path,
  options?: { readonly fd?: number; readonly autoClose?: boolean }
): Readable => {
  try {
    if (options?.fd !== undefined) return new Readable(options.fd, options.autoClose !== false)
    return new Readable(Files.open(text(file), constants.O_RDONLY, 0))
  } catch (error) {
    return new Readable(Files.open("/dev/null", constants.O_RDONLY, 0)).destroy(error)
  }
}

/** The rest of a descriptor's content. */
const readAll = (descriptor: number): Buffer => {
  const size = Structure.size(Files.fstat(descriptor))
  let buffer = new Uint8Array(size > 0 ? size : 8192)
  let filled = 0
  for (;;) {
    const count = Files.read(descriptor, buffer.subarray(filled))
    filled += count
    // as Node: a file of a known size is not asked for what it has behind that
    if (count === 0 || filled === size) return view(buffer.subarray(0, filled))
    if (filled === buffer.length) {
      const larger = new Uint8Array(buffer.length * 2)
      larger.set(buffer)
      buffer = larger
    }
  }
}

const seconds = (time: number | string | Date): number => time instanceof Date ? time.getTime() / 1000 : Number(time)

/** `length` bytes from `at`, or all. A range outside the bytes is an error, as in Node. */
const part = (bytes: Uint8Array, at: number, length = bytes.length - at): Uint8Array => {
  if (at < 0 || length < 0 || at + length > bytes.length) throw new RangeError("the range is outside the buffer")
  return bytes.subarray(at, at + length)
}

const bytesIn = (data: ArrayBufferView): Uint8Array =>
  data instanceof Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

const encodingOf = (options: EncodingOption): Encoding | undefined =>
  (typeof options === "string" ? options : options?.encoding) ?? undefined
