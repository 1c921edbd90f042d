import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as CacheConfig from "../../../src/core/CacheConfig.ts"
import * as CacheLayout from "../../../src/core/CacheLayout.ts"
import type * as OciLayout from "../../../src/core/OciLayout.ts"
import * as CacheExports from "../../../src/shell/cache/CacheExports.ts"
import * as CacheGraph from "../../../src/shell/cache/CacheGraph.ts"
import * as Store from "./store.ts"

let store: Store.Store
beforeEach(() => {
  store = Store.make()
})
afterEach(() => store.remove())

const image = "application/vnd.oci.image.manifest.v1+json"
const config = `{"layers":[],"records":[{"digest":"sha256:1"},{"digest":"sha256:2","inputs":[[{"link":0}]]}]}`

const put = (content: string, mediaType: string): OciLayout.Descriptor => {
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`
  fs.writeFileSync(Store.blobFile(store, digest), content)
  return { digest, mediaType, size: content.length }
}

/** Exports a configuration as BuildKit does in a form of manifest, publishes that and reads it. */
const exportAndPublish = (key: string, manifestOf: (config: OciLayout.Descriptor) => object, text = config) => {
  const exportDirectory = CacheLayout.exportDirectory(store.directory, key, "run")
  const target = { directory: store.directory, key, exportDirectory }
  CacheExports.prepare(target)
  const manifest = put(JSON.stringify(manifestOf(put(text, CacheConfig.mediaType))), image)
  const annotations = { "org.opencontainers.image.ref.name": "latest" }
  const index = JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] })
  fs.writeFileSync(path.join(exportDirectory, "index.json"), index)
  CacheExports.publish(target)
  CacheExports.discard(target)
  const graph = CacheGraph.read(store.directory, CacheLayout.index(store.directory, key))
  if (graph._tag !== "Whole") return assert.fail(JSON.stringify(graph))
  const named = graph.blobs.find(({ mediaType }) => mediaType === CacheConfig.mediaType)
  return {
    manifest: graph.manifest,
    exported: manifest.digest,
    config: named && fs.readFileSync(Store.blobFile(store, named.digest), "utf8"),
    blobs: graph.blobs
  }
}

const layer = () => put("layer", "application/vnd.oci.image.layer.v1.tar+gzip")
const forms: ReadonlyArray<readonly [string, (config: OciLayout.Descriptor) => object]> = [
  ["an image's manifest", (config) => ({ schemaVersion: 2, mediaType: image, config, layers: [layer()] })],
  ["an index", (config) => ({ schemaVersion: 2, manifests: [layer(), config] })]
]

describe.each(forms)("a cache exported as %s", (_, manifestOf) => {
  it("is published with the entry's marks, and whole", () => {
    const published = exportAndPublish("app", manifestOf)
    assert.notStrictEqual(published.manifest, published.exported)
    assert.strictEqual(published.config, CacheConfig.withMarks(config, "app"))
    assert.notStrictEqual(published.config, config)
    assert.includeDeepMembers([...published.blobs], [layer()])
  })

  it("is the same when it is exported again, with and without the marks of an import", () => {
    const first = exportAndPublish("app", manifestOf)
    assert.strictEqual(exportAndPublish("app", manifestOf).manifest, first.manifest)
    assert.strictEqual(exportAndPublish("app", manifestOf, first.config).manifest, first.manifest)
    assert.notStrictEqual(exportAndPublish("web", manifestOf).config, first.config)
  })

  it("is published as it is when its configuration is of another form", () => {
    const published = exportAndPublish("app", manifestOf, `{"steps":[]}`)
    assert.strictEqual(published.manifest, published.exported)
    assert.strictEqual(published.config, `{"steps":[]}`)
  })
})
