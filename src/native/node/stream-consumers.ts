/**
 * Stands in for `node:stream/consumers`.
 */
import { Buffer } from "./buffer.ts"

/** All bytes of a stream. */
export const buffer = async (stream: AsyncIterable<Uint8Array | string>): Promise<Buffer> => {
  const parts: Array<Uint8Array> = []
  for await (const part of stream) parts.push(typeof part === "string" ? Buffer.from(part) : part)
  return Buffer.concat(parts)
}

/** All of a stream as text. */
export const text = async (stream: AsyncIterable<Uint8Array | string>): Promise<string> =>
  (await buffer(stream)).toString()

/** All of a stream as JSON. */
export const json = async (stream: AsyncIterable<Uint8Array | string>): Promise<unknown> =>
  JSON.parse(await text(stream))
