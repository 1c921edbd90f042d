/**
 * Remembers which build made an entry, and from what, beside the entry.
 */
import * as fs from "node:fs"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as Files from "../files/Files.ts"

/**
 * What is remembered: `inputs` (`BuildInputs`) and `origin` (`BuildOrigin`), as far as they are known.
 *
 * @category models
 */
export interface Remembered {
  readonly inputs?: string
  readonly origin?: string
}

/**
 * What is remembered of this manifest; nothing if it was said of another that was there before or since.
 *
 * @category accessors
 */
export const read = (directory: string, key: string, manifest: string): Remembered => {
  const [of, inputs = unknown, origin = unknown] = words(directory, key)
  if (of !== manifest) return {}
  return { ...(inputs === unknown ? {} : { inputs }), ...(origin === unknown ? {} : { origin }) }
}

/**
 * The origin that is remembered, of whichever manifest.
 *
 * @category accessors
 */
export const originOf = (directory: string, key: string): string | undefined => {
  const [, , origin = unknown] = words(directory, key)
  return origin === unknown ? undefined : origin
}

const words = (directory: string, key: string): ReadonlyArray<string> =>
  (Files.read(CacheLayout.inputs(directory, key), maxSize) ?? "").trim().split(" ")

/** Stands for what is not known. */
const unknown = "-"

/** Three digests, and room for their names. */
const maxSize = 256

/**
 * Remembers what is known of an entry with this manifest. Throws the system's error.
 *
 * @category running
 */
export const write = (directory: string, key: string, manifest: string, { inputs, origin }: Remembered): void => {
  const known = read(directory, key, manifest)
  if (known.inputs === inputs && known.origin === origin) return
  if (inputs === undefined && origin === undefined) return forget(directory, key)
  Files.write(CacheLayout.inputs(directory, key), `${manifest} ${inputs ?? unknown} ${origin ?? unknown}\n`)
}

/**
 * Forgets all of it: the next build exports all that it has.
 *
 * @category running
 */
export const forget = (directory: string, key: string): void =>
  fs.rmSync(CacheLayout.inputs(directory, key), { force: true })
