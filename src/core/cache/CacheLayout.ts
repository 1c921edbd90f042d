/**
 * Where things are in the shared cache directory. Each key is an OCI layout that BuildKit can import by itself; its
 * `blobs` is a link to one store that all keys share, so equal layers are there once.
 *
 * ```text
 * /buildkit-cache/
 *   .blobs/sha256/<hex>            every blob of every key
 *   .leases/<id>/                  a running build
 *     started                      its keys, one a line; changed last when the build began
 *     alive                        made anew again and again while it runs
 *   .collecting                    a running collection, the only one, which shows again and again that it runs
 *   .collected                     changed last when collection began by itself
 *   .trash/run-<id>/               what a running collection took out and may put back: `entries/<key>`, `blobs/<hex>`
 *   .trash/<other>                 what waits to be deleted
 *   .new-<id>                      what is moved into its place when it is whole; also in the other directories
 *   shop+web/                      one key
 *     index.json  oci-layout  blobs -> ../.blobs
 *     .used                        one byte for each build that used the entry
 *     .inputs                      what the entry was built from, and the manifest for which that is true
 *     .verified                    changed last when all blobs of the entry were read and found good
 *     .checking                    changed last when the entry was last checked in the background
 *     .retired/<id>.json           indexes that were replaced while other builds may have been reading them
 *     .incoming/<id>/              layers that a build's export has not finished writing
 * ```
 *
 * Others can write here. Each of these places may hold a link, a pipe or anything else, and none of them is used by its path:
 * see `src/shell/files/SharedDirectory.ts`.
 *
 * Names that begin with a dot are never keys: `CacheKey` escapes a leading dot.
 *
 * **Example** (Places of one key)
 *
 * ```ts
 * import { CacheLayout } from "docker-shim"
 *
 * CacheLayout.entry("/buildkit-cache", "shop+web") // "/buildkit-cache/shop+web"
 * CacheLayout.index("/buildkit-cache", "shop+web") // "/buildkit-cache/shop+web/index.json"
 * ```
 * @module
 */

/** Holds the shared blob store. Example: `CacheLayout.blobs("/buildkit-cache") // "/buildkit-cache/.blobs"` */
export const blobs = (directory: string): string => `${directory}/.blobs`

/** The names below the cache directory that lead to the shared blob store. */
export const storeNames = [".blobs", "sha256"] as const

/**
 * The shared blob store: each blob of SHA-256, by its digest.
 * Example: `CacheLayout.store("/buildkit-cache") // "/buildkit-cache/.blobs/sha256"`
 */
export const store = (directory: string): string => [directory, ...storeNames].join("/")

/** The leases of running builds. Example: `CacheLayout.leases("/buildkit-cache") // "/buildkit-cache/.leases"` */
export const leases = (directory: string): string => `${directory}/.leases`

/**
 * Where collection puts what it takes out, before it deletes it.
 * Example: `CacheLayout.trash("/buildkit-cache") // "/buildkit-cache/.trash"`
 */
export const trash = (directory: string): string => `${directory}/.trash`

/**
 * Exists while a collection runs, which keeps writing to it, so that only one collection runs at a time.
 * Example: `CacheLayout.collecting("/buildkit-cache") // "/buildkit-cache/.collecting"`
 */
export const collecting = (directory: string): string => `${directory}/.collecting`

/**
 * Written when an automatic collection starts, at most once an hour.
 * Example: `CacheLayout.collected("/buildkit-cache") // "/buildkit-cache/.collected"`
 */
export const collected = (directory: string): string => `${directory}/.collected`

/**
 * The temporary path, beside `path`, of something that is moved to `path` when it is complete; `id` is the writer's own.
 * Leftovers of a killed process can be told by their names.
 * Example: `CacheLayout.unfinished("/buildkit-cache/.collected", "9f3c1a") // "/buildkit-cache/.new-9f3c1a"`
 */
export const unfinished = (path: string, id: string): string => {
  const parent = path.slice(0, path.lastIndexOf("/") + 1)
  return `${parent}${unfinishedPrefix}${id}`
}

/**
 * Whether a name in one of the cache's directories is of something unfinished.
 * Example: `CacheLayout.isUnfinished(".new-9f3c1a") // true`
 */
export const isUnfinished = (name: string): boolean => name.startsWith(unfinishedPrefix)

const unfinishedPrefix = ".new-"

/**
 * The directory of one key: an OCI layout. BuildKit reads a private view of it (`CacheView`).
 * Example: `CacheLayout.entry("/buildkit-cache", "app") // "/buildkit-cache/app"`
 */
export const entry = (directory: string, key: string): string => `${directory}/${key}`

/** The index of one key. Example: `CacheLayout.index("/buildkit-cache", "app") // "/buildkit-cache/app/index.json"` */
export const index = (directory: string, key: string): string => `${entry(directory, key)}/index.json`

/**
 * Gains a byte each time a build uses the entry: its time tells the least recently used, its size how often it was.
 * Example: `CacheLayout.used("/buildkit-cache", "app") // "/buildkit-cache/app/.used"`
 */
export const used = (directory: string, key: string): string => `${entry(directory, key)}/.used`

/**
 * Holds `<digest of the manifest> <what it was built from>`.
 * Example: `CacheLayout.inputs("/buildkit-cache", "app") // "/buildkit-cache/app/.inputs"`
 */
export const inputs = (directory: string, key: string): string => `${entry(directory, key)}/${inputsName}`

/** Its name in the directory of an entry. */
export const inputsName = ".inputs"

/**
 * Its age tells when all blobs of the entry were last read and found good.
 * Example: `CacheLayout.verified("/buildkit-cache", "app") // "/buildkit-cache/app/.verified"`
 */
export const verified = (directory: string, key: string): string => `${entry(directory, key)}/.verified`

/**
 * Its age tells when the entry was last checked in the background.
 * Example: `CacheLayout.checking("/buildkit-cache", "app") // "/buildkit-cache/app/.checking"`
 */
export const checking = (directory: string, key: string): string => `${entry(directory, key)}/.checking`

/**
 * Holds the indexes that were replaced while other builds may have been reading what they name.
 * Example: `CacheLayout.retired("/buildkit-cache", "app") // "/buildkit-cache/app/.retired"`
 */
export const retired = (directory: string, key: string): string => `${entry(directory, key)}/.retired`

/**
 * Holds what exports of one key have not finished, in a directory for each build.
 * Example: `CacheLayout.incoming("/buildkit-cache", "app") // "/buildkit-cache/app/.incoming"`
 */
export const incoming = (directory: string, key: string): string => `${entry(directory, key)}/.incoming`

/**
 * What the export of one build for one key has not finished writing. `id` is the build's own, such as `9f3c1a-0`.
 * Example: `CacheLayout.exportDirectory("/buildkit-cache", "app", "9f3c1a-0") // "/buildkit-cache/app/.incoming/9f3c1a-0"`
 */
export const exportDirectory = (directory: string, key: string, id: string): string =>
  `${incoming(directory, key)}/${id}`

/** What the `blobs` link of a key's directory holds. */
export const blobsLink = "../.blobs"

/** What is in the file `oci-layout` of a layout: image-spec 1.1, `image-layout.md`. */
export const ociLayout = "{\"imageLayoutVersion\":\"1.0.0\"}"

/**
 * Whether the cache itself can have made a file of this name, rather than somebody's project. Collection removes no directory
 * that contains another name. Every entry has these names, and no project has a directory with nothing else.
 * Example: `CacheLayout.isOfEntry("index.json") // true`, `CacheLayout.isOfEntry("package.json") // false`
 */
export const isOfEntry = (name: string): boolean => entryNames.has(name) || isUnfinished(name)

const entryNames: ReadonlySet<string> = new Set([
  "index.json",
  "oci-layout",
  "blobs",
  ".used",
  inputsName,
  ".verified",
  ".checking",
  ".retired",
  ".incoming"
])

/** The names in the cache directory that belong to no entry. One of them tells a cache from other directories. */
export const namesOfCache: ReadonlyArray<string> = [".blobs", ".leases", ".trash", ".collecting", ".collected"]
