/**
 * The name under which a build's cache is kept: a directory name that two different builds never share, that a person
 * can read, and that can be nothing but a directory name.
 */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"

/**
 * What a build makes.
 *
 * **Details**
 *
 * - `Image`: an image by its name, registry host and tag off, such as `team/app`.
 * - `Context`: a build without a name: its context (an absolute path, `-`, or a URL) and, where one was named, its
 *   Dockerfile.
 * - `Service`: a Compose service without an image name: the project's directory and the service's name.
 *
 * @category models
 * @since 0.1.0
 */
export type Subject =
  | { readonly _tag: "Image"; readonly path: string }
  | { readonly _tag: "Context"; readonly context: string; readonly dockerfile: string | undefined }
  | { readonly _tag: "Service"; readonly directory: string; readonly service: string }

/**
 * A subject and what else makes its cache differ: the target stage and the platforms, in the order given.
 *
 * @category models
 * @since 0.1.0
 */
export interface CacheKey {
  readonly subject: Subject
  readonly target: string | undefined
  readonly platforms: ReadonlyArray<string>
}

/**
 * A longer name is cut and gets a hash. File systems take 255 bytes; eCryptfs, under encrypted home directories, 143.
 */
export const maxLength = 140

const hashLength = 64

/**
 * Prints a key such as `team+app@builder~linux+arm64`.
 *
 * **Details**
 *
 * Letters, digits, `_`, `-` and `.` (not in front) stand for themselves, `/` is `+`, every other byte `%` and two hex
 * digits. The marks between the parts are characters that this never yields: a context begins with `=`, its Dockerfile
 * with another; a service follows `#`; the target `@`; each platform `~`. So different keys have different names. A name
 * over {@link maxLength} characters ends in `%%` and the SHA-256 of the whole.
 *
 * **Example** (Keys)
 *
 * `team/app` → `team+app`; `team/app`, target `dev` → `team+app@dev`; context `/home/retro/work/api` →
 * `=+home+retro+work+api`; service `web` of `/home/retro/work/shop` → `+home+retro+work+shop#web`.
 *
 * @category printing
 * @since 0.1.0
 */
export const print = (key: CacheKey): string => {
  const target = key.target === undefined ? "" : `@${escape(key.target)}`
  const platforms = key.platforms.map((platform) => `~${escape(platform)}`).join("")
  const whole = `${printSubject(key.subject)}${target}${platforms}`.replace(/^\./, "%2E")
  return whole.length <= maxLength
    ? whole
    : `${whole.slice(0, maxLength - hashLength - 2)}%%${bytesToHex(sha256(utf8ToBytes(whole)))}`
}

/**
 * Whether two names of keys are of one image, context or service on the same platforms, and of different targets:
 * `team+app` and `team+app@dev`. Names that were cut have no relatives.
 *
 * @category predicates
 * @since 0.1.0
 */
export const areRelatives = (one: string, other: string): boolean => {
  const common = family(one)
  return common !== undefined && one !== other && common === family(other)
}

/**
 * The name of a key without its target, which its relatives have too: `team+app~linux+arm64` of
 * `team+app@dev~linux+arm64`; none of a name that was cut.
 *
 * @category accessors
 * @since 0.1.0
 */
export const family = (name: string): string | undefined => {
  // the marks between the parts are in no part
  const [, subject = "", platforms = ""] = /^([^@~]+)(?:@[^@~]*)?((?:~[^@~]*)*)$/.exec(name) ?? []
  return subject === "" || name.includes("%%") ? undefined : `${subject}${platforms}`
}

const printSubject = (subject: Subject): string => {
  switch (subject._tag) {
    case "Image":
      return escape(subject.path)
    case "Context":
      return `=${escape(subject.context)}${subject.dockerfile === undefined ? "" : `=${escape(subject.dockerfile)}`}`
    case "Service":
      return `${escape(subject.directory)}#${escape(subject.service)}`
  }
}

const escape = (text: string): string =>
  text.split(/((?<![\uD800-\uDBFF])[\uDC80-\uDCFF])/).map((part, at) =>
    at % 2 === 1 ? escapeByte(part) : escapeText(part)
  )
    .join("")

/** A byte that is no UTF-8, which the shell gives as a lone surrogate (`shell/process/RawText`). */
const escapeByte = (surrogate: string): string => hex(surrogate.charCodeAt(0) - 0xdc00)

const escapeText = (text: string): string =>
  encodeURIComponent(text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD"))
    .replaceAll("%2F", "+")
    .replace(/[!~*'()]/g, (character) => hex(character.charCodeAt(0)))

const hex = (byte: number): string => `%${byte.toString(16).toUpperCase()}`
