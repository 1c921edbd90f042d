/**
 * Where an entry of the shared cache is in a registry.
 */
import * as Digest from "../syntax/Digest.ts"

/** Repository names may have 255 characters, host and prefix included (distribution/reference 0.6.0). */
const maxReadable = 80

/** 128 bits: two keys with one tag in one repository are not to be expected. */
const hashLength = 32

/**
 * The reference of a key below a repository prefix: of `team+app@dev` below `registry.example/cache`,
 * `registry.example/cache/team/app-dev:5c86…`.
 *
 * **Details**
 *
 * The repository is as much of the key as a repository's name can hold, for people; the tag is made from the key's
 * SHA-256, so different keys never share an entry.
 */
export const print = (prefix: string, key: string): string =>
  `${prefix}/${readable(key)}:${Digest.sha256(key).slice(0, hashLength)}`

/** Lower-case letters, digits and single hyphens between slashes. */
const readable = (key: string): string => {
  const parts = key.slice(0, maxReadable).toLowerCase().split("+").map((part) =>
    part.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "")
  ).filter((part) => part !== "")
  return parts.length === 0 ? "build" : parts.join("/")
}
