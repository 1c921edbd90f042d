/**
 * The functions in C, see `host/`. Calls that fail throw as Node's do.
 */
declare module "docker-shim:host" {
  /** Device, inode, mode, links, user, group, special device, size, block size, blocks; then atime, mtime and ctime, each in seconds and nanoseconds. */
  export type Status = readonly [
    bigint,
    bigint,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number
  ]

  export const words: () => ReadonlyArray<string>
  export const env: () => Record<string, string>
  export const executable: () => string
  export const onTurn: (turn: () => boolean) => void

  export const stat: (path: string, follow: boolean, throwIfNoEntry: boolean) => Status | undefined
  export const fstat: (descriptor: number) => Status
  export const realpath: (path: string) => string
  export const readlink: (path: string) => string
  export const access: (path: string, mode: number) => void
  export const open: (path: string, flags: number, mode: number) => number
  export const close: (descriptor: number) => void
  export const read: (descriptor: number, into: Uint8Array, offset: number, length: number, position: number) => number
  export const write: (descriptor: number, from: Uint8Array, offset: number, length: number, position: number) => number
  /** Names and kinds, in turn, of all entries or of at most `limit`. */
  export const readdir: (path: string, limit?: number) => ReadonlyArray<string | number>
  export const mkdir: (path: string, mode: number) => void
  export const mkdtemp: (template: string) => string
  export const rmdir: (path: string) => void
  export const remove: (path: string) => void
  export const unlink: (path: string) => void
  export const rename: (from: string, to: string) => void
  export const link: (from: string, to: string) => void
  export const symlink: (target: string, path: string) => void
  export const chmod: (path: string, mode: number) => void
  export const chown: (path: string, user: number, group: number) => void
  export const utimes: (path: string, accessed: number, modified: number) => void
  export const futimes: (descriptor: number, accessed: number, modified: number) => void
  export const ftruncate: (descriptor: number, length: number) => void
  export const fsync: (descriptor: number) => void
  export const statfs: (path: string) => readonly [number, number, number, number, number, number, number]
  export const copy: (from: string, to: string, flags: number) => void
  export const connect: (path: string) => number
  export const send: (descriptor: number, bytes: Uint8Array) => number
  export const isatty: (descriptor: number) => boolean
  export const umask: (mask?: number) => number

  export const signals: () => number
  export const handle: (signal: number, handled: boolean) => boolean
  export const kill: (process: number, signal: number) => void
  export const execve: (file: string, words: ReadonlyArray<string>, env: object) => never
  /** The process id, or minus the number of the error. */
  export const spawn: (
    file: string,
    words: ReadonlyArray<string>,
    env: object,
    directory: string | null,
    descriptors: ReadonlyArray<number>,
    detached: boolean
  ) => number
  export const wait: (process: number, block: boolean) => readonly [number | null, number | null] | undefined
  export const exit: (status: number) => never
  export const pipe: () => readonly [number, number]
  export const poll: (polled: ReadonlyArray<number>, milliseconds: number) => ReadonlyArray<number>
  export const windowSize: (descriptor: number) => readonly [number, number] | undefined
  export const setPriority: (process: number, nice: number) => void
  export const pid: () => number
  export const ppid: () => number
  export const uid: () => number
  export const gid: () => number
  export const euid: () => number
  export const cwd: () => string
  export const chdir: (path: string) => void
  export const uname: () => readonly [string, string, string, string]
  export const now: () => number
  export const errorName: (code: number) => string
  export const failure: (code: number, call: string, path: string) => Error

  export const encode: (text: string) => Uint8Array
  export const decode: (bytes: Uint8Array, start: number, end: number) => string
  /** A random number from 0 up to 1. */
  export const fraction: () => number
  export const random: (bytes: Uint8Array) => void
  export const sha256New: () => Uint8Array
  export const sha256Update: (state: Uint8Array, data: Uint8Array) => void
  export const sha256Digest: (state: Uint8Array) => Uint8Array
}

/** Put in by scripts/release/build-standalone.mjs. */
declare const DOCKER_SHIM_ARCHITECTURE: "x64" | "arm64"
