/**
 * Reads the Dockerfiles of the client.
 */
import * as fs from "node:fs"
import * as Dockerfile from "../../core/syntax/dockerfile/Dockerfile.ts"
import { isLate } from "../files/SharedDirectoryError.ts"
import * as TimeBudget from "../files/TimeBudget.ts"

/**
 * The text of a Dockerfile; `undefined` if it cannot be read, is no regular file, or is too long to be one. A `Dockerfile` that
 * is not there may be called `dockerfile` (buildkit 0.25, `frontend/dockerui/config.go`). Throws only if its time is over (`TimeBudget.cutting`).
 */
export const read = (file: string): string | undefined =>
  readOne(file) ?? (/\/Dockerfile$/.test(file) ? readOne(file.replace(/\/Dockerfile$/, "/dockerfile")) : undefined)

const readOne = (file: string): string | undefined => readBytes(file, Dockerfile.longest)?.toString("utf8")

/**
 * The content of a regular file of at most `limit` bytes; `undefined` if it cannot be read, is longer, or is something else.
 * Throws only if its time is over.
 */
export const readBytes = (file: string, limit: number): Buffer | undefined => {
  let descriptor: number | undefined
  try {
    TimeBudget.check(file)
    // what is no regular file, such as a FIFO, must not hold the build up
    descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    const stat = fs.fstatSync(descriptor)
    if (!stat.isFile() || stat.size > limit) return undefined
    // one byte more shows that it grows while it is read
    const content = Buffer.allocUnsafe(stat.size + 1)
    for (let length = 0; length < content.length;) {
      TimeBudget.check(file)
      const count = fs.readSync(descriptor, content, length, Math.min(chunk, content.length - length), null)
      if (count === 0) return content.subarray(0, length)
      length += count
    }
    return undefined
  } catch (error) {
    if (isLate(error)) throw error
    // unreadable, for whatever reason: planning takes that for a Dockerfile that may say anything
    return undefined
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor)
  }
}

/** In bytes: so much is read at once, as reading can be given up only in between. */
const chunk = 64 * 1024
