/**
 * How long this process could have run and did not, because the machine's processors were busy with something else.
 */
import * as fs from "node:fs"
import { attempt } from "./Attempt.ts"

/** The kernel's file, opened once: it is read again and again while time is short. */
let opened: number | undefined

const buffer = new Uint8Array(64)

/**
 * Milliseconds since the process began: the second field of `/proc/self/schedstat`, which is in nanoseconds (Linux,
 * `Documentation/scheduler/sched-stats.rst`). 0 if the kernel does not say.
 */
export const waited = (): number => attempt(read) ?? 0

const read = (): number => {
  opened ??= fs.openSync("/proc/self/schedstat", "r")
  const length = fs.readSync(opened, buffer, 0, buffer.length, 0)
  const [, nanoseconds = "0"] = String.fromCharCode(...buffer.subarray(0, length)).split(" ")
  const milliseconds = Number(nanoseconds) / 1e6
  return Number.isFinite(milliseconds) ? milliseconds : 0
}
