/** Reads the output of another process, up to a limit. */
import type { Readable } from "node:stream"

/**
 * The text of a stream until either end closes it. After `longest` bytes the rest is dropped, and `excess` is called once.
 */
export const text = (stream: Readable | null, longest: number, excess: () => void): Promise<string> =>
  new Promise((resolve) => {
    const chunks: Array<Buffer> = []
    let length = 0
    stream?.on("data", (chunk: Buffer) => {
      if (length > longest) return
      length += chunk.length
      chunks.push(chunk)
      if (length > longest) excess()
    })
    stream?.on("error", () => undefined) // one that is destroyed early
    stream?.once("close", () => resolve(Buffer.concat(chunks).toString("utf8")))
    if (stream === null) resolve("")
  })
