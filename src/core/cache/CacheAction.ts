/**
 * What a plan does in the shared cache directory before and after a build, as plain data.
 * @module
 */
import type { EndpointFlags } from "../argv/Endpoint.ts"
import type { CacheLimits } from "../settings/CacheLimits.ts"
import type { Place } from "../syntax/dockerfile/BuildSteps.ts"
import * as Quantity from "../syntax/Quantity.ts"

export type { Place }

/**
 * One entry of the cache that a build writes: it exports into `view` (`CacheView`), and the shell publishes the finished index
 * from there. BuildKit's unfinished files are in `exportDirectory`, a directory of the build's own inside the key's directory,
 * from where a rename moves it into the store.
 * @category models
 */
export interface CacheExport {
  readonly directory: string
  readonly key: string
  readonly exportDirectory: string
  readonly view: string
}

/** Commands of steps that fill cache mounts, such as `pnpm fetch`, at a daemon (the question `ImportedSteps`). */
export interface Steps {
  readonly endpoint: string
  readonly commands: ReadonlyArray<string>
}

/**
 * Entries that builds store in a registry, each with the other names that it gets, and how to call docker for that. `isBuilt`:
 * the command certainly builds all of them, so an entry that is missing afterwards was not stored.
 */
export interface RegistryNames {
  readonly isBuilt: boolean
  readonly entries: ReadonlyArray<{ readonly reference: string; readonly names: ReadonlyArray<string> }>
  readonly globals: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string | null>>
}

/**
 * One entry of the cache that a build reads: it imports from `view` (`CacheView`), which leaves out the steps at the places
 * `omitted` (`MountDependence`).
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
 * What the shim knows about an export before the build.
 *
 * **Details**
 *
 * - `inputs`: what the build is made from (`BuildInputs`), stored with the entry; `undefined` if that is unknown.
 * - `origin`: which build it is (`BuildOrigin`), stored as well.
 * - `isExpected`: the entry has the same inputs, so the build should find everything in it. Layers that are not in the result
 *   are exported only as far as the entry has them (`mode=min`). If the build did more than that, the entry stays, and the next
 *   build exports everything.
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
 * - `LeaseCacheEntries`: tell collection that a build with this id reads the entries of these keys and writes others; the lease
 *   lasts until everything is done.
 * - `OpenCacheImport`: make the view of an entry, with the index that was found complete. If it is no longer complete, that is
 *   a new fact, and the shell plans again.
 * - `PrepareCacheExport`: make the view to export into. If that fails, it is a new fact about the cache directory, and the
 *   shell plans again, without the export.
 * - `SetAsideCacheEntry`: move a damaged entry out of the way, so that nobody trusts it.
 *
 * - `LookForOtherName`: once for each project and daemon, print `text` if the daemon has running containers, or volumes, of the
 *   project `other`. The shim asks only daemons on a Unix socket.
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
 * Whether a cache directory is the session's own, or one that it only reads.
 * @category models
 */
export type Access = "own" | "read"

/**
 * Done after the program ran, whatever its exit status.
 *
 * **Details**
 *
 * - `PublishCacheExport`: if the build left a complete index with something that the entry lacks, rename it into the key's
 *   directory; see {@link Expectation}.
 * - `HealCacheEntries`: if the program failed, check every blob of these entries, which it imported. Set damaged entries aside,
 *   unless the directory is only read (`access`). If there were any, and the build `canRunAgain`, run it again without them.
 * - `DoubtBuilder`: if the program failed, and the shim only remembers that the builder can export cache, ask the builder. If
 *   it cannot, and the build `canRunAgain`, run it again without the cache.
 * - `RememberImportedSteps`: these steps were imported, so this session lacks what they leave in cache mounts.
 * - `ForgetImportedSteps`: if the program succeeded, these steps ran in this session.
 * - `DoubtImportedSteps`: if the program failed in a step that uses a cache mount, and the builder never ran one of these
 *   steps, which fill such mounts, that step was imported. If the build `canRunAgain`, run it again without it.
 * - `CollectCache`: in the background and at most hourly, bring the directory back under its limits.
 * - `ConfirmRegistryExport`: if the program succeeded, read the `file` in which buildx described the build, and print a line if
 *   it does not name the manifest that should be at `place`: with `ignore-error`, BuildKit does not report a registry that is
 *   down. If it names one, print `otherwise`, if that is given.
 * - `NameRegistryEntries`: if the program succeeded, give each of the `entries` that is in the registry its other `names`.
 *   `globals` are docker's global flags, `env` is what the plan adds to the environment.
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
      return `if the build failed, check ${action.keys.join(", ")}${orAgain(action, "if it is damaged")}`
    case "DoubtBuilder":
      return `if the build failed, ask the builder again whether it can export cache${orAgain(action, "if it cannot")}`
    case "CollectCache":
      return `remove old entries if ${action.directory} is above ${
        Quantity.printSize(action.limits.maxSize)
      }, at most once an hour`
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
