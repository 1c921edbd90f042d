/**
 * Files that somebody else may have put in the place of one of ours.
 */
import * as fs from "node:fs"
import { attempt } from "./Attempt.ts"

/**
 * The text of a file of at most `maxSize` bytes; empty where it is larger, cannot be read or is no file (a pipe that
 * somebody planted would otherwise be waited for), `undefined` where nothing is there, or a link.
 *
 * @category accessors
 */
export const read = (file: string, maxSize: number): string | undefined => {
  const descriptor = attempt(() => fs.openSync(file, reading))
  if (descriptor === undefined) return undefined
  try {
    const stat = fs.fstatSync(descriptor)
    return stat.isFile() && stat.size <= maxSize ? fs.readFileSync(descriptor, "utf8") : ""
  } catch {
    return ""
  } finally {
    fs.closeSync(descriptor)
  }
}

const reading = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK
