/** Runs the real program as the shim's only child, so that from outside both look like one process. */
import { type ChildProcess as Child, spawn, type StdioOptions } from "node:child_process"
import { constants } from "node:os"
import type { Ended } from "./Ended.ts"
import * as InheritedDescriptors from "./InheritedDescriptors.ts"
import type { Source } from "./InputFiles.ts"
import type { SignalRelay } from "./SignalRelay.ts"

/**
 * A program to run: its file, the name it is called by, its arguments, its whole environment, and the descriptors that it gets
 * instead of the shim's own.
 */
export interface Command {
  readonly file: string
  readonly argv0: string
  readonly args: ReadonlyArray<string>
  readonly env: NodeJS.ProcessEnv
  readonly input?: ReadonlyMap<number, Source>
}

/**
 * Runs a program with the shim's own standard streams and in its process group, and waits for it. While it runs, signals go to
 * it through the relay; afterwards they wait.
 *
 * **Details**
 *
 * Rejects with Node's error if the program cannot be started.
 */
export const run = (command: Command, relay: SignalRelay): Promise<Ended> =>
  new Promise<Ended>((resolve, reject) => {
    const child = spawn(command.file, command.args, {
      argv0: command.argv0,
      env: command.env,
      stdio: streams(command.input ?? new Map())
    })
    relay.passTo((signal) => child.kill(signal))
    feed(child, command.input ?? new Map())
    child.once("error", (error) => {
      relay.hold()
      reject(error)
    })
    child.once("exit", (code, signal) => {
      relay.hold()
      resolve(signal === null ? { _tag: "Exited", code: code ?? 0 } : { _tag: "Signaled", signal })
    })
  })

/** The shim's own standard streams, and every other descriptor it was given, each under its number. */
const streams = (input: ReadonlyMap<number, Source>): StdioOptions => {
  const own = [0, 1, 2, ...InheritedDescriptors.marked()].filter((one) => ![...input.values()].includes(one))
  const descriptors = new Map<number, Source>([...own.map((one) => [one, one] as const), ...input])
  return Array.from({ length: Math.max(...descriptors.keys()) + 1 }, (_, at) => {
    const source = descriptors.get(at)
    return typeof source === "object" ? "pipe" : source ?? "ignore"
  })
}

/** Writes what comes through pipes. */
export const feed = (child: Child, input: ReadonlyMap<number, Source>): void => {
  for (const [descriptor, source] of input) {
    const pipe = child.stdio[descriptor]
    if (typeof source === "number" || pipe === null || pipe === undefined || !("write" in pipe)) continue
    // the program may stop reading whenever it likes
    pipe.on("error", () => undefined)
    pipe.end(source.content)
  }
}

/**
 * Ends the shim as its child ended: with the same status or by the same signal. If the signal does not end it, the status is
 * 128 plus the signal's number. Release the relay first.
 */
export const endAs = (ended: Ended): void => {
  if (ended._tag === "Exited") {
    process.exitCode = ended.code
    return
  }
  process.exitCode = 128 + constants.signals[ended.signal]
  process.kill(process.pid, ended.signal)
}
