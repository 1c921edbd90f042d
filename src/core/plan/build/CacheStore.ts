/** Finds the shared cache for the builds of a command, and what is in it. */
import * as CacheDirectory from "../../cache/CacheDirectory.ts"
import type { Place, Wanted } from "../../cache/CacheDirectory.ts"
import * as CacheKey from "../../cache/CacheKey.ts"
import type { CacheSettings } from "../../settings/CacheSettings.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"

/** Where the cache is, ready to be used: the directory of this machine with what is known of it, or a registry. */
export type Store =
  | { readonly _tag: "Directory"; readonly cache: Usable }
  | { readonly _tag: "Registry"; readonly prefix: string }

/** A cache directory that builds can use. */
export type Usable = Extract<CacheDirectory.CacheDirectory, { readonly _tag: "Usable" }>

/** Finds the store for some builds, or the reason why there is none. */
export const open = (
  builds: ReadonlyArray<Wanted & { readonly sendsCache: boolean }>,
  situation: Situation
): Planning.Planning<Store | Extract<CacheDirectory.CacheDirectory, { readonly _tag: "Unusable" }>> => {
  const { backend, directory, readDirectories } = situation.settings.cache
  if (backend._tag === "Registry") return Planning.of(backend)
  if (builds.some(({ sendsCache }) => sendsCache)) return Planning.of({ _tag: "Unusable", why: isSent(directory) })
  const wanted = builds.map(({ key, origin }) => ({ key, origin }))
  return Planning.map(
    Planning.ask(situation, { _tag: "CacheDirectory", directory, readDirectories, wanted }),
    (cache) => cache._tag === "Unusable" ? cache : { _tag: "Directory", cache }
  )
}

/** Whether the inputs of builds matter: they do if builds export all their layers to a directory. */
export const remembersInputs = (store: Store, { mode, use }: CacheSettings): boolean =>
  store._tag === "Directory" && store.cache.unwritable === undefined && use === "on" && mode === "max"

/** Whether there is something that a build could import. */
export const mayImport = (store: Store, wanted: Wanted): boolean =>
  store._tag === "Registry" ||
  sourceOf(wanted, CacheDirectory.ownSlot(wanted, store.cache.entries), "", store.cache) !== undefined

/** The entry that a build imports: its own if that is sound, else the nearest. */
export const sourceOf = (
  wanted: Wanted,
  key: string,
  directory: string,
  { entries, relatives }: Usable
): Place | undefined => entries[key]?._tag === "Sound" ? { directory, key } : relatives[CacheKey.print(wanted.key)]

/** The reason why a build shares nothing if it would send the cache directory to the builder, larger each time. */
const isSent = (directory: string): string =>
  `${directory} is in the build context: add it to .dockerignore, or set DOCKER_SHIM_CACHE_DIR to another directory`
