/**
 * Where things are in the shared cache directory. Each key is an OCI layout that BuildKit can import by itself; its
 * `blobs` is a link to one store that all keys share, so equal layers are there once.
 *
 * ```text
 * /buildkit-cache/
 *   .blobs/sha256/<hex>            every blob of every key
 *   .leases/<id>/                  a running build, and what it reads
 *   .trash/                        blobs and entries on their way out
 *   shop+web/                      one key
 *     index.json  oci-layout  blobs -> ../.blobs
 *     .incoming/<id>/              a build's private export directory
 *       index.json  oci-layout  blobs -> ../../../.blobs
 * ```
 *
 * Names that begin with a dot are never keys: `CacheKey` escapes a leading dot.
 */

/** The shared blob store. */
export const blobs = (directory: string): string => `${directory}/.blobs`

/** The leases of running builds. */
export const leases = (directory: string): string => `${directory}/.leases`

/** Where collection puts what it takes out, before it deletes it. */
export const trash = (directory: string): string => `${directory}/.trash`

/** The directory of one key, as given to `--cache-from type=local,src=`. */
export const entry = (directory: string, key: string): string => `${directory}/${key}`

/** The index of one key. */
export const index = (directory: string, key: string): string => `${entry(directory, key)}/index.json`

/** Holds the private export directories of one key. */
export const incoming = (directory: string, key: string): string => `${entry(directory, key)}/.incoming`

/**
 * The private export directory of one build for one key, as given to `--cache-to type=local,dest=`. `id` is the build's
 * own, such as `9f3c1a-0`.
 */
export const exportDirectory = (directory: string, key: string, id: string): string =>
  `${incoming(directory, key)}/${id}`

/** What the `blobs` link of a key's directory holds. */
export const blobsLink = "../.blobs"

/** What the `blobs` link of an export directory holds. */
export const exportBlobsLink = "../../../.blobs"
