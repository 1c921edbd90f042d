/**
 * What the shim knows about the shared cache directory.
 * @module
 */
import * as CacheKey from "./CacheKey.ts"

/**
 * What one build looks for: the entry of its key, made by a build of the same origin (`BuildOrigin`).
 * @category models
 */
export interface Wanted {
  readonly key: CacheKey.CacheKey
  readonly origin: string
}

/**
 * An entry and where it is: `app` in `/buildkit-cache`.
 * @category models
 */
export interface Place {
  readonly directory: string
  readonly key: string
}

/**
 * The state of one key's entry.
 *
 * **Details**
 *
 * - `Missing`: no such entry yet.
 * - `Sound`: its index names a manifest, and every blob that it names is there with its size. `inputs` tells what it was
 *   built from (`BuildInputs`), and `origin` by which build (`BuildOrigin`), if that is known.
 * - `Damaged`: it is there but must not be imported; `why` says what is wrong.
 * @category models
 */
export type CacheEntry =
  | { readonly _tag: "Missing" }
  | { readonly _tag: "Sound"; readonly inputs?: string; readonly origin?: string }
  | { readonly _tag: "Damaged"; readonly why: string }

/**
 * The answer about a cache directory.
 *
 * **Details**
 *
 * `Unusable` says why nothing can be read (absent, not a directory, no permission). `Usable` holds:
 * - `directory`: the session's own;
 * - `id`: a name for this run that no other run has, for its lease and export directories;
 * - `unwritable`: why nothing can be exported there (read-only, no room), or `undefined` if it can;
 * - `isFull`: that is so because the disk has too little free space;
 * - `isReadOnly`: it is mounted read-only; somebody decided that, so there is no notice;
 * - `leftOut`: keys that were not looked at, or not completely, because it took too long: a directory can contain anything;
 * - `unread`: why directories that the session only reads cannot be read, one text each;
 * - `entries`: the state of each key asked for and of its variant ({@link slotsOf}) in the directory itself;
 * - `relatives`: by key, the nearest sound entry, if there is one; a build without an entry of its own imports it. It is the
 *   same build in a directory that is only read, else the nearest by {@link nearest}.
 * @category models
 */
export type CacheDirectory =
  | { readonly _tag: "Unusable"; readonly why: string }
  | {
    readonly _tag: "Usable"
    readonly directory: string
    readonly id: string
    readonly unwritable: string | undefined
    readonly isFull?: boolean
    readonly isReadOnly?: boolean
    readonly unread: ReadonlyArray<string>
    readonly entries: Readonly<Record<string, CacheEntry>>
    readonly relatives: Readonly<Record<string, Place>>
    readonly leftOut?: ReadonlyArray<string>
  }

/**
 * The names under which a build's own entry can be: the key's, and that of its variant.
 * Example: `CacheDirectory.slotsOf({
 * key: { subject: { _tag: "Image", path: "web", tag: undefined }, target: undefined, platforms: [] }, origin: "9f3c01ab55"
 * }) // ["web", "web^9f3c01ab"]`
 * @category accessors
 */
export const slotsOf = ({ key, origin }: Wanted): readonly [key: string, variant: string] => {
  const name = CacheKey.print(key)
  return [name, CacheKey.printVariant(name, origin)]
}

/**
 * The name of the build's own entry, which it imports if it is there, and exports to.
 *
 * **Details**
 *
 * The first build of a key has the key's name; another build that comes while that is there has a variant of it. So two
 * projects that both say `-t web` do not overwrite each other. An entry of unknown origin, as older shims made them, belongs to
 * all builds.
 *
 * **Example** (Two builds of one name)
 *
 * ```ts
 * import { CacheDirectory, type CacheKey } from "docker-shim"
 *
 * const key: CacheKey.CacheKey = {
 *   subject: { _tag: "Image", path: "web", tag: undefined },
 *   target: undefined,
 *   platforms: []
 * }
 * const wanted: CacheDirectory.Wanted = { key, origin: "9f3c01ab55" }
 *
 * CacheDirectory.ownSlot(wanted, { web: { _tag: "Missing" } }) // "web"
 * CacheDirectory.ownSlot(wanted, { web: { _tag: "Sound", origin: "77aa00" } }) // "web^9f3c01ab"
 * ```
 * @category accessors
 */
export const ownSlot = (wanted: Wanted, entries: Readonly<Record<string, CacheEntry>>): string => {
  const [name, variant] = slotsOf(wanted)
  if ((entries[variant] ?? missing)._tag !== "Missing") return variant
  const entry = entries[name] ?? missing
  return entry._tag === "Sound" && entry.origin !== undefined && entry.origin !== wanted.origin ? variant : name
}

const missing: CacheEntry = { _tag: "Missing" }

/**
 * An entry that a build may import: where it is, which place its directory has among those searched, whose it is, and when
 * it was used last, in milliseconds since 1970.
 * @category models
 */
export interface Candidate extends Place {
  readonly searched: number
  readonly origin: string | undefined
  readonly usedAt: number
}

/**
 * The candidates that are related to a build, the nearest first: the same build, then the same key, then other tags with the
 * same target, then other targets of the image; among equals the one used last, then the one in the directory that is searched
 * first.
 *
 * **Example** (Another tag, another target, another image)
 *
 * ```ts
 * import { CacheDirectory, type CacheKey } from "docker-shim"
 *
 * const key: CacheKey.CacheKey = {
 *   subject: { _tag: "Image", path: "app", tag: "2" },
 *   target: undefined,
 *   platforms: []
 * }
 * const place = { directory: "/buildkit-cache", searched: 0, origin: undefined }
 * const found = CacheDirectory.nearest({ key, origin: "9f3c01ab55" }, [
 *   { ...place, key: "db", usedAt: 3000 },
 *   { ...place, key: "app@dev", usedAt: 2000 },
 *   { ...place, key: "app:1", usedAt: 1000 }
 * ])
 *
 * found.map((one) => one.key) // ["app:1", "app@dev"]
 * ```
 * @category accessors
 */
export const nearest = <C extends Candidate>(wanted: Wanted, candidates: ReadonlyArray<C>): ReadonlyArray<C> => {
  const [name, variant] = slotsOf(wanted)
  const relation = CacheKey.relation(wanted.key)
  const rank = ({ key, origin }: Candidate): number => {
    if (key === variant || (key === name && origin === wanted.origin)) return 0
    const related = relation(key)
    return related === undefined ? Infinity : 1 + CacheKey.relations.indexOf(related)
  }
  return candidates.map((candidate) => ({ candidate, rank: rank(candidate) }))
    .filter((one) => one.rank < Infinity)
    .sort((one, other) =>
      one.rank - other.rank
      || other.candidate.usedAt - one.candidate.usedAt
      || one.candidate.searched - other.candidate.searched
    )
    .map(({ candidate }) => candidate)
}
