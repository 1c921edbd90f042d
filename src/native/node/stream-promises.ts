/**
 * Stands in for `node:stream/promises`.
 */
import type { Sink } from "./stream.ts"

/** Writes all of a stream into another. */
export const pipeline = async (from: AsyncIterable<Uint8Array | string>, into: Sink): Promise<void> => {
  for await (const chunk of from) into.write(chunk)
  into.end()
}
