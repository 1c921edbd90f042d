/** Changes, reasons and notices about the shared cache of a build. */
import * as CacheKey from "../../cache/CacheKey.ts"
import type { RegistryEntry } from "../../cache/RegistryEntry.ts"
import type { Change, Notice } from "../../ExecPlan.ts"
import type { CacheSettings } from "../../settings/CacheSettings.ts"
import type { CacheAttributes, CacheRequest } from "./CacheRequest.ts"
import type { Store } from "./CacheStore.ts"

/** The changes to a build that shares its cache: `from` and `to` name the places, such as `--cache-from`. */
export const changes = (
  given: CacheAttributes,
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
      : [{ what: from, from: "", to: given.from, why: `what earlier sessions built (${origins.place})` }]),
    ...given.to.map((one) => ({ what: to, from: "", to: one, why: `for later sessions, ${published}` }))
  ]
}

/** The notice if it took too long to look for entries. */
export const notLookedAt = (keys: ReadonlyArray<string>, directory: string): Notice => ({
  text: `build cache of ${keys.join(", ")} not imported: looking through ${directory} takes too long; `
    + "see 'docker-shim cache du'"
})

/**
 * The reason why a build gets neither an import nor an export, such as `there is no entry shop yet, and
 * DOCKER_SHIM_CACHE=read-only exports none`.
 */
export const nothingWhy = (key: string, { use }: CacheSettings, store: Store): string => {
  const exported = use === "read-only"
    ? "DOCKER_SHIM_CACHE=read-only exports none"
    : store._tag === "Directory" && store.cache.unwritable !== undefined
    ? store.cache.unwritable
    : "another build of this command exports it"
  return `there is no entry ${key} to import, and ${exported}`
}

/** The notice for a user who counts on the shared cache and does not get it. */
export const notShared = (why: string): Notice => ({
  text: `build cache not shared: ${why}; see 'docker-shim doctor'`
})

/** The notice if docker did not tell which entries a registry has, so that a new tag starts from nothing. */
export const notAsked = (store: Store, entry: RegistryEntry | undefined): Notice | undefined =>
  store._tag === "Registry" && entry?._tag === "Unknown"
    ? {
      text:
        `build cache of new tags is not shared: docker cannot tell which entries ${store.prefix} has (${entry.why}); `
        + "see 'docker-shim doctor'"
    }
    : undefined

/** The notice if an entry is not in its registry after a build. */
export const notStored = (reference: string): Notice => notShared(`nothing was stored in ${reference}`)

/** The notice if docker could not name an entry, so that other tags do not start from it. */
export const notNamed = (reference: string, why: string): Notice => ({
  text: `build cache of new tags is not shared: docker cannot name ${reference} (${why}); see 'docker-shim doctor'`
})

/** The notice if a build cannot import an entry because of cache mounts. */
export const notImported = ({ mounts, wanted }: CacheRequest): Notice => ({
  text: `build cache of ${CacheKey.print(wanted.key)} not imported: ` + (mounts._tag === "Unknown"
    ? "whether a step needs what an earlier one left in a cache mount cannot be told"
    : "a step may need what an earlier one left in a cache mount, and a registry's cache is imported whole")
    + "; see 'docker-shim doctor'"
})
