/**
 * Handles signals while the shim still has work to do.
 * @module
 */
import * as fs from "node:fs"

/** Signals sent to one process, mostly by another program: always passed on. docker in turn forwards them to the container. */
const sent: ReadonlyArray<NodeJS.Signals> = ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"]

/** Signals typed at a terminal, which also sends them to the child, because both are in one process group. */
const typed: ReadonlyArray<NodeJS.Signals> = ["SIGINT", "SIGQUIT"]

/**
 * The shim's signal handlers.
 *
 * **Details**
 *
 * - `passTo`: from now on signals go to the child, as in a shell. Sent signals are passed on. Typed ones reach the child from
 *   the terminal and must not arrive twice, so they are passed on only if no terminal is in front.
 * - `interrupt`: from now on any signal goes to the handler.
 * - `resume`: as `interrupt`, with the same handler as before.
 * - `hurry`: from now on any signal calls this handler: the program has succeeded, and the shim should end soon, with the same
 *   status.
 * - `hold`: from now on signals wait: the shim is cleaning up and about to end.
 * - `came`: whether any signal has come since the last `passTo`.
 * - `release`: the handlers are removed, signals have their usual effect.
 * @category models
 */
export interface SignalRelay {
  readonly passTo: (deliver: (signal: NodeJS.Signals) => void) => void
  readonly interrupt: (handle: (signal: NodeJS.Signals) => void) => void
  readonly resume: () => void
  readonly hurry: (handle: () => void) => void
  readonly hold: () => void
  readonly came: () => boolean
  readonly release: () => void
}

/**
 * Installs the handlers; at first signals wait.
 *
 * **Example** (Signals that wait for a cleanup)
 *
 * ```ts
 * import { SignalRelay } from "docker-shim/shell"
 *
 * const relay = SignalRelay.install()
 * relay.interrupt((signal) => {
 *   relay.hold()
 *   console.error(`ended by ${signal}`)
 *   relay.release()
 * })
 * ```
 * @category constructors
 */
export const install = (): SignalRelay => {
  const nothing = (): void => undefined
  let onSent: (signal: NodeJS.Signals) => void = nothing
  let onTyped: (signal: NodeJS.Signals) => void = nothing
  let interrupted: (signal: NodeJS.Signals) => void = nothing
  let hasCome = false
  const handleSent = (signal: NodeJS.Signals): void => {
    hasCome = true
    onSent(signal)
  }
  const handleTyped = (signal: NodeJS.Signals): void => {
    hasCome = true
    onTyped(signal)
  }
  for (const signal of sent) process.on(signal, handleSent)
  for (const signal of typed) process.on(signal, handleTyped)
  const set = (forSent: typeof onSent, forTyped: typeof onTyped): void => {
    onSent = forSent
    onTyped = forTyped
  }
  return {
    passTo: (deliver) => {
      hasCome = false
      set(deliver, (signal) => {
        if (!isTerminalInFront()) deliver(signal)
      })
    },
    interrupt: (handle) => {
      interrupted = handle
      set(handle, handle)
    },
    resume: () => set(interrupted, interrupted),
    hurry: (handle) => set(handle, handle),
    came: () => hasCome,
    hold: () => set(nothing, nothing),
    release: () => {
      for (const signal of sent) process.off(signal, handleSent)
      for (const signal of typed) process.off(signal, handleTyped)
    }
  }
}

/** Whether this process group is in the foreground of a terminal, and so gets what is typed there. */
const isTerminalInFront = (): boolean => {
  try {
    const stat = fs.readFileSync("/proc/self/stat", "latin1")
    const [, , processGroup, , terminal, foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    return terminal !== "0" && processGroup === foreground
  } catch {
    // without /proc nobody knows; if the child got the signal twice, that could end more than the user meant
    return true
  }
}
