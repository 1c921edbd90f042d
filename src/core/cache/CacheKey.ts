/**
 * The name of a build's entry: a directory name that two different builds never share, that people can read, and that is always
 * a valid directory name.
 * @module
 */
import * as Digest from "../syntax/Digest.ts"

/**
 * What a build makes.
 *
 * **Details**
 *
 * - `Image`: an image by its name without the registry host, such as `team/app`, and its tag. No tag is the tag `latest`,
 *   as it is for docker.
 * - `Context`: a build without a name: its context (an absolute path, `-`, or a URL without its secrets, see
 *   `RemoteContext`) and, if one is named, its Dockerfile.
 * - `Service`: a Compose service without an image name: the project's directory and the service's name.
 * @category models
 */
export type Subject =
  | { readonly _tag: "Image"; readonly path: string; readonly tag: string | undefined }
  | { readonly _tag: "Context"; readonly context: string; readonly dockerfile: string | undefined }
  | { readonly _tag: "Service"; readonly directory: string; readonly service: string }

/**
 * A subject and what else makes its cache differ: the target stage and the platforms, in the order given.
 * @category models
 */
export interface CacheKey {
  readonly subject: Subject
  readonly target: string | undefined
  readonly platforms: ReadonlyArray<string>
}

/**
 * The longest name of a key, in characters of one byte each. A longer one is cut and gets a hash. File systems take 255 bytes,
 * eCryptfs (encrypted home directories) only 143. The mark of a variant is added to this.
 */
export const maxLength = 130

/** Half a SHA-256 stands for the image of a cut name, another half for the key. */
const hashLength = 32

const variantLength = 8

/**
 * Prints a key such as `team+app:1.2@builder~linux+arm64`.
 *
 * **Details**
 *
 * Letters, digits, `_`, `-` and `.` (not in front) stand for themselves, `/` is `+`, every other byte `%` and two hex
 * digits. The marks between the parts are characters that this never yields: a context begins with `=`, its Dockerfile
 * with another; a service follows `#`; a tag `:`; the target `@`; each platform `~`. So different keys have different
 * names. A name over {@link maxLength} characters ends in `%%`, a hash of its image and a hash of the whole.
 *
 * **Example** (Keys)
 *
 * `team/app` → `team+app`; `team/app:1.2`, target `dev` → `team+app:1.2@dev`; context `/home/retro/work/api` →
 * `=+home+retro+work+api`; service `web` of `/home/retro/work/shop` → `+home+retro+work+shop#web`.
 *
 * **Example** (A tag and a target)
 *
 * ```ts
 * import { CacheKey } from "docker-shim"
 *
 * CacheKey.print({ subject: { _tag: "Image", path: "team/app", tag: "1.2" }, target: "dev", platforms: [] }) // "team+app:1.2@dev"
 * ```
 * @category printing
 */
export const print = (key: CacheKey): string => {
  const { platforms, subject, tag, target } = parts(key)
  const whole = `${subject}${tag}${target}${platforms}`
  return whole.length <= maxLength
    ? whole
    : `${whole.slice(0, maxLength - 2 * hashLength - 2)}%%${hash(`${subject}${platforms}`)}${hash(whole)}`
}

/**
 * The name of one variant of a key: that of the builds with this origin (`BuildOrigin`), such as `team+app^9f3c01ab`. A key has
 * variants if different builds use its name, such as two projects that both say `-t web`.
 * Example: `CacheKey.printVariant("web", "9f3c01ab55") // "web^9f3c01ab"`
 * @category printing
 */
export const printVariant = (name: string, origin: string): string => `${name}^${origin.slice(0, variantLength)}`

/**
 * How near an entry is to a key, the nearest first.
 *
 * **Details**
 *
 * - `Key`: the key itself, or one of its variants.
 * - `Target`: another tag of the same image, with the same target.
 * - `Image`: another target of the same image.
 *
 * In any case the platforms are the same.
 * @category models
 */
export type Relation = typeof relations[number]

/** All relations, the nearest first. */
export const relations = ["Key", "Target", "Image"] as const

/**
 * How the entry of this name is related to a key; `undefined` if it is of something else. A name that was cut does not
 * show its target: other tags are then `Image`.
 * Example: `CacheKey.relation({ subject: { _tag: "Image", path: "app", tag: "2" }, target: undefined, platforms: [] })("app:1")
 * // "Target"`
 * @category accessors
 */
export const relation = (key: CacheKey): (name: string) => Relation | undefined => {
  const own = print(key)
  const { platforms, subject, target } = parts(key)
  return (name) => {
    const other = parse(name)
    if (other === undefined) return undefined
    if (other.key === own) return "Key"
    if (other._tag === "Cut") return other.image === hash(`${subject}${platforms}`) ? "Image" : undefined
    if (other.subject !== subject || other.platforms !== platforms) return undefined
    return other.target === target ? "Target" : "Image"
  }
}

/**
 * The key and the image of an entry's name, in forms that are equal for variants of one key, and for keys of one image,
 * context or service on the same platforms. `undefined` if the name is no key's.
 * Example: `CacheKey.groups("app:1@dev") // { key: "app:1@dev", image: "app" }`
 * @category accessors
 */
export const groups = (name: string): { readonly key: string; readonly image: string } | undefined => {
  const parsed = parse(name)
  if (parsed === undefined) return undefined
  return {
    key: parsed.key,
    image: parsed._tag === "Cut" ? `${cutMark}${parsed.image}` : `${parsed.subject}${parsed.platforms}`
  }
}

/**
 * The image of a key's relatives with whole names, as {@link groups} gives it.
 * Example: `CacheKey.image({ subject: { _tag: "Image", path: "app", tag: "2" }, target: undefined, platforms: [] }) // "app"`
 * @category accessors
 */
export const image = (key: CacheKey): string => {
  const { platforms, subject } = parts(key)
  return `${subject}${platforms}`
}

/**
 * The image of a key's relatives with names that were cut, as {@link groups} gives it.
 * Example: `CacheKey.isCut(CacheKey.cutImage(
 * { subject: { _tag: "Image", path: "app", tag: "2" }, target: undefined, platforms: [] })) // true`
 * @category accessors
 */
export const cutImage = (key: CacheKey): string => `${cutMark}${hash(image(key))}`

/**
 * Whether an image that {@link groups} gives is that of names that were cut.
 * Example: `CacheKey.isCut("app") // false`
 * @category accessors
 */
export const isCut = (imageOfName: string): boolean => imageOfName.startsWith(cutMark)

type Parsed =
  | { readonly _tag: "Cut"; readonly key: string; readonly image: string }
  | {
    readonly _tag: "Whole"
    readonly key: string
    readonly subject: string
    readonly target: string
    readonly platforms: string
  }

/** The marks between the parts are in no part. */
const parse = (name: string): Parsed | undefined => {
  const [, key = "", image] = cutForm.exec(name) ?? []
  if (image !== undefined) return { _tag: "Cut", key, image }
  const [matched, whole = "", subject = "", target = "", platforms = ""] = wholeForm.exec(name) ?? []
  return matched === undefined ? undefined : { _tag: "Whole", key: whole, subject, target, platforms }
}

const cutForm = new RegExp(`^([^^]*%%([0-9a-f]{${hashLength}})[0-9a-f]{${hashLength}})(?:\\^[^^]*)?$`)
const wholeForm = /^(([^:@~^]+)(?::[^:@~^]*)?(@[^:@~^]*)?((?:~[^:@~^]*)*))(?:\^[^:@~^]*)?$/

/** The parts of a printed key, each with its mark. */
const parts = (
  { platforms, subject, target }: CacheKey
): { readonly subject: string; readonly tag: string; readonly target: string; readonly platforms: string } => ({
  subject: printSubject(subject).replace(/^\./, "%2E"),
  tag: subject._tag === "Image" && subject.tag !== undefined && subject.tag !== defaultTag
    ? `:${escape(subject.tag)}`
    : "",
  target: target === undefined ? "" : `@${escape(target)}`,
  platforms: platforms.map((platform) => `~${escape(platform)}`).join("")
})

const defaultTag = "latest"

/** In front of the image of a name that was cut: no image begins so. */
const cutMark = "%%"

const hash = (text: string): string => Digest.sha256(text).slice(0, hashLength)

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

const escape = (text: string): string => {
  // most texts are such, and the rest takes ten times as long
  if (/^[\w./-]*$/.test(text)) return text.replaceAll("/", "+")
  return text.split(/((?<![\uD800-\uDBFF])[\uDC80-\uDCFF])/)
    .map((part, at) => at % 2 === 1 ? escapeByte(part) : escapeText(part))
    .join("")
}

/** A byte that is no UTF-8, which the shell gives as a lone surrogate (`shell/process/RawText`). */
const escapeByte = (surrogate: string): string => hex(surrogate.charCodeAt(0) - 0xdc00)

const escapeText = (text: string): string =>
  encodeURIComponent(text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD"))
    .replaceAll("%2F", "+")
    .replace(/[!~*'()]/g, (character) => hex(character.charCodeAt(0)))

const hex = (byte: number): string => `%${byte.toString(16).toUpperCase()}`
