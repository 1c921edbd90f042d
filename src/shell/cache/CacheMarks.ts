/** Makes the records of an exported cache unique to its entry, in the documents that name them. */
import * as CacheConfig from "../../core/cache/CacheConfig.ts"
import * as OciLayout from "../../core/cache/OciLayout.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CachePlace from "./CachePlace.ts"

/** An index, and the digest of the manifest that it names. */
export interface MarkedIndex {
  readonly index: string
  readonly manifest: string
}

/**
 * Writes the marked configuration, and the manifest that names it, beside the existing ones; returns the index that names them,
 * for the caller to write. A document of an unknown form stays unchanged and is used as it is. Throws the system's error.
 */
export const apply = (
  cache: CachePlace.Cache,
  index: string,
  graph: Extract<CacheGraph.CacheGraph, { readonly _tag: "Whole" }>,
  key: string
): MarkedIndex => {
  const { manifest } = graph
  const unmarked = { index, manifest }
  const config = CacheGraph.configOf(graph)
  if (config === undefined) return unmarked
  const marked = CacheConfig.withMarks(CacheGraph.text(cache, config.digest), key)
  if (marked === undefined) return unmarked
  const markedBlob = CacheGraph.blobOf(marked)
  const renewed = OciLayout.withBlob(CacheGraph.text(cache, manifest), config.digest, markedBlob)
  if (renewed === undefined) return unmarked
  const renewedBlob = CacheGraph.blobOf(renewed)
  const indexed = OciLayout.withBlob(index, manifest, renewedBlob)
  if (indexed === undefined) return unmarked
  write(cache, markedBlob.digest, marked)
  write(cache, renewedBlob.digest, renewed)
  return { index: indexed, manifest: renewedBlob.digest }
}

const write = (cache: CachePlace.Cache, digest: string, content: string): void => {
  CachePlace.at(
    cache,
    CacheGraph.blobFile(CachePlace.pathOf(cache), digest),
    (parent, name) => SharedFile.write(parent, name, content)
  )
}
