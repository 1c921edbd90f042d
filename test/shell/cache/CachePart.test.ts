import * as fs from "node:fs"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as CacheConfig from "../../../src/core/cache/CacheConfig.ts"
import * as CacheSelection from "../../../src/core/cache/CacheSelection.ts"
import * as CacheGraph from "../../../src/shell/cache/CacheGraph.ts"
import * as CachePart from "../../../src/shell/cache/CachePart.ts"
import * as Store from "./store.ts"

let store: Store.Store
beforeEach(() => {
  store = Store.make()
  store.publish("base", ["base"])
})
afterEach(() => store.remove())

const layered = (digest: string): string =>
  JSON.stringify({
    layers: [{ blob: digest, parent: -1 }],
    records: [
      { digest: "sha256:1" },
      { digest: "sha256:2", inputs: [[{ link: 0 }]], layers: [{ layer: 0 }] }
    ]
  })

const put = (text: string, mediaType = "m") => {
  const blob = CacheGraph.blobOf(text)
  fs.writeFileSync(Store.blobFile(store, blob.digest), text)
  return { ...blob, mediaType }
}

const entry = (config: string, mediaType: string | undefined, layer = put("layer")) => {
  const manifest = put(JSON.stringify({
    schemaVersion: 2,
    ...(mediaType === undefined ? {} : { mediaType }),
    config: put(config, CacheConfig.mediaType),
    layers: [layer]
  }))
  const annotations = { "org.opencontainers.image.ref.name": "latest" }
  const graph = CacheGraph.ofIndex(
    store.directory,
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] })
  )
  return graph._tag === "Whole" ? graph : assert.fail(JSON.stringify(graph))
}

const omitted = [{ least: 1, most: 1 }]

describe("CachePart", () => {
  it.each([
    ["application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.manifest.v1+json"],
    [undefined, "application/vnd.oci.image.index.v1+json"]
  ])("is an index of documents of its own, with the entry's layers: %s", (mediaType, named) => {
    const layer = put("layer")
    const config = layered(layer.digest)
    const part = CachePart.select(store.directory, "app", entry(config, mediaType, layer), omitted)
    const index = JSON.parse(part.index) as { readonly manifests: ReadonlyArray<Record<string, unknown>> }
    const [selected, manifest] = part.documents
    assert.strictEqual(selected?.content, CacheSelection.without(config, omitted))
    assert.notStrictEqual(selected?.content, config)
    for (const { content, digest } of part.documents) assert.strictEqual(CacheGraph.blobOf(content).digest, digest)
    assert.include(manifest?.content, selected?.digest)
    assert.deepStrictEqual(index.manifests, [{
      mediaType: named,
      ...CacheGraph.blobOf(manifest?.content ?? ""),
      annotations: { "org.opencontainers.image.ref.name": "latest" }
    }])
    assert.deepStrictEqual(part.blobs.map(({ digest }) => digest), [layer.digest])
  })

  it("is none of an entry whose configuration cannot be read", () => {
    assert.throws(
      () => CachePart.select(store.directory, "app", entry("{\"records\": 1}", undefined), omitted),
      "build cache entry app has no readable configuration"
    )
  })
})
