/**
 * What a plan asks of the shared cache directory around a build, as plain data.
 * @module
 */
import type { EndpointFlags } from "../argv/Endpoint.ts"
import type { CacheLimits } from "../settings/CacheLimits.ts"
import type { Place } from "../syntax/dockerfile/BuildSteps.ts"
import * as Quantity from "../syntax/Quantity.ts"

export type { Place }

/**
 * One entry of the cache that a build writes: it exports into `view` (`CacheView`), and the shell publishes the
 * finished index from there. What BuildKit has not finished yet is in `exportDirectory`, a directory of the build's own
 * inside the key's directory, from where a rename moves it into the store.
 * @category models
 */
export interface CacheExport {
  readonly directory: string
  readonly key: string
  readonly exportDirectory: string
  readonly view: string
}

/** Commands of steps that fill cache mounts, at a daemon (the question `ImportedSteps`). */
export interface Steps {
  readonly endpoint: string
  readonly commands: ReadonlyArray<string>
}

/**
 * Entries of builds in a registry, each with the other names that it is to have; and how docker is called for that.
 * `isBuilt`: all of them are built for sure, so one that is not there was not stored.
 */
export interface RegistryNames {
  readonly isBuilt: boolean
  readonly entries: ReadonlyArray<{ readonly reference: string; readonly names: ReadonlyArray<string> }>
  readonly globals: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string | null>>
}

/**
 * One entry of the cache that a build reads: it imports from `view` (`CacheView`), where the steps at the
 * places `omitted` (`MountDependence`) are not.
 * @category models
 */
export interface CacheImport {
  readonly directory: string
  readonly access: Access
  readonly key: string
  readonly view: string
  readonly omitted: ReadonlyArray<Place>
}

/**
 * What is known of an export before the build.
 *
 * **Details**
 *
 * - `inputs`: what is built from (`BuildInputs`), remembered with the entry; `undefined` where that is not known.
 * - `origin`: which build it is (`BuildOrigin`), remembered as well.
 * - `isExpected`: the entry was built from the same, so the build is expected to find all in it, and layers that the result
 *   is not made of are exported only as far as the entry has them (`mode=min`). Where the build did more than that, the
 *   entry stays, and the next build exports all.
 * @category models
 */
export interface Expectation {
  readonly inputs: string | undefined
  readonly origin: string
  readonly isExpected: boolean
}

/**
 * Done before the program runs.
 *
 * **Details**
 *
 * - `LeaseCacheEntries`: tell collection that a build with this id reads the entries of these keys and writes others; held
 *   until all is done.
 * - `OpenCacheImport`: make the view of an entry, with the index that was found to be whole. Where it is not whole any more
 *   that is a new fact, with which the shell plans again.
 * - `PrepareCacheExport`: make the view to export into. A failure is a new fact about the cache directory, with which the
 *   shell plans again: the build then goes without it.
 * - `SetAsideCacheEntry`: move a damaged entry out of the way, so that nobody trusts it.
 *
 * - `LookForOtherName`: once for a project and a daemon, say `text` if the daemon has running containers, or volumes, of the
 *   project `other`. Any daemon that cannot be asked on a Unix socket is not asked.
 * @category models
 */
export type Before =
  | {
    readonly _tag: "LeaseCacheEntries"
    readonly directory: string
    readonly id: string
    readonly keys: ReadonlyArray<string>
  }
  | { readonly _tag: "OpenCacheImport"; readonly import: CacheImport }
  | { readonly _tag: "PrepareCacheExport"; readonly export: CacheExport }
  | { readonly _tag: "SetAsideCacheEntry"; readonly directory: string; readonly key: string; readonly why: string }
  | {
    readonly _tag: "LookForOtherName"
    readonly endpoint: EndpointFlags
    readonly kind: "containers" | "volumes"
    readonly other: string
    readonly text: string
  }

/**
 * What a directory is to the session: its own, or one that it only reads.
 * @category models
 */
export type Access = "own" | "read"

/**
 * Done after the program ran, whatever its exit status.
 *
 * **Details**
 *
 * - `PublishCacheExport`: if the build left a complete index, and that holds what the entry does not, rename it into the
 *   key's directory; see {@link Expectation}.
 * - `HealCacheEntries`: if the program failed, check every blob of these entries, which it imported; set aside those that
 *   are damaged, unless the directory is only read (`access`), and where there were any and it `canRunAgain`, run the user's
 *   build again without them.
 * - `DoubtBuilder`: if the program failed and it is only remembered that the builder can export cache, ask the builder; where
 *   it cannot, and it `canRunAgain`, run the user's build again without.
 * - `RememberImportedSteps`: these steps were imported, so what they leave in cache mounts is not in this session.
 * - `ForgetImportedSteps`: if the program succeeded, these steps ran in this session.
 * - `DoubtImportedSteps`: if the program failed in a step that uses a cache mount, and the builder has not run one of these
 *   steps, which fill such mounts, it was imported: where it `canRunAgain`, run the user's build again without it.
 * - `CollectCache`: in the background and at most hourly, bring the directory back under its limits.
 * - `ConfirmRegistryExport`: if the program succeeded, look into the `file` in which buildx described the build, and say
 *   where it does not name the manifest that should be at `place`: BuildKit's `ignore-error` lets a registry that is down
 *   pass without a word. If it names one, say `otherwise`, if there is something to say.
 * - `NameRegistryEntries`: if the program succeeded, let each of the `entries` that is in the registry be found under its
 *   `names` too. `globals` are docker's global flags, `env` is what the plan adds to the environment.
 * - `RemoveOverrides`: if the program succeeded, remove these kept override files (`KeptOverride`) of a Compose project.
 * @category models
 */
export type After =
  | { readonly _tag: "PublishCacheExport"; readonly export: CacheExport; readonly expectation: Expectation }
  | {
    readonly _tag: "HealCacheEntries"
    readonly directory: string
    readonly keys: ReadonlyArray<string>
    readonly access: Access
    readonly canRunAgain: boolean
  }
  | { readonly _tag: "DoubtBuilder"; readonly canRunAgain: boolean }
  | { readonly _tag: "RememberImportedSteps" | "ForgetImportedSteps" } & Steps
  | { readonly _tag: "DoubtImportedSteps"; readonly canRunAgain: boolean } & Steps
  | { readonly _tag: "CollectCache"; readonly directory: string; readonly limits: CacheLimits }
  | {
    readonly _tag: "ConfirmRegistryExport"
    readonly file: string
    readonly place: string
    readonly otherwise?: string
  }
  | { readonly _tag: "NameRegistryEntries" } & RegistryNames
  | { readonly _tag: "RemoveOverrides"; readonly files: ReadonlyArray<string> }

/** See `SetAsideCacheEntry` of {@link Before}. */
export const setAside = (directory: string, key: string, why: string): Before => ({
  _tag: "SetAsideCacheEntry",
  directory,
  key,
  why
})

/** See `LeaseCacheEntries` of {@link Before}. */
export const lease = (directory: string, id: string, keys: ReadonlyArray<string>): Before => ({
  _tag: "LeaseCacheEntries",
  directory,
  id,
  keys
})

/** See `OpenCacheImport` of {@link Before}. */
export const open = (source: CacheImport): Before => ({ _tag: "OpenCacheImport", import: source })

/** See `PrepareCacheExport` of {@link Before}. */
export const prepare = (target: CacheExport): Before => ({ _tag: "PrepareCacheExport", export: target })

/** See `PublishCacheExport` of {@link After}. */
export const publish = (target: CacheExport, expectation: Expectation): After => ({
  _tag: "PublishCacheExport",
  export: target,
  expectation
})

/** See `HealCacheEntries` of {@link After}. */
export const heal = (
  directory: string,
  keys: ReadonlyArray<string>,
  access: Access,
  canRunAgain: boolean
): After => ({
  _tag: "HealCacheEntries",
  directory,
  keys,
  access,
  canRunAgain
})

/** See `DoubtBuilder` of {@link After}. */
export const doubt = (canRunAgain: boolean): After => ({ _tag: "DoubtBuilder", canRunAgain })

/** See `CollectCache` of {@link After}. */
export const collect = (directory: string, limits: CacheLimits): After => ({ _tag: "CollectCache", directory, limits })

/** See `ConfirmRegistryExport` of {@link After}. */
export const confirm = (file: string, place: string, otherwise?: string): After => ({
  _tag: "ConfirmRegistryExport",
  file,
  place,
  ...(otherwise === undefined ? {} : { otherwise })
})

/** See `NameRegistryEntries` of {@link After}. */
export const name = (names: RegistryNames): After => ({ _tag: "NameRegistryEntries", ...names })

/**
 * One action as a line, such as `publish shop, if the build left a complete index`.
 *
 * **Example** (What explain says)
 *
 * ```ts
 * import { CacheAction } from "docker-shim"
 *
 * CacheAction.print(CacheAction.lease("/buildkit-cache", "9f3c1a", ["shop"])) // "hold shop against collection, in /buildkit-cache"
 * ```
 * @category printing
 */
export const print = (action: Before | After): string => {
  if ("commands" in action) return importedSteps(action)
  switch (action._tag) {
    case "LeaseCacheEntries":
      return `hold ${action.keys.join(", ")} against collection, in ${action.directory}`
    case "OpenCacheImport":
      return opening(action.import)
    case "PrepareCacheExport":
      return `make ${action.export.view}, which stores its layers in ${action.export.directory}`
    case "SetAsideCacheEntry":
      return `set ${action.key} aside: ${action.why}`
    case "LookForOtherName":
      return `look, once for each project, for ${action.kind} of the project ${action.other}`
    case "PublishCacheExport":
      return `publish ${action.export.key}, if the build left a complete index`
    case "HealCacheEntries":
      return `if the build failed, check ${action.keys.join(", ")}${orAgain(action, "where damage is why")}`
    case "DoubtBuilder":
      return `if the build failed, ask the builder again whether it can export cache${
        orAgain(action, "where it cannot")
      }`
    case "CollectCache":
      return `bring ${action.directory} under ${Quantity.printSize(action.limits.maxSize)}, at most once an hour`
    case "RemoveOverrides":
      return `if the command succeeded, remove ${action.files.join(", ")} from the kept override files`
    case "ConfirmRegistryExport":
      return confirming(action)
    case "NameRegistryEntries":
      return action.entries.map(({ names, reference }) =>
        `if the build stored ${reference}, name it ${names.join(" and ")} too`
      ).join("; ")
  }
}

const orAgain = ({ canRunAgain }: { readonly canRunAgain: boolean }, when: string): string =>
  canRunAgain ? `; ${when}, build again without` : ""

const confirming = ({ otherwise, place }: Extract<After, { readonly _tag: "ConfirmRegistryExport" }>): string =>
  `say so if nothing was stored in ${place}${otherwise === undefined ? "" : `, or else: ${otherwise}`}`

const opening = ({ directory, key, omitted, view }: CacheImport): string =>
  `check ${key} in ${directory}, and make it readable as ${view}`
  + (omitted.length === 0 ? "" : ", without the steps between which a cache mount is filled and read")

const importedSteps = (
  action: Extract<After, { readonly _tag: `${string}ImportedSteps` }>
): string => {
  switch (action._tag) {
    case "RememberImportedSteps":
      return `remember that ${steps(action)} imported`
    case "ForgetImportedSteps":
      return `if the build succeeded, forget that ${steps(action)} imported`
    case "DoubtImportedSteps":
      return `if the build failed, ask the builder whether ${steps(action)} imported${orAgain(action, "if so")}`
  }
}

const steps = ({ commands }: Steps): string =>
  commands.length === 1
    ? "a step that fills a cache mount was"
    : `${commands.length} steps that fill cache mounts were`
