/**
 * System calls for processes, which throw as Node's do.
 */
import * as host from "docker-shim:host"
import { check } from "./Failure.ts"
import * as Files from "./Files.ts"
import * as Structure from "./Structure.ts"

/** The environment. If a name is there twice, the first counts, as for getenv. */
export const environment = (): Record<string, string> => {
  const all = Object.create(null) as Record<string, string>
  for (const one of host.environment()) {
    const equals = one.indexOf("=")
    if (equals < 0) continue
    all[one.slice(0, equals)] ??= one.slice(equals + 1)
  }
  return all
}

/**
 * Where the executable is: to find the files next to it, and to start it again. Most commands need neither. The kernel marks
 * the name of a replaced or removed file. Without `/proc`, this is the name that was executed.
 */
export const executable = (): string => {
  const length = host.readlinkat(Files.here, "/proc/self/exe", Structure.bytes)
  if (length < 0) return host.executed() || "docker-shim"
  const path = Structure.name(length)
  const isMarked = path.endsWith(" (deleted)") && host.faccessat(Files.here, path, 0) < 0
  return isMarked ? path.slice(0, -" (deleted)".length) : path
}

type Environment = Readonly<Record<string, string | undefined>>

const variables = (env: Environment): ReadonlyArray<string> => {
  const all: Array<string> = []
  for (const [name, value] of Object.entries(env)) if (value !== undefined) all.push(`${name}=${value}`)
  return all
}

/** Becomes a program. */
export const become = (file: string, words: ReadonlyArray<string>, env: Environment): never => {
  const all = variables(env)
  check(host.execve(file, words.join("\0"), words.length, all.join("\0"), all.length), "execve", file)
  throw new Error(`${file} was not executed`)
}

/**
 * Starts a program: its process id, or minus the number of the error. The descriptor at index n becomes the child's n. -1 is
 * `/dev/null`. With -2, and beyond the list, the child gets what this process was started with.
 */
export const start = (
  file: string,
  words: ReadonlyArray<string>,
  env: Environment,
  directory: string | null,
  descriptors: ReadonlyArray<number>,
  detached: boolean
): number => {
  const all = variables(env)
  const numbers = new Uint8Array(Int32Array.from(descriptors).buffer)
  return host.spawn(
    file,
    words.join("\0"),
    words.length,
    all.join("\0"),
    all.length,
    directory,
    numbers,
    detached
  )
}

/** Exit code and signal of a child, one of them null. `undefined` if it still runs and `block` is false. */
export const wait = (process: number, block: boolean): readonly [number | null, number | null] | undefined => {
  const doNotWait = 1
  if (check(host.wait(process, Structure.bytes, block ? 0 : doNotWait), "waitpid") === 0) return undefined
  const status = Structure.int(0)
  return (status & 0x7f) === 0 ? [status >> 8 & 0xff, null] : [null, status & 0x7f]
}

/** The reading and the writing end. */
export const pipe = (): readonly [number, number] => {
  check(host.pipe(Structure.bytes, 0o2000000), "pipe")
  return [Structure.int(0), Structure.int(4)]
}

export const kill = (process: number, signal: number): void => {
  check(host.kill(process, signal), "kill")
}

export const setPriority = (process: number, nice: number): void => {
  check(host.setPriority(0, process, nice), "uv_os_setpriority")
}

export const cwd = (): string => Structure.name(check(host.getcwd(Structure.bytes), "uv_cwd") - 1)

export const chdir = (path: string): void => {
  check(host.chdir(path), "chdir", path)
}

/** The umask before the change. */
export const umask = (mask?: number): number => {
  const before = host.umask(mask ?? 0)
  if (mask === undefined) host.umask(before)
  return before
}

/** System, name of the machine in the network, release, version, kind of machine. */
export const uname = (): ReadonlyArray<string> => {
  check(host.uname(Structure.bytes), "uname")
  return [0, 65, 130, 195, 260].map((at) => host.name(Structure.bytes, at, Structure.bytes.indexOf(0, at)))
}

declare const performance: { readonly now: () => number }

/** The engine's own, which `globals.ts` replaces. */
const enginePerformance = performance

/** Nanoseconds since some time in the past, exact for a hundred days. The engine reads the clock without a system call. */
export const now = (): number => Math.round(enginePerformance.now() * 1e6)

/** Nanoseconds of the processor's time that this process has used: `CLOCK_PROCESS_CPUTIME_ID`. */
export const used = (): number => {
  check(host.clock(2, Structure.bytes), "clock_gettime")
  return Structure.long(0) * 1e9 + Structure.long(8)
}

const engineRandom = Math.random
const drawn = new Uint32Array(64)
let left = 0

/** A random number from 0 up to 1. The engine's own would be the same in every run: its state is part of the picture. */
export const random = (): number => {
  if (left < 2) {
    const filled = fill(new Uint8Array(drawn.buffer))
    if (filled === 0) return engineRandom()
    left = filled >> 2
  }
  left -= 2
  return ((drawn[left] ?? 0) * 2 ** 21 + ((drawn[left + 1] ?? 0) >>> 11)) / 2 ** 53
}

/** Fills with random bytes. */
export const fillRandom = (bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.length;) at += fill(bytes.subarray(at))
}

/**
 * Random bytes, as many as the kernel gives at once. If a seccomp profile refuses the call, from the device, as in Go's
 * `crypto/rand`.
 */
const fill = (bytes: Uint8Array): number => {
  const filled = host.getrandom(bytes, 0)
  if (filled >= 0) return filled
  const device = Files.open("/dev/urandom", 0, 0)
  try {
    return Files.read(device, bytes)
  } finally {
    Files.close(device)
  }
}
