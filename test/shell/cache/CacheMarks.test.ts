import * as fs from "node:fs"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as CacheConfig from "../../../src/core/cache/CacheConfig.ts"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheGraph from "../../../src/shell/cache/CacheGraph.ts"
import * as CacheMarks from "../../../src/shell/cache/CacheMarks.ts"
import * as Store from "./store.ts"

let store: Store.Store
beforeEach(() => {
  store = Store.make()
  store.publish("app", ["one"])
})
afterEach(() => store.remove())

const records =
  "{\"layers\":[],\"records\":[{\"digest\":\"sha256:1\"},{\"digest\":\"sha256:2\",\"inputs\":[[{\"link\":0}]]}]}"

/** An index of a manifest whose configuration has this text and kind. */
const exported = (config: string, mediaType: string): string => {
  const put = (text: string) => {
    const blob = CacheGraph.blobOf(text)
    fs.writeFileSync(Store.blobFile(store, blob.digest), text)
    return blob
  }
  const manifest = put(JSON.stringify({ schemaVersion: 2, config: { ...put(config), mediaType }, layers: [] }))
  const annotations = { "org.opencontainers.image.ref.name": "latest" }
  return JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, mediaType: "m", annotations }] })
}

const apply = (index: string, key: string) => {
  const graph = CacheGraph.ofIndex(store.directory, index)
  return graph._tag === "Whole" ? CacheMarks.apply(store.directory, index, graph, key) : assert.fail(graph._tag)
}

/** What the manifest of an index says. */
const configOf = (index: string): string => {
  const graph = CacheGraph.ofIndex(store.directory, index)
  if (graph._tag !== "Whole") return assert.fail(JSON.stringify(graph))
  return CacheGraph.text(store.directory, CacheGraph.configOf(graph)?.digest ?? "")
}

describe("CacheMarks", () => {
  it("writes a configuration with the entry's marks, and an index that is whole", () => {
    const index = exported(records, CacheConfig.mediaType)
    const before = store.blobs().length
    const marked = apply(index, "app")
    assert.strictEqual(configOf(marked.index), CacheConfig.withMarks(records, "app"))
    assert.include(marked.index, marked.manifest)
    assert.strictEqual(store.blobs().length, before + 2)
    assert.strictEqual(configOf(index), records)
    assert.notStrictEqual(apply(index, "web").manifest, marked.manifest)
  })

  it.each([
    ["another form", "{\"records\": 1}", CacheConfig.mediaType],
    ["another kind", records, "application/vnd.oci.image.config.v1+json"]
  ])("leaves a configuration of %s as it is", (_, config, mediaType) => {
    const index = exported(config, mediaType)
    const before = store.blobs().length
    const graph = CacheGraph.ofIndex(store.directory, index)
    assert.deepStrictEqual(apply(index, "app"), { index, manifest: graph._tag === "Whole" ? graph.manifest : "" })
    assert.strictEqual(store.blobs().length, before)
    assert.deepStrictEqual(
      CacheGraph.read(store.directory, CacheLayout.index(store.directory, "app"))._tag,
      "Whole"
    )
  })
})
