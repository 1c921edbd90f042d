/**
 * Remembers which build made an entry, and from what, beside the entry.
 */
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import { attempt } from "../files/Attempt.ts"
import type * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as SharedRemoval from "../files/SharedRemoval.ts"
import * as CachePlace from "./CachePlace.ts"

/** The stored `inputs` (`BuildInputs`) and `origin` (`BuildOrigin`), as far as they are known. */
export interface Remembered {
  readonly inputs?: string
  readonly origin?: string
}

/** What is stored about this manifest; nothing if it was stored about another one. */
export const read = (cache: CachePlace.Cache, key: string, manifest: string): Remembered =>
  ofManifest(words(cache, key), manifest)

/** The same for the open directory of an entry. */
export const ofEntry = (entry: SharedDirectory.SharedDirectory, manifest: string): Remembered =>
  ofManifest(wordsIn(() => SharedFile.readText(entry, CacheLayout.inputsName, maxSize)), manifest)

const ofManifest = (known: ReadonlyArray<string>, manifest: string): Remembered => {
  const [of, inputs = unknown, origin = unknown] = known
  if (of !== manifest) return {}
  return { ...(inputs === unknown ? {} : { inputs }), ...(origin === unknown ? {} : { origin }) }
}

/** The stored origin, whichever manifest it was stored for. */
export const originOf = (cache: CachePlace.Cache, key: string): string | undefined => {
  const [, , origin = unknown] = words(cache, key)
  return origin === unknown ? undefined : origin
}

/** None if nothing is stored, or something else is in its place: the next build then exports everything. */
const words = (cache: CachePlace.Cache, key: string): ReadonlyArray<string> =>
  wordsIn(() => at(cache, key, (entry, name) => SharedFile.readText(entry, name, maxSize)))

const wordsIn = (text: () => string | undefined): ReadonlyArray<string> => (attempt(text) ?? "").trim().split(" ")

const at = <A>(cache: CachePlace.Cache, key: string, run: Parameters<typeof CachePlace.at<A>>[2]): A | undefined =>
  CachePlace.at(cache, CacheLayout.inputs(CachePlace.pathOf(cache), key), run)

/** Stands for an unknown value. */
const unknown = "-"

/** Three digests, and room for their names. */
const maxSize = 256

/** Stores what is known about an entry with this manifest. Throws the system's error. */
export const write = (cache: CachePlace.Cache, key: string, manifest: string, { inputs, origin }: Remembered): void => {
  const known = read(cache, key, manifest)
  if (known.inputs === inputs && known.origin === origin) return
  if (inputs === undefined && origin === undefined) return forget(cache, key)
  const text = `${manifest} ${inputs ?? unknown} ${origin ?? unknown}\n`
  at(cache, key, (entry, name) => SharedFile.write(entry, name, text))
}

/** Forgets all of it, so that the next build exports everything. */
export const forget = (cache: CachePlace.Cache, key: string): void => {
  at(cache, key, SharedRemoval.unlink)
}
