/**
 * The entries of the shared cache that one command uses: what each build imports and exports, and what is done before and
 * after.
 */
import * as CacheAction from "../../cache/CacheAction.ts"
import * as CacheDirectory from "../../cache/CacheDirectory.ts"
import type { Place } from "../../cache/CacheDirectory.ts"
import * as CacheKey from "../../cache/CacheKey.ts"
import * as CacheLayout from "../../cache/CacheLayout.ts"
import * as CacheReference from "../../cache/CacheReference.ts"
import * as CacheView from "../../cache/CacheView.ts"
import type { CacheSettings } from "../../settings/CacheSettings.ts"
import * as CsvRecord from "../../syntax/CsvRecord.ts"
import * as Planning from "../Planning.ts"
import type { CacheAttributes, CacheRequest } from "./CacheRequest.ts"
import { sourceOf, type Store, type Usable } from "./CacheStore.ts"
import * as CacheText from "./CacheText.ts"

/**
 * Whether the command may run twice, whether it builds even if there is an image already, and how the shim calls docker for it:
 * docker's global flags, and the plan's additions to the environment.
 */
export interface Call {
  readonly canRunAgain: boolean
  readonly isBuilt: boolean
  readonly globals: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string | null>>
}

/**
 * Gives each build of a command its part of the cache, in the order of the requests.
 *
 * **Details**
 *
 * From a directory, a build imports only a sound entry. A damaged one is set aside, with a notice. One lease holds all keys of
 * the command. A build without an entry of its own imports the nearest relative ({@link CacheDirectory.nearest}), so that the
 * steps which both have are cached. If several builds have one entry, the first exports it. A build imports one entry, not
 * several: buildkit 0.25 mixes up steps that several imports share (docs/decisions/0011-records-of-an-entry.md). A registry
 * cannot be searched: there an entry has several names ({@link CacheReference.References}), and a build imports the nearest
 * that exists.
 *
 * A build with the same inputs as its entry exports `mode=min`: BuildKit then names the layers of stages that are not in the
 * result, and does not fetch and unpack them (docs/decisions/0013-export-of-a-cached-build.md).
 */
export const share = (
  requests: ReadonlyArray<CacheRequest>,
  settings: CacheSettings,
  store: Store,
  call: Call
): Planning.Planning<ReadonlyArray<CacheAttributes>> =>
  store._tag === "Directory"
    ? shareDirectory(requests, settings, store.cache, call.canRunAgain)
    : shareRegistry(requests, settings, store.prefix, call)

const shareRegistry = (
  requests: ReadonlyArray<CacheRequest>,
  settings: CacheSettings,
  prefix: string,
  { env, globals, isBuilt }: Call
): Planning.Planning<ReadonlyArray<CacheAttributes>> => {
  const targets = settings.use === "on" ? targetsOf(requests, prefix) : []
  const entries = targets.flatMap((one) => one === undefined || one.names.length === 0 ? [] : [one])
  return Planning.of(requests.map((request, at) => fromRegistry(request, settings, prefix, targets[at]?.reference)), {
    after: entries.length === 0 ? [] : [CacheAction.name({ entries, globals, env, isBuilt })],
    notices: requests.flatMap((request) =>
      request.imports && request.mounts._tag !== "None" ? [CacheText.notImported(request)] : []
    )
  })
}

/** The reference that a build exports to, and the other names that its entry gets afterwards. */
type Target = CacheAction.RegistryNames["entries"][number]

/**
 * If several builds have one reference, or one name, the first gets it.
 *
 * **Details**
 *
 * A build has one export, although BuildKit takes several: they would upload the same layers at the same time, and a registry
 * that keeps its data in files (distribution 2.8) then refuses some. If docker does not reach the registry as the daemon does,
 * the shim can neither ask it nor add names: such builds share the last entry of their key.
 */
const targetsOf = (requests: ReadonlyArray<CacheRequest>, prefix: string): ReadonlyArray<Target | undefined> => {
  const taken = new Set<string>()
  const take = (references: ReadonlyArray<string>): ReadonlyArray<string> => {
    const free = references.filter((one) => !taken.has(one))
    for (const one of free) taken.add(one)
    return free
  }
  return requests.map(({ registered, wanted }) => {
    const references = CacheReference.of(prefix, wanted)
    const isReached = registered?._tag !== "Unknown"
    const [reference] = take([isReached ? references.own : references.key])
    if (reference === undefined) return undefined
    return { reference, names: isReached ? take(CacheReference.all(references)) : [] }
  })
}

/** A registry's entry has no view. If it does not exist, BuildKit only warns. */
const fromRegistry = (
  { imports, mounts, registered, wanted }: CacheRequest,
  settings: CacheSettings,
  prefix: string,
  target: string | undefined
): CacheAttributes => {
  const source = registered?._tag === "Found"
    ? registered.reference
    : registered?._tag === "Unknown"
    ? CacheReference.of(prefix, wanted).key
    : undefined
  return {
    key: CacheKey.print(wanted.key),
    from: imports && mounts._tag === "None" && source !== undefined ? inRegistry(source) : undefined,
    to: target === undefined ? [] : [inRegistry(target, exportAttributes(settings.mode))],
    isExpected: false
  }
}

const inRegistry = (reference: string, attributes: ReadonlyArray<string> = []): string =>
  CsvRecord.print(["type=registry", `ref=${reference}`, ...attributes])

const exportAttributes = (mode: CacheSettings["mode"]): ReadonlyArray<string> => [
  `mode=${mode}`,
  "ignore-error=true"
]

const shareDirectory = (
  requests: ReadonlyArray<CacheRequest>,
  settings: CacheSettings,
  cache: Usable,
  canRunAgain: boolean
): Planning.Planning<ReadonlyArray<CacheAttributes>> => {
  const slots = slotsOf(requests, cache)
  const parts = requests.map((request, at) =>
    partOf(request, at, slots[at] ?? "", slots.indexOf(slots[at] ?? "") === at, settings, cache)
  )
  const damaged = [...new Map(parts.flatMap(({ damage, key }) => damage === undefined ? [] : [[key, damage] as const]))]
  return Planning.of(parts.map((part) => attributesOf(part, settings)), {
    notices: [
      ...parts.flatMap(({ left }) => left ?? []),
      ...damaged.map(([key, why]) => ({ text: `build cache entry ${key} was damaged and is set aside: ${why}` })),
      ...(cache.leftOut === undefined ? [] : [CacheText.notLookedAt(cache.leftOut, settings.directory)]),
      ...cache.unread.map((why) => ({ text: `build cache not read: ${why}; see 'docker-shim doctor'` })),
      ...(settings.use === "on" && cache.unwritable !== undefined && cache.isReadOnly !== true
        ? [CacheText.notShared(cache.unwritable)]
        : [])
    ],
    before: [
      ...damaged.map(([key, why]) => CacheAction.setAside(settings.directory, key, why)),
      ...beforeOf(parts, settings, cache)
    ],
    after: afterOf(parts, settings, canRunAgain)
  })
}

type Part = ReturnType<typeof partOf>

const attributesOf = ({ expectation, exports, key, source, target, view }: Part, settings: CacheSettings) => ({
  key,
  from: source === undefined ? undefined : CsvRecord.print(["type=local", `src=${view}`]),
  to: exports
    ? [CsvRecord.print([
      "type=local",
      `dest=${target.view}`,
      ...exportAttributes(expectation.isExpected ? "min" : settings.mode)
    ])]
    : [],
  isExpected: expectation.isExpected
})

/** One lease holds all entries, then each import and export gets its view. */
const beforeOf = (
  parts: ReadonlyArray<Part>,
  settings: CacheSettings,
  cache: Usable
): ReadonlyArray<CacheAction.Before> => {
  const exported = parts.filter(({ exports }) => exports)
  const views = new Map(
    parts.flatMap(({ omitted, source, view }) =>
      source === undefined ? [] : [[view, { ...source, access: accessTo(source, settings), view, omitted }] as const]
    )
  )
  const leased = unique([
    ...parts.flatMap(({ source }) => source?.directory === settings.directory ? [source.key] : []),
    ...exported.map(({ key }) => key)
  ])
  return [
    ...(leased.length > 0 ? [CacheAction.lease(settings.directory, cache.id, leased)] : []),
    ...[...views.values()].map((source) => CacheAction.open(source)),
    ...exported.map(({ target }) => CacheAction.prepare(target))
  ]
}

/** What was exported is published; what was imported is checked if the build failed. */
const afterOf = (
  parts: ReadonlyArray<Part>,
  settings: CacheSettings,
  canRunAgain: boolean
): ReadonlyArray<CacheAction.After> => {
  const exported = parts.filter(({ exports }) => exports)
  const imported = [settings.directory, ...settings.readDirectories].map((directory) => ({
    directory,
    keys: unique(parts.flatMap(({ source }) => source?.directory === directory ? [source.key] : []))
  })).filter(({ keys }) => keys.length > 0)
  return [
    ...exported.map(({ expectation, target }) => CacheAction.publish(target, expectation)),
    ...imported.map((one) => CacheAction.heal(one.directory, one.keys, accessTo(one, settings), canRunAgain)),
    ...(exported.length > 0 ? [CacheAction.doubt(canRunAgain)] : []),
    ...(settings.use === "on" ? [CacheAction.collect(settings.directory, settings.limits)] : [])
  ]
}

const accessTo = (place: { readonly directory: string }, { directory }: CacheSettings): CacheAction.Access =>
  place.directory === directory ? "own" : "read"

/** The entry of each build. If several builds of one key are new, the first gets the key's name, the others a variant of it. */
const slotsOf = (requests: ReadonlyArray<CacheRequest>, { entries }: Usable): ReadonlyArray<string> => {
  const taken = new Map<string, string>()
  return requests.map(({ wanted }) => {
    const slot = CacheDirectory.ownSlot(wanted, entries)
    const other = taken.get(slot)
    if (other !== undefined && other !== wanted.origin) return CacheDirectory.slotsOf(wanted)[1]
    taken.set(slot, wanted.origin)
    return slot
  })
}

/** What one build does with its entry, which is called `key`; `isFirst`: it is the first of the command that has it. */
const partOf = (
  request: CacheRequest,
  at: number,
  key: string,
  isFirst: boolean,
  { directory, readDirectories, use }: CacheSettings,
  cache: Usable
) => {
  const { imports, inputs, mounts, wanted } = request
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
    left: found === source ? undefined : CacheText.notImported(request),
    exports: isFirst && use === "on" && cache.unwritable === undefined
  }
}

const isOwn = (source: Place | undefined, directory: string, key: string): boolean =>
  source?.directory === directory && source.key === key

const inputsOf = (entry: CacheDirectory.CacheEntry): string | undefined =>
  entry._tag === "Sound" ? entry.inputs : undefined

const viewOf = (place: Place, build: number | undefined, readDirectories: ReadonlyArray<string>): string =>
  CacheView.imported(place.key, build, readDirectories.indexOf(place.directory))

const unique = (keys: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(keys)]
