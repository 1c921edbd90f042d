import * as fs from "node:fs"
import { assert, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheGraph from "../../../src/shell/cache/CacheGraph.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest()

const index = (): string => CacheLayout.index(store.directory, "app")
const read = () => CacheGraph.read(store.directory, index())
const why = () => {
  const graph = read()
  return graph._tag === "Broken" ? graph.why : graph._tag
}

describe("CacheGraph", () => {
  it("has the manifest and all that it names", () => {
    assert.deepStrictEqual(read(), { _tag: "Absent" })
    const [manifest = "", ...layers] = store.publish("app", ["one", "two"])
    const graph = read()
    if (graph._tag !== "Whole") return assert.fail(graph._tag)
    assert.strictEqual(graph.manifest, manifest)
    assert.strictEqual(graph.blobs[0]?.digest, manifest)
    assert.includeMembers(graph.blobs.map(({ digest }) => digest), layers)
    assert.lengthOf(graph.blobs, 4)
    assert.deepStrictEqual(CacheGraph.ofIndex(store.directory, fs.readFileSync(index(), "utf8")), graph)
    assert.deepStrictEqual(CacheGraph.manifestOf(store.directory, index()), [manifest])
  })

  it("says which blobs some user may be unable to read: all of which it saw no permission bits", () => {
    const [, one = "", two = ""] = store.publish("app", ["one", "two"])
    fs.chmodSync(Store.blobFile(store, one), 0o640)
    const closed = (graph: CacheGraph.CacheGraph) => graph._tag === "Whole" ? [...graph.closed] : graph
    assert.deepStrictEqual(closed(read()), [one])
    const sized = closed(
      CacheGraph.read(store.directory, index(), { sizeOf: (digest) => fs.statSync(Store.blobFile(store, digest)).size })
    )
    assert.includeMembers(sized as Array<string>, [one, two])
  })

  it("is broken where a blob is missing, has another size, or the manifest another content", () => {
    const [manifest = "", one = "", two = ""] = store.publish("app", ["one", "two"])
    fs.appendFileSync(Store.blobFile(store, two), "more")
    const graph = read()
    assert.deepStrictEqual(graph, {
      _tag: "Broken",
      why: `${two} has 7 bytes instead of 3`,
      wrong: [two]
    })
    fs.rmSync(Store.blobFile(store, one))
    assert.strictEqual(why(), `${one} is missing`)
    Store.damage(store, manifest)
    assert.strictEqual(why(), `${manifest} is damaged`)
    fs.rmSync(Store.blobFile(store, manifest))
    assert.strictEqual(why(), `${manifest} is missing`)
    fs.writeFileSync(index(), "{}")
    assert.strictEqual(why(), "its index names no manifest")
    assert.deepStrictEqual(CacheGraph.manifestOf(store.directory, index()), [])
  })

  it("does not take a directory in a blob's place for the blob", () => {
    const [, one = ""] = store.publish("app", ["one"])
    fs.rmSync(Store.blobFile(store, one))
    fs.mkdirSync(Store.blobFile(store, one))
    assert.match(why(), /has -1 bytes instead of 3$/)
  })

  it("is unreadable, and not broken, where the system fails", () => {
    fs.mkdirSync(`${store.directory}/app`, { recursive: true })
    fs.symlinkSync("index.json", index())
    assert.strictEqual(why(), "its index names no manifest")
    assert.strictEqual(
      CacheGraph.read(`${store.directory}/none`, `${store.directory}/none/app/index.json`)._tag,
      "Unreadable"
    )
  })

  it("tells a document's digest and size as a blob, in bytes", () => {
    assert.deepStrictEqual(CacheGraph.blobOf("é"), {
      digest: "sha256:4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c",
      size: 2
    })
  })

  it("knows which blobs are there, and their texts", () => {
    const [manifest = "", one = ""] = store.publish("app", ["one"])
    assert.strictEqual(CacheGraph.text(store.directory, one), "one")
    assert.isTrue(CacheGraph.exists(store.directory, manifest))
    fs.rmSync(Store.blobFile(store, one))
    assert.isFalse(CacheGraph.exists(store.directory, one))
    assert.strictEqual(CacheGraph.text(store.directory, one), "")
  })
})
