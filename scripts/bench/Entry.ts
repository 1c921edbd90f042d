/**
 * Entries of a shared cache, made and not built, for what is measured on them.
 */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import * as CacheLayout from "../../src/core/cache/CacheLayout.ts"
import * as CacheExports from "../../src/shell/cache/CacheExports.ts"
import * as CacheView from "../../src/shell/cache/CacheView.ts"
import { OpenCache } from "../../src/shell/cache/OpenCache.ts"

/** Makes what a build that exported leaves when it is over: an entry of layers with these contents. */
export const make = (directory: string, key: string, layers: ReadonlyArray<string>): void => {
  const exportDirectory = CacheLayout.exportDirectory(directory, key, "made")
  const target = { directory, key, exportDirectory, view: fs.mkdtempSync(`${directory}-view-`) }
  fs.rmdirSync(target.view)
  begin(target)
  const put = (content: string) => blob(directory, content)
  const named = layers.map(put)
  const manifest = put(JSON.stringify({ schemaVersion: 2, config: put(`configuration of ${key}`), layers: named }))
  const annotations = { "org.opencontainers.image.ref.name": "latest" }
  fs.writeFileSync(
    CacheLayout.index(directory, key),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] })
  )
  fs.writeFileSync(CacheLayout.used(directory, key), ".")
  CacheExports.discard(target)
  fs.rmSync(target.view, { recursive: true })
}

const begin = (target: Parameters<typeof CacheView.openExport>[1]): void => {
  const cache = OpenCache.open(target.directory)
  try {
    CacheView.release(CacheView.openExport(cache, target))
  } finally {
    cache.close()
  }
}

const blob = (directory: string, content: string) => {
  const hex = createHash("sha256").update(content).digest("hex")
  fs.writeFileSync(path.join(CacheLayout.blobs(directory), "sha256", hex), content)
  return { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: `sha256:${hex}`, size: content.length }
}
