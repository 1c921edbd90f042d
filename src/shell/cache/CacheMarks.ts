/**
 * Makes the records of an exported cache its entry's own, in the documents that name them.
 */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as CacheConfig from "../../core/CacheConfig.ts"
import * as OciLayout from "../../core/OciLayout.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as Files from "./Files.ts"

/**
 * Writes the configuration with the entry's marks and the manifest that names it beside those that are there, and the
 * index over its own; whether it did. A document of another form stays as it is, and serves as it is. Throws the
 * system's error; whatever was written by then, the index names documents that are there.
 *
 * @category running
 * @since 0.1.0
 */
export const apply = (
  directory: string,
  index: string,
  { blobs, manifest }: Extract<CacheGraph.CacheGraph, { readonly _tag: "Whole" }>,
  key: string
): boolean => {
  const read = (digest: string): string => fs.readFileSync(CacheGraph.blobFile(directory, digest), "utf8")
  const config = blobs.find((blob) => blob.mediaType === CacheConfig.mediaType)
  if (config === undefined) return false
  const marked = CacheConfig.withMarks(read(config.digest), key)
  if (marked === undefined) return false
  const renewed = OciLayout.withBlob(read(manifest), config.digest, blobOf(marked))
  if (renewed === undefined) return false
  const indexed = OciLayout.withBlob(fs.readFileSync(index, "utf8"), manifest, blobOf(renewed))
  if (indexed === undefined) return false
  for (const text of [marked, renewed]) Files.write(CacheGraph.blobFile(directory, blobOf(text).digest), text)
  Files.write(index, indexed)
  return true
}

const blobOf = (text: string): Pick<OciLayout.Descriptor, "digest" | "size"> => {
  const content = Buffer.from(text)
  return { digest: `sha256:${createHash("sha256").update(content).digest("hex")}`, size: content.length }
}
