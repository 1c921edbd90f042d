/**
 * The functions in C, see `host/`. System calls return what the kernel returns: minus the number of the error if they fail.
 * `structure` is an array of at least 512 bytes.
 */
declare module "docker-shim:host" {
  export const openat: (directory: number, path: string, flags: number, mode: number) => number
  export const close: (descriptor: number) => number
  export const read: (descriptor: number, into: Uint8Array) => number
  export const pread: (descriptor: number, into: Uint8Array, position: number) => number
  export const write: (descriptor: number, from: Uint8Array) => number
  export const pwrite: (descriptor: number, from: Uint8Array, position: number) => number
  export const copyFileRange: (from: number, to: number, length: number, flags: number) => number
  export const ftruncate: (descriptor: number, length: number) => number
  export const fsync: (descriptor: number) => number
  export const fstatat: (directory: number, path: string, structure: Uint8Array, flags: number) => number
  export const fstat: (descriptor: number, structure: Uint8Array) => number
  export const statfs: (path: string, structure: Uint8Array) => number
  export const faccessat: (directory: number, path: string, mode: number) => number
  export const readlinkat: (directory: number, path: string, into: Uint8Array) => number
  export const getdents: (descriptor: number, into: Uint8Array) => number
  export const mkdirat: (directory: number, path: string, mode: number) => number
  export const unlinkat: (directory: number, path: string, flags: number) => number
  export const renameat: (directory: number, from: string, toDirectory: number, to: string) => number
  export const linkat: (directory: number, from: string, toDirectory: number, to: string, flags: number) => number
  export const symlinkat: (target: string, directory: number, path: string) => number
  export const fchmodat: (directory: number, path: string, mode: number) => number
  export const fchownat: (directory: number, path: string, user: number, group: number, flags: number) => number
  export const utimensat: (directory: number, path: string | null, structure: Uint8Array, flags: number) => number
  export const socket: (domain: number, type: number, protocol: number) => number
  export const connect: (descriptor: number, address: Uint8Array) => number
  export const pipe: (structure: Uint8Array, flags: number) => number
  /** `polled` holds a `struct pollfd` for each descriptor, `structure` a `struct timespec`. */
  export const poll: (polled: Uint8Array, structure: Uint8Array) => number
  export const windowSize: (descriptor: number, structure: Uint8Array) => number
  export const kill: (process: number, signal: number) => number
  export const wait: (process: number, structure: Uint8Array, options: number) => number
  export const exit: (status: number) => never
  export const setPriority: (which: number, process: number, nice: number) => number
  export const getpid: () => number
  export const getppid: () => number
  export const getuid: () => number
  export const geteuid: () => number
  export const getgid: () => number
  export const umask: (mask: number) => number
  export const chdir: (path: string) => number
  export const getcwd: (into: Uint8Array) => number
  export const uname: (structure: Uint8Array) => number
  export const clock: (clock: number, structure: Uint8Array) => number
  /** While modules are loaded for the picture: 0, and fills nothing. */
  export const getrandom: (into: Uint8Array, flags: number) => number

  /** The words of the command, its name first. */
  export const words: () => ReadonlyArray<string>
  /** `NAME=VALUE`s. */
  export const environment: () => ReadonlyArray<string>
  /** The name by which the kernel found this executable. */
  export const executed: () => string
  /** Name and meaning of an error's number. */
  export const error: (code: number) => readonly [string, string]
  export const realpath: (path: string) => string | number
  /** The descriptor where the numbers of handled signals come out, a byte each. */
  export const signals: () => number
  export const handle: (signal: number, handled: boolean) => number
  /** Words and `NAME=VALUE`s are joined by NULs. */
  export const execve: (file: string, words: string, wordCount: number, environment: string, count: number) => number
  export const spawn: (
    file: string,
    words: string,
    wordCount: number,
    environment: string,
    count: number,
    directory: string | null,
    descriptors: Uint8Array,
    detached: boolean
  ) => number

  /** UTF-8. */
  export const encode: (text: string) => Uint8Array
  export const decode: (bytes: Uint8Array, start: number, end: number) => string
  /** The bytes of a name that need not be UTF-8, and back. */
  export const bytes: (text: string) => Uint8Array
  export const name: (bytes: Uint8Array, start: number, end: number) => string
  /** Adds data to a hash, whose state is an array of 128 bytes, at first zeroes. Without data, returns the digest. */
  export const sha256: (state: Uint8Array, data?: Uint8Array) => Uint8Array | undefined
}

/** Put in by scripts/release/build-standalone.mjs. */
declare const DOCKER_SHIM_ARCHITECTURE: "x64" | "arm64"
