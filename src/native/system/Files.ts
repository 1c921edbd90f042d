/**
 * System calls for files, which throw as Node's do. Numbers are Linux's: asm-generic/fcntl.h, errno.h.
 */
import * as host from "docker-shim:host"
import { check, of } from "./Failure.ts"
import * as Structure from "./Structure.ts"

/** `AT_FDCWD`: relative to the working directory. */
export const here = -100
const noFollow = 0x100
const closeOnExec = 0o2000000

const [notThere, tryAgain, notADirectory, nameTooLong] = [2, 11, 20, 36]

/** `struct stat` of a path; `undefined` if nothing is there and `throwIfNoEntry` is false. */
export const stat = (path: string, follow: boolean, throwIfNoEntry: boolean): Uint8Array | undefined => {
  const result = host.fstatat(here, path, Structure.bytes, follow ? 0 : noFollow)
  if ((result === -notThere || result === -notADirectory) && !throwIfNoEntry) return undefined
  check(result, follow ? "stat" : "lstat", path)
  return Structure.copy(144)
}

export const fstat = (descriptor: number): Uint8Array => {
  check(host.fstat(descriptor, Structure.bytes), "fstat")
  return Structure.copy(144)
}

export const realpath = (path: string): string => {
  const real = host.realpath(path)
  if (typeof real === "number") throw of(-real, "realpath", path)
  return real
}

export const readlink = (path: string): string =>
  Structure.name(check(host.readlinkat(here, path, Structure.bytes), "readlink", path))

export const access = (path: string, mode: number): void => {
  check(host.faccessat(here, path, mode), "access", path)
}

export const open = (path: string, flags: number, mode: number): number =>
  check(host.openat(here, path, flags | closeOnExec, mode), "open", path)

export const close = (descriptor: number): void => {
  check(host.close(descriptor), "close")
}

/** `position` is -1 for where the descriptor is. */
export const read = (descriptor: number, into: Uint8Array, position = -1): number =>
  check(position < 0 ? host.read(descriptor, into) : host.pread(descriptor, into, position), "read")

export const write = (descriptor: number, from: Uint8Array, position = -1): number => {
  for (;;) {
    const count = position < 0 ? host.write(descriptor, from) : host.pwrite(descriptor, from, position)
    if (count !== -tryAgain) return check(count, "write")
    // another process made the terminal or pipe non-blocking
    poll([descriptor, 4], -1)
  }
}

/** Writes all of it. */
export const writeAll = (descriptor: number, from: Uint8Array): void => {
  for (let at = 0; at < from.length;) at += write(descriptor, from.subarray(at))
}

export const unlink = (path: string): void => {
  check(host.unlinkat(here, path, 0), "unlink", path)
}

export const rename = (from: string, to: string): void => {
  check(host.renameat(here, from, here, to), "rename", from)
}

export const link = (from: string, to: string): void => {
  check(host.linkat(here, from, here, to, 0), "link", from)
}

export const symlink = (target: string, path: string): void => {
  check(host.symlinkat(target, here, path), "symlink", target)
}

export const chmod = (path: string, mode: number): void => {
  check(host.fchmodat(here, path, mode), "chmod", path)
}

export const chown = (path: string, user: number, group: number): void => {
  check(host.fchownat(here, path, user, group, 0), "chown", path)
}

/** In seconds. */
export const utimes = (path: string, accessed: number, modified: number): void => {
  check(host.utimensat(here, path, Structure.times(accessed, modified), 0), "utime", path)
}

export const futimes = (descriptor: number, accessed: number, modified: number): void => {
  check(host.utimensat(descriptor, null, Structure.times(accessed, modified), 0), "futime")
}

export const ftruncate = (descriptor: number, length: number): void => {
  check(host.ftruncate(descriptor, length), "ftruncate")
}

export const fsync = (descriptor: number): void => {
  check(host.fsync(descriptor), "fsync")
}

/** Type, block size, blocks, free ones, those for users, files, free ones: `struct statfs` of 64-bit machines. */
export const statfs = (path: string): ReadonlyArray<number> => {
  check(host.statfs(path, Structure.bytes), "statfs", path)
  return [0, 8, 16, 24, 32, 40, 48].map(Structure.long)
}

/** Copies contents and mode; `flags` for opening the new file. */
export const copy = (from: string, to: string, flags: number): void => {
  const input = open(from, 0, 0)
  try {
    const mode = Structure.mode(fstat(input)) & 0o7777
    const output = check(host.openat(here, to, 0o101 | closeOnExec | flags, mode), "copyfile", from)
    try {
      copyAll(input, output)
    } finally {
      close(output)
    }
  } finally {
    close(input)
  }
}

const copyAll = (input: number, output: number): void => {
  const buffer = new Uint8Array(1 << 16)
  for (;;) {
    let count = host.copyFileRange(input, output, 1 << 30, 0)
    if (count < 0) {
      // not between these file systems, or not on this kernel
      count = read(input, buffer)
      writeAll(output, buffer.subarray(0, count))
    }
    if (count === 0) return
  }
}

/** A stream to a unix socket. Does not wait: a daemon that accepts no connections must not stop the shim. */
export const connect = (path: string): number => {
  const name = host.bytes(path)
  if (name.length >= 108) throw of(nameTooLong, "connect", path)
  const address = new Uint8Array(name.length + 3)
  address[0] = 1
  address.set(name, 2)
  // a stream, close-on-exec, non-blocking
  const descriptor = check(host.socket(1, 1 | closeOnExec | 0o4000, 0), "connect", path)
  const result = host.connect(descriptor, address)
  if (result < 0) close(descriptor)
  check(result, "connect", path)
  return descriptor
}

/** What happened at each of `[descriptor, events, ...]`. Waits for ever if `milliseconds` is -1. */
export const poll = (polled: ReadonlyArray<number>, milliseconds: number): ReadonlyArray<number> => {
  const list = new DataView(new ArrayBuffer(polled.length * 4))
  for (let at = 0; at < polled.length; at += 2) {
    list.setInt32(at * 4, polled[at] ?? -1, true)
    list.setInt16(at * 4 + 4, polled[at + 1] ?? 0, true)
  }
  const ready = host.poll(new Uint8Array(list.buffer), Structure.times(milliseconds < 0 ? 1e9 : milliseconds / 1000))
  const interrupted = -4
  if (ready !== interrupted) check(ready, "poll")
  return polled.flatMap((_, at) => at % 2 === 1 ? [] : [ready > 0 ? list.getInt16(at * 4 + 6, true) : 0])
}

/** The columns and rows of a terminal. */
export const windowSize = (descriptor: number): readonly [number, number] | undefined =>
  host.windowSize(descriptor, Structure.bytes) < 0 ? undefined : [Structure.short(2), Structure.short(0)]

/** Only terminals have a size. */
export const isatty = (descriptor: number): boolean => host.windowSize(descriptor, Structure.bytes) === 0
