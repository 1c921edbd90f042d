/**
 * Reads the Dockerfiles of the client.
 */
import * as fs from "node:fs"
import * as Dockerfile from "../../core/syntax/dockerfile/Dockerfile.ts"

/**
 * The text of a Dockerfile; `undefined` where it cannot be read, is no regular file, or is too long to be one. A
 * `Dockerfile` that is not there may be called `dockerfile` (buildkit 0.25, `frontend/dockerui/config.go`).
 */
export const read = (file: string): string | undefined =>
  readOne(file) ?? (/\/Dockerfile$/.test(file) ? readOne(file.replace(/\/Dockerfile$/, "/dockerfile")) : undefined)

const readOne = (file: string): string | undefined => {
  let descriptor: number | undefined
  try {
    // what is no regular file, such as a FIFO, must not hold the build up
    descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    const stat = fs.fstatSync(descriptor)
    if (!stat.isFile() || stat.size > Dockerfile.longest) return undefined
    const content = Buffer.alloc(Dockerfile.longest + 1)
    const length = fs.readSync(descriptor, content, 0, content.length, 0)
    return length > Dockerfile.longest ? undefined : content.toString("utf8", 0, length)
  } catch {
    // unreadable, for whatever reason: planning takes that for a Dockerfile that may say anything
    return undefined
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor)
  }
}
