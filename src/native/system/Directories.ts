/**
 * System calls for directories, which throw as Node's do.
 */
import * as host from "docker-shim:host"
import { constants } from "../node/fs-constants.ts"
import { check } from "./Failure.ts"
import * as Files from "./Files.ts"
import * as Structure from "./Structure.ts"

const closeOnExec = 0o2000000
const [notPermitted, notThere, exists, notADirectory, isDirectory] = [1, 2, 17, 20, 21]
/** `DT_DIR` of getdents64(2). */
const directoryKind = 4
const removeDirectory = 0x200

/** Names and kinds (`DT_*`), in turn, of the entries of a directory. Throws if reading fails halfway. */
export const list = (path: string): ReadonlyArray<string | number> => {
  const descriptor = open(path, "scandir")
  try {
    return entries(descriptor, path)
  } finally {
    host.close(descriptor)
  }
}

/** Opens a directory for `next`. The caller closes it. */
export const open = (path: string, call: string): number =>
  check(host.openat(Files.here, path, constants.O_DIRECTORY | closeOnExec, 0), call, path)

const entries = (descriptor: number, path: string): ReadonlyArray<string | number> => {
  const found: Array<string | number> = []
  for (let part = next(descriptor, path); part.length > 0; part = next(descriptor, path)) {
    for (const one of part) found.push(one)
  }
  return found
}

const buffer = new Uint8Array(32768)

/**
 * Some more names and kinds, in turn; none at the end. `struct linux_dirent64`: the record's length at 16, the kind at 18, the
 * name from 19 to a NUL.
 */
export const next = (descriptor: number, path: string): ReadonlyArray<string | number> => {
  const found: Array<string | number> = []
  for (let filled = -1; found.length === 0 && filled !== 0;) {
    filled = check(host.getdents(descriptor, buffer), "scandir", path)
    for (let at = 0; at < filled;) {
      const name = host.name(buffer, at + 19, buffer.indexOf(0, at + 19))
      if (name !== "." && name !== "..") found.push(name, buffer[at + 18] || kindOf(descriptor, name))
      at += (buffer[at + 16] ?? 0) + (buffer[at + 17] ?? 0) * 256
    }
  }
  return found
}

/** The kind of an entry, if the file system does not say it. */
const kindOf = (descriptor: number, name: string): number =>
  host.fstatat(descriptor, name, Structure.bytes, 0x100) < 0 ? 0 : Structure.mode(Structure.bytes) >> 12

export const make = (path: string, mode: number): void => {
  check(host.mkdirat(Files.here, path, mode), "mkdir", path)
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/** Makes a directory with a new name, for this user alone. */
export const makeTemporary = (prefix: string): string => {
  for (let tries = 100;; tries -= 1) {
    const path = prefix + Array.from({ length: 6 }, () => letters[Math.floor(Math.random() * letters.length)]).join("")
    const result = host.mkdirat(Files.here, path, 0o700)
    if (result !== -exists || tries === 0) check(result, "mkdtemp", `${prefix}XXXXXX`)
    if (result === 0) return path
  }
}

export const remove = (path: string): void => {
  check(host.unlinkat(Files.here, path, removeDirectory), "rmdir", path)
}

/**
 * Removes a file, or a directory with all its contents, by descriptors. If somebody puts a link there at that moment, the link
 * is removed and never followed.
 */
export const removeAll = (path: string): void => {
  check(removeAt(Files.here, path), "rm", path)
}

/** 0 or minus the error. If it is gone already, that is no error. `kind` is from the listing and may have changed. */
const removeAt = (parent: number, name: string, kind?: number | string): number => {
  const unlinked = kind === directoryKind ? -isDirectory : host.unlinkat(parent, name, 0)
  if (unlinked === -notThere) return 0
  if (unlinked !== -isDirectory && unlinked !== -notPermitted) return unlinked
  const descriptor = host.openat(parent, name, constants.O_DIRECTORY | constants.O_NOFOLLOW | closeOnExec, 0)
  if (descriptor === -notADirectory && kind === directoryKind) return removeAt(parent, name)
  if (descriptor === -notThere) return 0
  if (descriptor < 0) return descriptor
  try {
    const names = entries(descriptor, name)
    for (let at = 0; at < names.length; at += 2) {
      const failed = removeAt(descriptor, String(names[at]), names[at + 1])
      if (failed < 0) return failed
    }
  } finally {
    host.close(descriptor)
  }
  const removed = host.unlinkat(parent, name, removeDirectory)
  return removed === -notThere ? 0 : removed
}
