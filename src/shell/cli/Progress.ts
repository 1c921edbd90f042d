/**
 * A bar for long work, on a terminal only.
 */
import * as fs from "node:fs"
import { isatty } from "node:tty"
import * as Terminal from "./Terminal.ts"

/** Tells how far the work is: how much of how much. */
export type Progress = (done: number, all: number) => void

/** Redrawing more often than every 100 ms is seen by nobody. */
const interval = 100

const longest = 30

/**
 * A bar on standard error, such as `verifying [=====    ] 52%`, which disappears at the end; nothing if that is no terminal. It
 * fits into the terminal's columns, or those given, because a longer bar would leave a rest behind.
 */
export const bar = (label: string, given?: number): Progress => {
  if (!isatty(2)) return () => undefined
  // only for a terminal: `process.stderr` would make a pipe non-blocking for others as well
  const columns = given ?? Terminal.detect(process.stderr, process.env).width
  // brackets, spaces and "100%", and a column that stays free: some terminals go on in the next line when the last is full
  const width = Math.max(0, Math.min(longest, columns - label.length - " [] 100%".length - 1))
  let drawn = 0
  return (done, all) => {
    const now = performance.now()
    const isDone = done >= all
    if (!isDone && now - drawn < interval) return
    drawn = now
    const filled = Math.floor((width * done) / Math.max(all, 1))
    const line = `${label} [${"=".repeat(filled)}${" ".repeat(width - filled)}] ${
      Math.floor((100 * done) / Math.max(all, 1))
    }%`
    fs.writeSync(2, isDone ? "\r\u001b[K" : `\r${line}`)
  }
}
