/**
 * What an entry of the cache holds: its index, the manifest that names, and every blob that the manifest names.
 */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as CacheConfig from "../../core/cache/CacheConfig.ts"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as CacheRecords from "../../core/cache/CacheRecords.ts"
import * as OciLayout from "../../core/cache/OciLayout.ts"
import * as Files from "../files/Files.ts"

/**
 * The outcome of reading an index.
 *
 * **Details**
 *
 * - `Absent`: there is no such file.
 * - `Whole`: the manifest, and all blobs, itself included; each is there with its size.
 * - `Broken`: it must not be imported. `wrong` are the blobs that are there and are not what their name says: no export
 *   would write them again, so they have to go.
 *
 * @category models
 * @since 0.1.0
 */
export type CacheGraph =
  | { readonly _tag: "Absent" }
  | { readonly _tag: "Whole"; readonly manifest: string; readonly blobs: ReadonlyArray<OciLayout.Descriptor> }
  | { readonly _tag: "Broken"; readonly why: string; readonly wrong: ReadonlyArray<string> }

/**
 * Reads the index `file` of a cache directory. Manifests are checked by digest, layers by size: reading those would cost
 * more than the cache saves. `sizeOf` says how large a blob is, `undefined` where it is not there.
 *
 * @category accessors
 * @since 0.1.0
 */
export const read = (
  directory: string,
  file: string,
  sizeOf: (digest: string) => number | undefined = (digest) => fileSize(blobFile(directory, digest))
): CacheGraph => {
  const index = readDocument(file)
  if (index === undefined) return { _tag: "Absent" }
  const manifest = OciLayout.latestManifest(index)
  if (manifest === undefined) return broken("its index names no manifest")
  const text = readDocument(blobFile(directory, manifest.digest))
  if (text === undefined) return broken(`${manifest.digest} is missing`)
  if (!isContent(text, manifest.digest)) return broken(`${manifest.digest} is damaged`, [manifest.digest])
  const references = OciLayout.references(text)
  if (references === undefined) return broken(`${manifest.digest} names no layers`)
  return check(manifest, references, sizeOf)
}

/**
 * The manifest that an index names, whether it is there or not; none where the file names none.
 *
 * @category accessors
 * @since 0.1.0
 */
export const manifestOf = (file: string): ReadonlyArray<string> => {
  const manifest = OciLayout.latestManifest(readDocument(file) ?? "")
  return manifest === undefined ? [] : [manifest.digest]
}

/**
 * Where the cache configuration is among the blobs of an entry; `undefined` where it has none.
 *
 * @category accessors
 * @since 0.1.0
 */
export const configOf = (
  { blobs }: Extract<CacheGraph, { readonly _tag: "Whole" }>
): OciLayout.Descriptor | undefined => blobs.find(({ mediaType }) => mediaType === CacheConfig.mediaType)

/**
 * The text of a manifest or a configuration; empty where it is not there, cannot be read, or is too large to be one.
 *
 * @category accessors
 */
export const text = (directory: string, digest: string): string =>
  Files.read(blobFile(directory, digest), CacheRecords.maxSize) ?? ""

/** The file of a blob. */
export const blobFile = (directory: string, digest: string): string =>
  `${CacheLayout.blobs(directory)}/${OciLayout.blobName(digest)}`

/** Whether a blob is in the store. */
export const exists = (directory: string, digest: string): boolean =>
  fileSize(blobFile(directory, digest)) !== undefined

const check = (
  manifest: OciLayout.Descriptor,
  references: ReadonlyArray<OciLayout.Descriptor>,
  sizeOf: (digest: string) => number | undefined
): CacheGraph => {
  const faults = references.flatMap((one) => {
    const size = sizeOf(one.digest)
    if (size === undefined) return [{ why: `${one.digest} is missing`, wrong: [] }]
    return size === one.size
      ? []
      : [{ why: `${one.digest} has ${size} bytes instead of ${one.size}`, wrong: [one.digest] }]
  })
  return faults[0] === undefined
    ? { _tag: "Whole", manifest: manifest.digest, blobs: [manifest, ...references] }
    : broken(faults[0].why, faults.flatMap((fault) => fault.wrong))
}

/** What is no file has a size that no blob has. */
const fileSize = (file: string): number | undefined => {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false })
  return stat === undefined || stat.isFile() ? stat?.size : -1
}

const broken = (why: string, wrong: ReadonlyArray<string> = []): CacheGraph => ({ _tag: "Broken", why, wrong })

const readDocument = (file: string): string | undefined => Files.read(file, OciLayout.maxDocumentSize)

const isContent = (text: string, digest: string): boolean =>
  `sha256:${createHash("sha256").update(text).digest("hex")}` === digest
