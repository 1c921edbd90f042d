/**
 * The one place for structures that the kernel reads or fills, and their fields. Little-endian, like all machines that the shim
 * is built for.
 */
import * as host from "docker-shim:host"

/** A caller reads it at once after filling it, so one is enough. Has room for the longest path. */
export const bytes = new Uint8Array(4352)

const view = new DataView(bytes.buffer)

/** A copy of its beginning, to keep. */
export const copy = (length: number): Uint8Array => bytes.slice(0, length)

export const short = (at: number): number => view.getUint16(at, true)
export const int = (at: number): number => view.getInt32(at, true)
export const long = (at: number): number => view.getUint32(at, true) + view.getInt32(at + 4, true) * 2 ** 32

/** A name in its first bytes. */
export const name = (length: number): string => host.name(bytes, 0, length)

/** `struct timespec`s of times in seconds. */
export const times = (...all: ReadonlyArray<number>): Uint8Array => {
  for (const [at, time] of all.entries()) {
    const seconds = Math.floor(time)
    view.setUint32(at * 16, seconds, true)
    view.setInt32(at * 16 + 4, Math.floor(seconds / 2 ** 32), true)
    view.setUint32(at * 16 + 8, Math.floor((time - seconds) * 1e9), true)
    view.setUint32(at * 16 + 12, 0, true)
  }
  return bytes
}

const isArm = DOCKER_SHIM_ARCHITECTURE === "arm64"

/** Where the fields of `struct stat` are: bits/struct_stat.h and asm-generic/stat.h. Those of 4 bytes come first. */
export const status = {
  mode: isArm ? 16 : 24,
  uid: isArm ? 24 : 28,
  gid: isArm ? 28 : 32,
  dev: 0,
  ino: 8,
  rdev: isArm ? 32 : 40,
  size: 48,
  blocks: 64,
  atime: 72,
  mtime: 88,
  ctime: 104
} as const

/** The mode in a `struct stat`. */
export const mode = (stat: Uint8Array): number => (stat[status.mode] ?? 0) | (stat[status.mode + 1] ?? 0) << 8

/** The size in a `struct stat`. */
export const size = (stat: Uint8Array): number => Number(new DataView(stat.buffer).getBigInt64(status.size, true))

/** Whether a `struct stat` is of a directory. */
export const isDirectory = (stat: Uint8Array): boolean => (mode(stat) & 0o170000) === 0o040000
