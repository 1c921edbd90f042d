/**
 * Stands in for `node:fs`. Everything happens at once: a file system answers sooner than a thread would be started.
 */
import * as host from "docker-shim:host"
import { type Buffer, bytesOf, view } from "./buffer.ts"
import { Stats } from "./fs-stats.ts"
import { Readable } from "./stream.ts"

type Path = string | Uint8Array | { readonly href: string }
type Encoding = "utf8" | "utf-8" | "latin1" | "binary" | "ascii" | "hex" | "base64" | "base64url"
type EncodingOption = Encoding | { readonly encoding?: Encoding | null | undefined } | null | undefined

/** Linux's numbers: asm-generic/fcntl.h and uapi/linux/stat.h. */
export const constants = {
  F_OK: 0,
  X_OK: 1,
  W_OK: 2,
  R_OK: 4,
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_RDWR: 2,
  O_CREAT: 0o100,
  O_EXCL: 0o200,
  O_NOCTTY: 0o400,
  O_TRUNC: 0o1000,
  O_APPEND: 0o2000,
  O_NONBLOCK: 0o4000,
  O_SYNC: 0o4010000,
  O_DIRECTORY: DOCKER_SHIM_ARCHITECTURE === "arm64" ? 0o40000 : 0o200000,
  O_NOFOLLOW: DOCKER_SHIM_ARCHITECTURE === "arm64" ? 0o100000 : 0o400000,
  S_IFMT: 0o170000,
  S_IFREG: 0o100000,
  S_IFDIR: 0o040000,
  S_IFCHR: 0o020000,
  S_IFBLK: 0o060000,
  S_IFIFO: 0o010000,
  S_IFLNK: 0o120000,
  S_IFSOCK: 0o140000,
  COPYFILE_EXCL: 1,
  COPYFILE_FICLONE: 2
}

export { Stats }

interface StatOptions {
  readonly bigint?: boolean
  readonly throwIfNoEntry?: boolean
}

export const statSync = (path: Path, options?: StatOptions): unknown => look(path, true, options)
export const lstatSync = (path: Path, options?: StatOptions): unknown => look(path, false, options)
export const fstatSync = (descriptor: number, options?: StatOptions): unknown =>
  Stats.of(host.fstat(descriptor), options?.bigint === true)

const look = (path: Path, follow: boolean, options: StatOptions | undefined): unknown => {
  const status = host.stat(text(path), follow, options?.throwIfNoEntry !== false)
  return status === undefined ? undefined : Stats.of(status, options?.bigint === true)
}

export const existsSync = (path: Path): boolean => {
  try {
    host.access(text(path), 0)
    return true
  } catch {
    return false
  }
}

export const accessSync = (path: Path, mode = 0): void => host.access(text(path), mode)
export const realpathSync = Object.assign((path: Path): string => host.realpath(text(path)), {
  native: (path: Path): string => host.realpath(text(path))
})
export const readlinkSync = (path: Path): string => host.readlink(text(path))

export const openSync = (path: Path, flags: string | number = "r", mode: string | number = 0o666): number =>
  host.open(text(path), openFlags(flags), number(mode))
export const closeSync = (descriptor: number): void => host.close(descriptor)

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
  return host.read(descriptor, bytes, at, given.length ?? bytes.length - at, given.position ?? -1)
}

export const writeSync = (
  descriptor: number,
  data: string | ArrayBufferView,
  offset?: number | null,
  length?: number | string | null,
  position?: number | null
): number => {
  if (typeof data === "string") {
    const bytes = host.encode(data)
    return host.write(descriptor, bytes, 0, bytes.length, offset ?? -1)
  }
  const bytes = bytesIn(data)
  const at = offset ?? 0
  return host.write(descriptor, bytes, at, typeof length === "number" ? length : bytes.length - at, position ?? -1)
}

export const readFileSync = (file: Path | number, options?: EncodingOption): Buffer | string => {
  const descriptor = typeof file === "number" ? file : host.open(text(file), 0, 0)
  try {
    const whole = readAll(descriptor)
    const encoding = encodingOf(options)
    return encoding === undefined ? whole : whole.toString(encoding)
  } finally {
    if (typeof file !== "number") host.close(descriptor)
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
    for (let done = 0; done < bytes.length;) done += host.write(descriptor, bytes, done, bytes.length - done, -1)
  } finally {
    if (typeof file !== "number") host.close(descriptor)
  }
}

export const appendFileSync = (
  file: Path,
  data: string | ArrayBufferView,
  options?: { readonly mode?: number }
): void => writeFileSync(file, data, { ...options, flag: "a" })

/**
 * One entry of a directory.
 *
 * @category models
 * @since 0.1.0
 */
export class Dirent {
  readonly name: string
  readonly parentPath: string
  readonly path: string
  readonly #kind: number

  constructor(name: string, parentPath: string, kind: number) {
    this.name = name
    this.parentPath = parentPath
    this.path = parentPath
    this.#kind = kind
  }

  // `DT_*` of dirent.h
  isFile(): boolean {
    return this.#kind === 8
  }

  isDirectory(): boolean {
    return this.#kind === 4
  }

  isSymbolicLink(): boolean {
    return this.#kind === 10
  }

  isSocket(): boolean {
    return this.#kind === 12
  }

  isFIFO(): boolean {
    return this.#kind === 1
  }
}

export const readdirSync = (
  path: Path,
  options?: EncodingOption | { readonly withFileTypes?: boolean; readonly recursive?: boolean }
): ReadonlyArray<string | Dirent> => {
  const { recursive = false, withFileTypes = false } = typeof options === "object" && options !== null
    ? options as { readonly withFileTypes?: boolean; readonly recursive?: boolean }
    : {}
  const directory = text(path)
  const found = entries(directory, "", recursive)
  return withFileTypes ?
    found :
    found.map(({ name, parentPath }) =>
      parentPath === directory ? name : `${parentPath.slice(directory.length + 1)}/${name}`
    )
}

const entries = (directory: string, below: string, recursive: boolean): ReadonlyArray<Dirent> => {
  const here = below === "" ? directory : `${directory}/${below}`
  const listed = host.readdir(here)
  const found: Array<Dirent> = []
  for (let at = 0; at < listed.length; at += 2) {
    found.push(new Dirent(String(listed[at]), here, Number(listed[at + 1])))
  }
  // libuv sorts
  found.sort((one, other) => one.name < other.name ? -1 : 1)
  if (!recursive) return found
  const inside = found.filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => entries(directory, below === "" ? name : `${below}/${name}`, true))
  return [...found, ...inside]
}

export const mkdirSync = (
  path: Path,
  options?: number | { readonly recursive?: boolean; readonly mode?: string | number }
): string | undefined => {
  const { mode = 0o777, recursive = false } = typeof options === "number" ? { mode: options } : options ?? {}
  const directory = text(path)
  if (recursive) return makeAll(directory, number(mode))
  host.mkdir(directory, number(mode))
  return undefined
}

const makeAll = (directory: string, mode: number): string | undefined => {
  try {
    host.mkdir(directory, mode)
    return directory
  } catch (error) {
    const code = codeOf(error)
    const status = code === "ENOENT" ? undefined : host.stat(directory, true, false)
    if (status !== undefined && (status[2] & constants.S_IFMT) === constants.S_IFDIR) return undefined
    const parent = directory.replace(/\/+[^/]*\/*$/, "")
    if (code !== "ENOENT" || parent === "" || parent === directory) throw error
    const first = makeAll(parent, mode)
    return makeAll(directory, mode) === undefined ? first : first ?? directory
  }
}

export const mkdtempSync = (prefix: string): string => host.mkdtemp(`${prefix}XXXXXX`)
export const rmdirSync = (path: Path): void => host.rmdir(text(path))
export const unlinkSync = (path: Path): void => host.unlink(text(path))

export const rmSync = (path: Path, options?: { readonly recursive?: boolean; readonly force?: boolean }): void => {
  const file = text(path)
  const status = host.stat(file, false, options?.force !== true)
  if (status === undefined) return
  const isDirectory = (status[2] & constants.S_IFMT) === constants.S_IFDIR
  if (isDirectory && options?.recursive !== true) {
    throw Object.assign(new Error(`Path is a directory: rm returned EISDIR (is a directory) ${file}`), {
      code: "ERR_FS_EISDIR"
    })
  }
  try {
    if (isDirectory) removeAll(file)
    else host.unlink(file)
  } catch (error) {
    if (options?.force !== true || codeOf(error) !== "ENOENT") throw error
  }
}

const removeAll = (directory: string): void => {
  for (const entry of entries(directory, "", false)) {
    const file = `${directory}/${entry.name}`
    try {
      if (entry.isDirectory()) removeAll(file)
      else host.unlink(file)
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error
    }
  }
  host.rmdir(directory)
}

export const renameSync = (from: Path, to: Path): void => host.rename(text(from), text(to))
export const linkSync = (from: Path, to: Path): void => host.link(text(from), text(to))
export const symlinkSync = (target: Path, path: Path): void => host.symlink(text(target), text(path))
export const copyFileSync = (from: Path, to: Path, mode = 0): void =>
  host.copy(text(from), text(to), (mode & constants.COPYFILE_EXCL) === 0 ? constants.O_TRUNC : constants.O_EXCL)
export const chmodSync = (path: Path, mode: string | number): void => host.chmod(text(path), number(mode))
export const chownSync = (path: Path, user: number, group: number): void => host.chown(text(path), user, group)
export const utimesSync = (path: Path, accessed: number | string | Date, modified: number | string | Date): void =>
  host.utimes(text(path), seconds(accessed), seconds(modified))
export const futimesSync = (descriptor: number, accessed: number | Date, modified: number | Date): void =>
  host.futimes(descriptor, seconds(accessed), seconds(modified))
export const ftruncateSync = (descriptor: number, length = 0): void => host.ftruncate(descriptor, length)
export const truncateSync = (path: Path, length = 0): void => {
  const descriptor = host.open(text(path), constants.O_RDWR, 0)
  try {
    host.ftruncate(descriptor, length)
  } finally {
    host.close(descriptor)
  }
}
export const fsyncSync = (descriptor: number): void => host.fsync(descriptor)
export const fdatasyncSync = fsyncSync

export const statfsSync = (path: Path, options?: { readonly bigint?: boolean }): unknown => {
  const [type, bsize, blocks, bfree, bavail, files, ffree] = host.statfs(text(path))
  const values = { type, bsize, blocks, bfree, bavail, files, ffree }
  return options?.bigint === true
    ? Object.fromEntries(Object.entries(values).map(([name, value]) => [name, BigInt(value)]))
    : values
}

/** A stream of a file's content; that it cannot be opened is said by the stream. */
export const createReadStream = (
  file: Path,
  options?: { readonly fd?: number; readonly autoClose?: boolean }
): Readable => {
  try {
    if (options?.fd !== undefined) return new Readable(options.fd, options.autoClose !== false)
    return new Readable(host.open(text(file), constants.O_RDONLY, 0))
  } catch (error) {
    return new Readable(host.open("/dev/null", constants.O_RDONLY, 0)).destroy(error)
  }
}

/** What is left to read of a descriptor. */
const readAll = (descriptor: number): Buffer => {
  const { 7: size } = host.fstat(descriptor)
  let buffer = new Uint8Array(size > 0 ? size + 1 : 8192)
  let filled = 0
  for (;;) {
    const count = host.read(descriptor, buffer, filled, buffer.length - filled, -1)
    if (count === 0) return view(buffer.subarray(0, filled))
    filled += count
    if (filled === buffer.length) {
      const larger = new Uint8Array(buffer.length * 2)
      larger.set(buffer)
      buffer = larger
    }
  }
}

const text = (path: Path): string =>
  typeof path === "string"
    ? path
    : path instanceof Uint8Array
    ? host.decode(path, 0, path.length)
    : decodeURIComponent(path.href.slice("file://".length))

const number = (mode: string | number): number => typeof mode === "number" ? mode : Number.parseInt(mode, 8)

const seconds = (time: number | string | Date): number => time instanceof Date ? time.getTime() / 1000 : Number(time)

const bytesIn = (data: ArrayBufferView): Uint8Array =>
  data instanceof Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

const encodingOf = (options: EncodingOption): Encoding | undefined =>
  (typeof options === "string" ? options : options?.encoding) ?? undefined

const codeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "code" in error ? error.code : undefined

const openFlags = (flags: string | number): number => {
  if (typeof flags === "number") return flags
  const exclusive = flags.includes("x") ? constants.O_EXCL : 0
  const known = modes[flags.replace("x", "").replace("s", "")]
  if (known === undefined) throw new TypeError(`The argument 'flags' is invalid. Received ${flags}`)
  return known | exclusive
}

const modes: Readonly<Record<string, number>> = {
  "r": constants.O_RDONLY,
  "r+": constants.O_RDWR,
  "w": constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC,
  "w+": constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
  "a": constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND,
  "a+": constants.O_RDWR | constants.O_CREAT | constants.O_APPEND
}
