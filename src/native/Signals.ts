/**
 * Signals by name, and what runs when one comes.
 */
import * as host from "docker-shim:host"
import * as Loop from "./Loop.ts"
import { check } from "./system/Failure.ts"
import * as Files from "./system/Files.ts"

/**
 * Linux's signals by name: asm-generic/signal.h, the same on x86-64 and arm64.
 */
export const numbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGIOT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPOLL: 29,
  SIGPWR: 30,
  SIGSYS: 31
}

/** The first name of a signal's number. */
export const nameOf = (number: number): string =>
  Object.keys(numbers).find((name) => numbers[name] === number) ?? `SIG${number}`

/** The number of a signal given by name or number. */
export const numberOf = (signal: string | number | undefined): number => {
  if (typeof signal === "number") return signal
  const number = numbers[signal ?? "SIGTERM"]
  if (number === undefined) throw new TypeError(`Unknown signal: ${String(signal)}`)
  return number
}

const handlers = new Map<number, () => void>()
let watched: Loop.Waiting | undefined

/**
 * Runs a function whenever a signal comes, until `unhandle`. A signal that was ignored when the process began stays
 * ignored, as under a shell's `nohup`.
 */
export const handle = (number: number, run: () => void): void => {
  watched ??= listen()
  handlers.set(number, run)
  check(host.handle(number, true), "sigaction")
}

/** Gives a signal its usual effect again. */
export const unhandle = (number: number): void => {
  if (handlers.delete(number)) check(host.handle(number, false), "sigaction")
}

const listen = (): Loop.Waiting => {
  const descriptor = check(host.signals(), "pipe")
  const came = new Uint8Array(1)
  const watching = Loop.watch(descriptor, Loop.readable, () => {
    if (Files.read(descriptor, came) === 1) handlers.get(came[0] ?? 0)?.()
  })
  // a handler does not keep the process alive; a running child does
  watching.held = false
  return watching
}
