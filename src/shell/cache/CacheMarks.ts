/**
 * Makes the records of an exported cache its entry's own, in the documents that name them.
 */
import { createHash } from "node:crypto"
import * as CacheConfig from "../../core/cache/CacheConfig.ts"
import * as OciLayout from "../../core/cache/OciLayout.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CachePlace from "./CachePlace.ts"

/**
 * Writes the configuration with the entry's marks and the manifest that names it beside those that are there, and the
 * index over its own; the digest of the manifest that the index names by then. A document of another form stays as it is,
 * and serves as it is. Throws the system's error; whatever was written by then, the index names documents that are there.
 *
 * @category running
 * @since 0.1.0
 */
export const apply = (
  directory: string,
  index: string,
  graph: Extract<CacheGraph.CacheGraph, { readonly _tag: "Whole" }>,
  key: string
): string => {
  const { manifest } = graph
  const config = CacheGraph.configOf(graph)
  if (config === undefined) return manifest
  const marked = CacheConfig.withMarks(CacheGraph.text(directory, config.digest), key)
  if (marked === undefined) return manifest
  const markedBlob = blobOf(marked)
  const renewed = OciLayout.withBlob(CacheGraph.text(directory, manifest), config.digest, markedBlob)
  if (renewed === undefined) return manifest
  const renewedBlob = blobOf(renewed)
  const indexed = OciLayout.withBlob(indexText(directory, index), manifest, renewedBlob)
  if (indexed === undefined) return manifest
  write(directory, CacheGraph.blobFile(directory, markedBlob.digest), marked)
  write(directory, CacheGraph.blobFile(directory, renewedBlob.digest), renewed)
  write(directory, index, indexed)
  return renewedBlob.digest
}

const indexText = (directory: string, index: string): string =>
  CachePlace.at(directory, index, (parent, name) => SharedFile.readText(parent, name, OciLayout.maxDocumentSize)) ?? ""

const write = (directory: string, file: string, content: string): void => {
  CachePlace.at(directory, file, (parent, name) => SharedFile.write(parent, name, content))
}

const blobOf = (text: string): Pick<OciLayout.Descriptor, "digest" | "size"> => {
  const content = Buffer.from(text)
  return { digest: `sha256:${createHash("sha256").update(content).digest("hex")}`, size: content.length }
}
