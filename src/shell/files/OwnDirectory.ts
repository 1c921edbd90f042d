/**
 * Directories of this user's own, below which nobody else can put anything.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as Ownership from "./Ownership.ts"
import * as SafePlace from "./SafePlace.ts"

/**
 * Does something in a directory of this user's own, which is open meanwhile: a path to it that leads to the same directory
 * whatever happens to its names. Throws if it is not one that only this user can write to, or where others could put
 * another in its place.
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

/**
 * Makes a directory, and those above it, where they are not there yet.
 *
 * **Details**
 *
 * Node's own `recursive` never ends where the parent is there and still nothing can be made in it, as in `/proc`. Another
 * call may make a directory between any look at it and the attempt: that it is there is no error. Nothing is made where
 * somebody else has a say.
 */
export const ensure = (wanted: string): void => {
  if (fs.existsSync(wanted)) return
  const parent = path.dirname(wanted)
  ensure(parent)
  if (!SafePlace.isSafe(parent)) throw new Error(`${parent} is not this user's alone`)
  try {
    fs.mkdirSync(wanted, { mode: 0o700 })
  } catch (error) {
    if (!fs.existsSync(wanted)) throw error
  }
}
