/**
 * The part of an entry that a build may import: a configuration and a manifest of its own, and the entry's layers.
 */
import * as CacheSelection from "../../core/cache/CacheSelection.ts"
import * as OciLayout from "../../core/cache/OciLayout.ts"
import type { Place } from "../../core/syntax/dockerfile/BuildSteps.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import * as CacheGraph from "./CacheGraph.ts"
import type * as CachePlace from "./CachePlace.ts"

/** What a build imports: the index, the documents that only the view has, and the blobs of the store. */
export interface CachePart {
  readonly index: string
  readonly documents: ReadonlyArray<{ readonly digest: string; readonly content: string }>
  readonly blobs: ReadonlyArray<OciLayout.Descriptor>
}

/**
 * Selects the part of an entry without the steps at some places. Throws the system's error, or one that says why no part of the
 * entry can be imported.
 */
export const select = (
  cache: CachePlace.Cache,
  key: string,
  graph: Extract<CacheGraph.CacheGraph, { readonly _tag: "Whole" }>,
  omitted: ReadonlyArray<Place>
): CachePart => {
  const config = CacheGraph.configOf(graph)
  const text = config === undefined
    ? undefined
    : CacheSelection.without(CacheGraph.text(cache, config.digest), omitted)
  if (config === undefined || text === undefined) {
    throw new Error(`build cache entry ${key} has no readable configuration`)
  }
  const selected = CacheGraph.blobOf(text)
  const manifest = OciLayout.withBlob(CacheGraph.text(cache, graph.manifest), config.digest, selected)
  if (manifest === undefined) throw new Error(`build cache entry ${key} has no readable manifest`)
  const named = CacheGraph.blobOf(manifest)
  return {
    index: JSON.stringify({
      schemaVersion: 2,
      manifests: [{
        mediaType: mediaTypeOf(manifest),
        ...named,
        annotations: { "org.opencontainers.image.ref.name": OciLayout.defaultTag }
      }]
    }),
    documents: [{ digest: selected.digest, content: text }, { digest: named.digest, content: manifest }],
    blobs: graph.blobs.filter(({ digest }) => digest !== config.digest && digest !== graph.manifest)
  }
}

const mediaTypeOf = (manifest: string): string =>
  JsonObject.text(JsonObject.parse(manifest), "mediaType") ?? "application/vnd.oci.image.index.v1+json"
