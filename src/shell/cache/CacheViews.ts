/**
 * Directories from which a build imports a part of an entry: a configuration and a manifest of their own, and links to the
 * entry's layers.
 */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import type { CacheImport } from "../../core/cache/CacheAction.ts"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as CacheSelection from "../../core/cache/CacheSelection.ts"
import * as OciLayout from "../../core/cache/OciLayout.ts"
import * as CacheGraph from "./CacheGraph.ts"

/**
 * Fills an empty directory. Throws the system's error, or one that says why no part of the entry can be imported.
 */
export const fill = ({ directory, key, omitted }: CacheImport, view: string): void => {
  const graph = CacheGraph.read(directory, CacheLayout.index(directory, key))
  if (graph._tag !== "Whole") throw new Error(`build cache entry ${key} is not whole`)
  const config = CacheGraph.configOf(graph)
  const text = config === undefined
    ? undefined
    : CacheSelection.without(CacheGraph.text(directory, config.digest), omitted)
  if (config === undefined || text === undefined) {
    throw new Error(`build cache entry ${key} has no readable configuration`)
  }
  const selected = blobOf(text)
  const manifest = OciLayout.withBlob(CacheGraph.text(directory, graph.manifest), config.digest, selected)
  if (manifest === undefined) throw new Error(`build cache entry ${key} has no readable manifest`)
  const named = blobOf(manifest)
  fs.mkdirSync(`${view}/blobs/sha256`, { recursive: true })
  for (const { digest } of graph.blobs) {
    if (digest === config.digest || digest === graph.manifest) continue
    const link = `${view}/blobs/${OciLayout.blobName(digest)}`
    if (!fs.existsSync(link)) fs.symlinkSync(CacheGraph.blobFile(directory, digest), link)
  }
  for (const { blob, content } of [{ blob: selected, content: text }, { blob: named, content: manifest }]) {
    fs.writeFileSync(`${view}/blobs/${OciLayout.blobName(blob.digest)}`, content)
  }
  fs.writeFileSync(`${view}/oci-layout`, CacheLayout.ociLayout)
  fs.writeFileSync(
    `${view}/index.json`,
    JSON.stringify({
      schemaVersion: 2,
      manifests: [{
        mediaType: mediaTypeOf(manifest),
        ...named,
        annotations: { "org.opencontainers.image.ref.name": OciLayout.defaultTag }
      }]
    })
  )
}

const blobOf = (text: string): Pick<OciLayout.Descriptor, "digest" | "size"> => {
  const content = Buffer.from(text)
  return { digest: `sha256:${createHash("sha256").update(content).digest("hex")}`, size: content.length }
}

const mediaTypeOf = (manifest: string): string => {
  const value: unknown = JSON.parse(manifest)
  const type = typeof value === "object" && value !== null && "mediaType" in value ? value.mediaType : undefined
  return typeof type === "string" ? type : "application/vnd.oci.image.index.v1+json"
}
