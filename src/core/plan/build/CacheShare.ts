/**
 * The entries of the shared cache that one command uses: what each build imports and exports, and what is done before and
 * after.
 */
import * as CacheAction from "../../cache/CacheAction.ts"
import * as CacheDirectory from "../../cache/CacheDirectory.ts"
import type { Place, Wanted } from "../../cache/CacheDirectory.ts"
import * as CacheKey from "../../cache/CacheKey.ts"
import * as CacheLayout from "../../cache/CacheLayout.ts"
import * as CacheReference from "../../cache/CacheReference.ts"
import * as CacheView from "../../cache/CacheView.ts"
import type * as MountDependence from "../../dockerfile/MountDependence.ts"
import type { Change, Notice } from "../../ExecPlan.ts"
import * as Facts from "../../Facts.ts"
import type { CacheSettings } from "../../Settings.ts"
import * as CsvRecord from "../../syntax/CsvRecord.ts"
import * as Revision from "../Revision.ts"

/**
 * What a build wants of its entry: to import it, which it does not with `--no-cache`. `inputs`: what it is made from
 * ({@link BuildInputs}), if that is known. `mounts`: which steps must run because a later one can need what they leave in a
 * cache mount.
 *
 * @category models
 * @since 0.1.0
 */
export interface Wish {
  readonly wanted: Wanted
  readonly imports: boolean
  readonly inputs: string | undefined
  readonly mounts: MountDependence.MountDependence
}

/**
 * What a build is given: the attributes of its cache import, such as `type=local,src=` and a view (`CacheView`), and of its
 * export; `undefined` where there is nothing to import, or nothing may be exported. `key` is the entry exported to.
 * `isExpected`: see {@link CacheAction.Expectation}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Given {
  readonly key: string
  readonly from: string | undefined
  readonly to: string | undefined
  readonly isExpected: boolean
}

/** What a build is given that shares nothing. */
export const nothing: Given = { key: "", from: undefined, to: undefined, isExpected: false }

/**
 * Where the cache is, ready to be used: the directory of this machine with what is known of it, or a registry.
 *
 * @category models
 * @since 0.1.0
 */
export type Store =
  | { readonly _tag: "Directory"; readonly cache: Usable }
  | { readonly _tag: "Registry"; readonly prefix: string }

type Usable = Extract<CacheDirectory.CacheDirectory, { readonly _tag: "Usable" }>

/**
 * Finds the store for some builds, or why there is none.
 *
 * @category planning
 * @since 0.1.0
 */
export const open = (
  settings: CacheSettings,
  builds: ReadonlyArray<Wanted & { readonly sendsCache: boolean }>,
  facts: Facts.Facts
): Facts.Asked<Store | Extract<CacheDirectory.CacheDirectory, { readonly _tag: "Unusable" }>> => {
  const { backend, directory, readDirectories } = settings
  if (backend._tag === "Registry") return Facts.answered(backend)
  if (builds.some(({ sendsCache }) => sendsCache)) return Facts.answered({ _tag: "Unusable", why: isSent(directory) })
  const wanted = builds.map(({ key, origin }) => ({ key, origin }))
  const asked = Facts.ask(facts, { _tag: "CacheDirectory", directory, readDirectories, wanted })
  if (asked._tag === "Open") return asked
  return Facts.answered(asked.answer._tag === "Unusable" ? asked.answer : { _tag: "Directory", cache: asked.answer })
}

/**
 * Whether it is of use to know what builds are made from: where they export all their layers to a directory.
 *
 * @category predicates
 * @since 0.1.0
 */
export const remembersInputs = (store: Store, { mode, use }: CacheSettings): boolean =>
  store._tag === "Directory" && store.cache.unwritable === undefined && use === "on" && mode === "max"

/**
 * Gives each build of a command its part of the cache, in the order of the wishes.
 *
 * **Details**
 *
 * In a directory only a sound entry is imported; a damaged one is set aside, with a notice; one lease holds all keys of
 * the command. A build whose own entry is not there imports the nearest relative ({@link CacheDirectory.nearest}): what
 * both are made from is then cached. Of builds that have one entry the first exports it. One entry is imported, not
 * several: buildkit 0.25 takes steps that several imports share for one another's
 * (docs/decisions/0011-records-of-an-entry.md). In a registry BuildKit itself finds out what is there, and an entry that is
 * not is a warning to it.
 *
 * A build that is made from the same as its entry exports `mode=min`: BuildKit then names the layers of stages that the
 * result is not made of, and does not fetch and unpack them (docs/decisions/0013-export-of-a-cached-build.md).
 *
 * @category planning
 * @since 0.1.0
 */
export const share = (
  wishes: ReadonlyArray<Wish>,
  settings: CacheSettings,
  store: Store,
  canRunAgain: boolean
): Revision.Revision<ReadonlyArray<Given>> =>
  store._tag === "Directory"
    ? shareDirectory(wishes, settings, store.cache, canRunAgain)
    : shareRegistry(wishes, settings, store.prefix)

const shareRegistry = (
  wishes: ReadonlyArray<Wish>,
  settings: CacheSettings,
  prefix: string
): Revision.Revision<ReadonlyArray<Given>> => {
  const keys = wishes.map(({ wanted }) => CacheKey.print(wanted.key))
  return Revision.of(
    wishes.map((wish, at) => fromRegistry(wish, keys.indexOf(keys[at] ?? "") === at, settings, prefix)),
    { notices: wishes.flatMap((wish) => wish.imports && wish.mounts._tag !== "None" ? [notImported(wish)] : []) }
  )
}

/** Of a registry's entry no view can be made. */
const fromRegistry = (
  { imports, mounts, wanted }: Wish,
  isFirst: boolean,
  settings: CacheSettings,
  prefix: string
): Given => {
  const key = CacheKey.print(wanted.key)
  const place = ["type=registry", `ref=${CacheReference.print(prefix, key)}`]
  return {
    key,
    from: imports && mounts._tag === "None" ? CsvRecord.print(place) : undefined,
    to: isFirst && settings.use === "on" ? CsvRecord.print([...place, ...exportAttributes(settings.mode)]) : undefined,
    isExpected: false
  }
}

const exportAttributes = (mode: CacheSettings["mode"]): ReadonlyArray<string> => [
  `mode=${mode}`,
  "ignore-error=true"
]

const shareDirectory = (
  wishes: ReadonlyArray<Wish>,
  settings: CacheSettings,
  cache: Usable,
  canRunAgain: boolean
): Revision.Revision<ReadonlyArray<Given>> => {
  const { directory } = settings
  const slots = slotsOf(wishes, cache)
  const parts = wishes.map((wish, at) =>
    partOf(wish, at, slots[at] ?? "", slots.indexOf(slots[at] ?? "") === at, settings, cache)
  )
  const exported = parts.filter(({ exports }) => exports)
  const imported = parts.flatMap(({ source }) => source ?? [])
  const views = [
    ...new Map(
      parts.flatMap(({ omitted, source, view }) =>
        source === undefined ? [] : [[view, { ...source, access: accessTo(source, settings), view, omitted }] as const]
      )
    ).values()
  ]
  const byDirectory = [directory, ...settings.readDirectories].map((one) => ({
    directory: one,
    keys: unique(imported.flatMap((place) => place.directory === one ? [place.key] : []))
  })).filter(({ keys }) => keys.length > 0)
  const leased = unique([
    ...imported.flatMap((place) => place.directory === directory ? [place.key] : []),
    ...exported.map(({ key }) => key)
  ])
  const damaged = [...new Map(parts.flatMap(({ damage, key }) => damage === undefined ? [] : [[key, damage] as const]))]
  return Revision.of(
    parts.map((part) => ({
      key: part.key,
      from: part.source === undefined
        ? undefined
        : CsvRecord.print(["type=local", `src=${part.view}`]),
      to: part.exports
        ? CsvRecord.print([
          "type=local",
          `dest=${part.target.view}`,
          ...exportAttributes(part.expectation.isExpected ? "min" : settings.mode)
        ])
        : undefined,
      isExpected: part.expectation.isExpected
    })),
    {
      notices: [
        ...parts.flatMap(({ left }) => left ?? []),
        ...damaged.map(([key, why]) => ({ text: `build cache entry ${key} was damaged and is set aside: ${why}` })),
        ...(cache.leftOut === undefined ? [] : [notLookedAt(cache.leftOut, directory)]),
        ...cache.unread.map((why) => ({ text: `build cache not read: ${why}; see 'docker-shim doctor'` })),
        ...(settings.use === "on" && cache.unwritable !== undefined && cache.isReadOnly !== true
          ? [notShared(cache.unwritable)] :
          [])
      ],
      before: [
        ...damaged.map(([key, why]) => CacheAction.setAside(directory, key, why)),
        ...(leased.length > 0 ? [CacheAction.lease(directory, cache.id, leased)] : []),
        ...views.map((source) => CacheAction.open(source)),
        ...exported.map(({ target }) => CacheAction.prepare(target))
      ],
      after: [
        ...exported.map(({ expectation, target }) => CacheAction.publish(target, expectation)),
        ...byDirectory.map((one) => CacheAction.heal(one.directory, one.keys, accessTo(one, settings), canRunAgain)),
        ...(exported.length > 0 ? [CacheAction.doubt(canRunAgain)] : []),
        ...(settings.use === "on" ? [CacheAction.collect(directory, settings.limits)] : [])
      ]
    }
  )
}

/** Whether there is something that a build could import. */
export const mayImport = (store: Store, wanted: Wanted): boolean =>
  store._tag === "Registry" ||
  sourceOf(wanted, CacheDirectory.ownSlot(wanted, store.cache.entries), "", store.cache) !== undefined

const accessTo = (place: { readonly directory: string }, { directory }: CacheSettings): CacheAction.Access =>
  place.directory === directory ? "own" : "read"

/** The entry of each build; of several new ones of one key the first has the key's name, the others a variant of it. */
const slotsOf = (wishes: ReadonlyArray<Wish>, { entries }: Usable): ReadonlyArray<string> => {
  const taken = new Map<string, string>()
  return wishes.map(({ wanted }) => {
    const slot = CacheDirectory.ownSlot(wanted, entries)
    const other = taken.get(slot)
    if (other !== undefined && other !== wanted.origin) return CacheDirectory.slotsOf(wanted)[1]
    taken.set(slot, wanted.origin)
    return slot
  })
}

/** What one build does with its entry, which is called `key`; `isFirst`: it is the first of the command that has it. */
const partOf = (
  wish: Wish,
  at: number,
  key: string,
  isFirst: boolean,
  { directory, readDirectories, use }: CacheSettings,
  cache: Usable
) => {
  const { imports, inputs, mounts, wanted } = wish
  const entry = cache.entries[key] ?? { _tag: "Missing" }
  const found = imports ? sourceOf(wanted, key, directory, cache) : undefined
  const source = mounts._tag === "Unknown" ? undefined : found
  const omitted = mounts._tag === "Places" ? mounts.places : []
  return {
    key,
    target: {
      directory,
      key,
      exportDirectory: CacheLayout.exportDirectory(directory, key, cache.id),
      view: CacheView.exported(key)
    },
    expectation: {
      inputs,
      origin: wanted.origin,
      isExpected: inputs !== undefined && isOwn(source, directory, key) && inputsOf(entry) === inputs
    },
    damage: entry._tag === "Damaged" ? entry.why : undefined,
    source,
    omitted,
    view: viewOf(source ?? { directory, key }, omitted.length === 0 ? undefined : at, readDirectories),
    left: found === source ? undefined : notImported(wish),
    exports: isFirst && use === "on" && cache.unwritable === undefined
  }
}

const isOwn = (source: Place | undefined, directory: string, key: string): boolean =>
  source?.directory === directory && source.key === key

const inputsOf = (entry: CacheDirectory.CacheEntry): string | undefined =>
  entry._tag === "Sound" ? entry.inputs : undefined

const viewOf = (place: Place, build: number | undefined, readDirectories: ReadonlyArray<string>): string =>
  CacheView.imported(place.key, build, readDirectories.indexOf(place.directory))

/** The entry that a build imports: its own if that is sound, else the nearest. */
const sourceOf = (wanted: Wanted, key: string, directory: string, { entries, relatives }: Usable): Place | undefined =>
  entries[key]?._tag === "Sound" ? { directory, key } : relatives[CacheKey.print(wanted.key)]

/**
 * The changes that giving a build its part makes: `from` and `to` name the places, such as `--cache-from`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const changes = (
  given: Given,
  { origins }: CacheSettings,
  from: string,
  to: string
): ReadonlyArray<Change> => {
  const exported = [origins.place, ...(origins.mode === undefined ? [] : [origins.mode])].join(", ")
  const published = given.isExpected
    ? `if it is not all in ${given.key}, which was built from the same (${origins.place})`
    : `published as ${given.key} (${exported})`
  return [
    ...(given.from === undefined
      ? []
      : [{ what: from, from: "", to: given.from, why: `what sessions before built (${origins.place})` }]),
    ...(given.to === undefined
      ? []
      : [{ what: to, from: "", to: given.to, why: `for sessions to come, ${published}` }])
  ]
}

const notLookedAt = (keys: ReadonlyArray<string>, directory: string): Notice => ({
  text: `build cache of ${keys.join(", ")} not imported: looking through ${directory} takes too long; `
    + "see 'docker-shim cache du'"
})

/**
 * Why a build is given neither an import nor an export, such as `there is no entry shop yet, and DOCKER_SHIM_CACHE=read-only
 * exports none`.
 *
 * @category printing
 */
export const nothingWhy = (key: string, { use }: CacheSettings, store: Store): string => {
  const exported = use === "read-only"
    ? "DOCKER_SHIM_CACHE=read-only exports none"
    : store._tag === "Directory" && store.cache.unwritable !== undefined
    ? store.cache.unwritable
    : "another build of this command exports it"
  return `there is no entry ${key} to import, and ${exported}`
}

/** Why a build shares nothing that would send the cache directory to the builder, larger each time. */
const isSent = (directory: string): string =>
  `${directory} is in the build context: add it to .dockerignore, or set DOCKER_SHIM_CACHE_DIR to another directory`

/** The line for a user who counts on the shared cache and does not get it. */
export const notShared = (why: string): Notice => ({
  text: `build cache not shared: ${why}; see 'docker-shim doctor'`
})

const notImported = ({ mounts, wanted }: Wish): Notice => ({
  text: `build cache of ${CacheKey.print(wanted.key)} not imported: ` + (mounts._tag === "Unknown"
    ? "whether a step needs what an earlier one left in a cache mount cannot be told"
    : "a step may need what an earlier one left in a cache mount, and a registry's cache is imported whole")
    + "; see 'docker-shim doctor'"
})

const unique = (keys: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(keys)]
