/**
 * Directories for `node:fs`: listing, making and removing them.
 */
import * as Directories from "../system/Directories.ts"
import * as Files from "../system/Files.ts"
import * as Structure from "../system/Structure.ts"
import { number, type Path, text } from "./fs-path.ts"

/** One entry of a directory. */
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
  options?: string | null | { readonly withFileTypes?: boolean; readonly recursive?: boolean }
): ReadonlyArray<string | Dirent> => {
  const { recursive = false, withFileTypes = false } = typeof options === "object" && options !== null
    ? options
    : {}
  const directory = text(path)
  const found = entries(directory, "", recursive)
  return withFileTypes ?
    found :
    found.map(({ name, parentPath }) =>
      parentPath === directory ? name : `${parentPath.slice(directory.length + 1)}/${name}`
    )
}

/** An open directory, whose entries are read one by one: nobody knows how many there are. */
export class Dir {
  readonly path: string
  readonly #descriptor: number
  #listed: ReadonlyArray<string | number> = []
  #at = 0

  constructor(path: string) {
    this.path = path
    this.#descriptor = Directories.open(path, "opendir")
  }

  readSync(): Dirent | null {
    if (this.#at >= this.#listed.length) {
      this.#listed = Directories.next(this.#descriptor, this.path)
      this.#at = 0
    }
    if (this.#listed.length === 0) return null
    const entry = new Dirent(String(this.#listed[this.#at]), this.path, Number(this.#listed[this.#at + 1]))
    this.#at += 2
    return entry
  }

  closeSync(): void {
    Files.close(this.#descriptor)
  }
}

export const opendirSync = (path: Path): Dir => new Dir(text(path))

const entries = (directory: string, below: string, recursive: boolean): ReadonlyArray<Dirent> => {
  const here = below === "" ? directory : `${directory}/${below}`
  const listed = Directories.list(here)
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
  Directories.make(directory, number(mode))
  return undefined
}

const makeAll = (directory: string, mode: number): string | undefined => {
  try {
    Directories.make(directory, mode)
    return directory
  } catch (error) {
    const code = codeOf(error)
    const status = code === "ENOENT" ? undefined : Files.stat(directory, true, false)
    if (status !== undefined && Structure.isDirectory(status)) return undefined
    const parent = directory.replace(/\/+[^/]*\/*$/, "")
    if (code !== "ENOENT" || parent === "" || parent === directory) throw error
    const first = makeAll(parent, mode)
    return makeAll(directory, mode) === undefined ? first : first ?? directory
  }
}

export const mkdtempSync = (prefix: string): string => Directories.makeTemporary(prefix)
export const rmdirSync = (path: Path): void => Directories.remove(text(path))

export const rmSync = (path: Path, options?: { readonly recursive?: boolean; readonly force?: boolean }): void => {
  const file = text(path)
  const status = Files.stat(file, false, options?.force !== true)
  if (status === undefined) return
  const isDirectory = Structure.isDirectory(status)
  if (isDirectory && options?.recursive !== true) {
    throw Object.assign(new Error(`Path is a directory: rm returned EISDIR (is a directory) ${file}`), {
      code: "ERR_FS_EISDIR"
    })
  }
  try {
    if (isDirectory) Directories.removeAll(file)
    else Files.unlink(file)
  } catch (error) {
    if (options?.force !== true || codeOf(error) !== "ENOENT") throw error
  }
}

const codeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "code" in error ? error.code : undefined
