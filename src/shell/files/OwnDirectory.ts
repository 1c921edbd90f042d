/**
 * Directories in which only this user can put anything.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as Ownership from "./Ownership.ts"
import * as SafePlace from "./SafePlace.ts"

/**
 * Opens a directory that only this user can write to, and does something in it. The path that `use` gets leads to the same
 * directory even if somebody renames it. Throws if others can write to the directory, or could put another in its place.
 */
export const within = <A>(directory: string, use: (opened: string) => A): A => {
  const descriptor = fs.openSync(directory, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY | fs.constants.O_NOFOLLOW)
  try {
    if (!Ownership.isOwn(fs.fstatSync(descriptor)) || !SafePlace.isSafe(directory)) {
      throw new Error(`${directory} is not this user's alone`)
    }
    return use(`/proc/self/fd/${descriptor}`)
  } finally {
    fs.closeSync(descriptor)
  }
}

/** Makes a directory and the missing ones above it; nothing in a place that others can change. */
export const ensure = (wanted: string): void =>
  make(wanted, 0o700, (parent) => {
    if (!SafePlace.isSafe(parent)) throw new Error(`${parent} is not this user's alone`)
  })

/**
 * Makes a directory and the missing ones above it, each after a check of its parent.
 *
 * **Details**
 *
 * Node's own `recursive` never ends if the parent exists and nothing can be made in it, as in `/proc`. If another process makes
 * the directory at the same time, that is no error.
 */
export const make = (wanted: string, mode: number, check: (parent: string) => void = () => undefined): void => {
  if (fs.existsSync(wanted)) return
  const parent = path.dirname(wanted)
  make(parent, mode, check)
  check(parent)
  try {
    fs.mkdirSync(wanted, { mode })
  } catch (error) {
    if (!fs.existsSync(wanted)) throw error
  }
}
