/**
 * Reads the Dockerfiles of the client.
 */
import * as fs from "node:fs"
import * as Dockerfile from "../../core/syntax/dockerfile/Dockerfile.ts"
import { isLate } from "../files/SharedDirectoryError.ts"
import * as TimeBudget from "../files/TimeBudget.ts"

/** Reads a regular file of at most `limit` bytes, as {@link readBytes} does. */
export type Read = (file: string, limit: number) => Buffer | undefined

/**
 * The text of a Dockerfile, under its other name too; `undefined` if it cannot be read, is no regular file, or is too long to be
 * one. Throws only if its time is over (`TimeBudget.cutting`).
 */
export const read = (file: string, readFile: Read = readBytes): string | undefined => {
  const other = otherName(file)
  const content = readFile(file, Dockerfile.longest) ??
    (other === file ? undefined : readFile(other, Dockerfile.longest))
  return content?.toString("utf8")
}

/** What a `Dockerfile` that is not there may be called (buildkit 0.25, `frontend/dockerui/config.go`); other names stay. */
export const otherName = (file: string): string => file.replace(/\/Dockerfile$/, "/dockerfile")

/** In bytes. The largest of a thousand public Dockerfiles has 60 kB. */
export const maxSize = 1024 * 1024

/** In bytes: as much is kept of what was read, for a project of hundreds of services. */
const mostKept = 16 * maxSize

/**
 * Reads each file once for a command: a build's Dockerfile is asked for by its cache key, its cache mounts and its context. So
 * they are told of one text, whoever changes the file meanwhile.
 */
export const readingOnce = (): Read => {
  const known = new Map<string, { readonly content: Buffer | undefined }>()
  let kept = 0
  return (file, limit) => {
    const found = known.get(file) ?? { content: readBytes(file, maxSize) }
    const { content } = found
    if (!known.has(file) && kept + (content?.length ?? 0) <= mostKept) {
      known.set(file, found)
      kept += content?.length ?? 0
    }
    return content === undefined || content.length > limit ? undefined : content
  }
}

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
