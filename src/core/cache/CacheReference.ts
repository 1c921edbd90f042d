/**
 * Where the entries of a build are in a registry.
 */
import * as Digest from "../syntax/Digest.ts"
import type { Wanted } from "./CacheDirectory.ts"
import * as CacheKey from "./CacheKey.ts"

/**
 * What a registry shows of a key. Repository names may have 255 characters, host and prefix included (distribution/reference
 * 0.6.0), so this leaves 175 for those.
 */
const maxReadable = 80

/** 128 bits: two names in one repository never get the same tag in practice. */
const hashLength = 32

/**
 * The references below a repository prefix that a build exports to. It imports the first one that exists.
 *
 * **Details**
 *
 * - `own`: of this build alone, among those of its key ({@link CacheKey.printVariant}).
 * - `key`: of the build of its key that was stored last.
 * - `image`: of the build of its image and target that was stored last, whatever its tag; `undefined` if it makes no image
 *   with a name.
 *
 * All are in one repository, where equal layers are stored once: as much of the image's name as a repository's name can
 * hold, for people. The tag is made from a SHA-256, so different names never share an entry:
 * `registry.example/cache/team/app:5c86…`.
 */
export interface References {
  readonly own: string
  readonly key: string
  readonly image: string | undefined
}

/** The references of a build below a repository prefix such as `registry.example/cache`. */
export const of = (prefix: string, { key, origin }: Wanted): References => {
  const { subject } = key
  const name = CacheKey.print(key)
  const whole = CacheKey.print({ subject: untagged(subject), target: undefined, platforms: [] })
  const repository = `${prefix}/${readable(whole)}`
  const reference = (text: string): string => `${repository}:${Digest.sha256(text).slice(0, hashLength)}`
  return {
    own: reference(CacheKey.printVariant(name, origin)),
    key: reference(name),
    // a variant's mark is hex digits
    image: subject._tag === "Image"
      ? reference(CacheKey.printVariant(CacheKey.print({ ...key, subject: untagged(subject) }), "last"))
      : undefined
  }
}

/** All of a build's references, the nearest first. */
export const all = ({ image, key, own }: References): ReadonlyArray<string> => [
  own,
  key,
  ...(image === undefined ? [] : [image])
]

const untagged = (subject: CacheKey.Subject): CacheKey.Subject =>
  subject._tag === "Image" ? { ...subject, tag: undefined } : subject

/** Lower-case letters, digits and single hyphens between slashes. */
const readable = (key: string): string => {
  const parts = key.slice(0, maxReadable).toLowerCase().split("+").map((part) =>
    part.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "")
  ).filter((part) => part !== "")
  return parts.length === 0 ? "build" : parts.join("/")
}
