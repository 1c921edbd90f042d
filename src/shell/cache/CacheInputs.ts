/**
 * Remembers what an entry was built from, beside it.
 */
import * as fs from "node:fs"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as Files from "../files/Files.ts"

/**
 * What the entry was built from, if that was said of this manifest and of no other that was there before or since.
 *
 * @category accessors
 * @since 0.1.0
 */
export const read = (directory: string, key: string, manifest: string): string | undefined => {
  const [of, inputs] = (Files.read(CacheLayout.inputs(directory, key), maxSize) ?? "").trim().split(" ")
  return of === manifest ? inputs : undefined
}

/** Two digests, and room for their names. */
const maxSize = 256

/**
 * Remembers what the entry was built from. Throws the system's error.
 *
 * @category running
 * @since 0.1.0
 */
export const write = (directory: string, key: string, manifest: string, inputs: string): void => {
  if (read(directory, key, manifest) === inputs) return
  Files.write(CacheLayout.inputs(directory, key), `${manifest} ${inputs}\n`)
}

/**
 * Forgets it: the next build exports all that it has.
 *
 * @category running
 * @since 0.1.0
 */
export const forget = (directory: string, key: string): void =>
  fs.rmSync(CacheLayout.inputs(directory, key), { force: true })
