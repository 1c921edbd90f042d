import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import type { Expectation } from "../../../src/core/cache/CacheAction.ts"
import * as CacheConfig from "../../../src/core/cache/CacheConfig.ts"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import type * as OciLayout from "../../../src/core/cache/OciLayout.ts"
import * as CacheCollector from "../../../src/shell/cache/CacheCollector.ts"
import * as CacheExports from "../../../src/shell/cache/CacheExports.ts"
import * as CacheGraph from "../../../src/shell/cache/CacheGraph.ts"
import * as CacheInputs from "../../../src/shell/cache/CacheInputs.ts"
import * as CacheInspection from "../../../src/shell/cache/CacheInspection.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as CacheView from "../../../src/shell/cache/CacheView.ts"
import { OpenCaches } from "../../../src/shell/cache/OpenCache.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest()

const image = "application/vnd.oci.image.manifest.v1+json"
const config = `{"layers":[],"records":[{"digest":"sha256:1"},{"digest":"sha256:2","inputs":[[{"link":0}]]}]}`

const put = (content: string, mediaType: string): OciLayout.Descriptor => {
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`
  fs.writeFileSync(Store.blobFile(store, digest), content)
  return { digest, mediaType, size: content.length }
}

/** Exports a configuration as BuildKit does in a form of manifest, publishes that and reads it. */
const exportAndPublish = (
  key: string,
  manifestOf: (config: OciLayout.Descriptor) => object,
  text = config,
  expectation: Partial<Expectation> = {}
) => {
  const target = Store.targetOf(store.directory, key, "run")
  Store.begin(target)
  const manifest = put(JSON.stringify(manifestOf(put(text, CacheConfig.mediaType))), image)
  const annotations = { "org.opencontainers.image.ref.name": "latest" }
  const index = JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] })
  fs.writeFileSync(path.join(target.view, "index.json"), index)
  CacheExports.publish(target, { expectation })
  CacheExports.discard(target)
  fs.rmSync(target.view, { recursive: true })
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

  const step = (root: string, layers: ReadonlyArray<number> = []) =>
    JSON.stringify({
      layers: ["zero", "one", "two"].map((blob) => ({ blob, parent: -1 })),
      records: [{ digest: root }, {
        digest: "step",
        inputs: [[{ link: 0 }]],
        layers: layers.map((one) => ({ layer: one }))
      }]
    })
  const inputsOf = (key: string) => {
    const entry = CacheInspection.entry(store.directory, key)
    return entry._tag === "Sound" ? entry.inputs : assert.fail(JSON.stringify(entry))
  }
  const of = (inputs: string | undefined, isExpected = false): Expectation => ({ inputs, isExpected, origin: "one" })

  it("is remembered with what it was built from, until it is replaced", () => {
    exportAndPublish("app", manifestOf, step("a", [1]), of("first"))
    assert.strictEqual(inputsOf("app"), "first")
    exportAndPublish("app", manifestOf, step("b", [1]), of("second"))
    assert.strictEqual(inputsOf("app"), "second")
    exportAndPublish("app", manifestOf, step("c", [1]), of(undefined))
    assert.isUndefined(inputsOf("app"))
    CacheInputs.write(store.directory, "app", "sha256:of-another-manifest", { inputs: "first" })
    assert.isUndefined(inputsOf("app"))
  })

  it("is remembered with the build that made it, also when its inputs are not known", () => {
    const originOf = () => {
      const entry = CacheInspection.entry(store.directory, "app")
      return entry._tag === "Sound" ? entry.origin : assert.fail(JSON.stringify(entry))
    }
    exportAndPublish("app", manifestOf, step("a", [1]))
    assert.isUndefined(originOf())
    exportAndPublish("app", manifestOf, step("a", [1]), of(undefined))
    assert.strictEqual(originOf(), "one")
    exportAndPublish("app", manifestOf, step("b", [1]), of("first"))
    exportAndPublish("app", manifestOf, step("c", [1]), of("first", true))
    assert.deepStrictEqual([inputsOf("app"), originOf()], [undefined, "one"])
    exportAndPublish("app", manifestOf, step("c", [1]), { ...of(undefined), origin: "two" })
    assert.strictEqual(originOf(), "two")
  })

  it("leaves an entry that holds it, though it has a layer less, and replaces one that holds more", () => {
    const first = exportAndPublish("app", manifestOf, step("a", [1]), of("first"))
    assert.strictEqual(exportAndPublish("app", manifestOf, step("a"), of("second")).manifest, first.manifest)
    assert.strictEqual(inputsOf("app"), "second")
    exportAndPublish("app", manifestOf, step("a", [1]), of(undefined))
    assert.strictEqual(inputsOf("app"), "second")
    const { records } = JSON.parse(step("a", [1])) as { readonly records: ReadonlyArray<object> }
    const more = {
      ...JSON.parse(step("a")) as object,
      records: [...records, { digest: "more", inputs: [[{ link: 1 }]] }]
    }
    const replaced = exportAndPublish("app", manifestOf, JSON.stringify(more), of("third"))
    assert.notStrictEqual(replaced.manifest, first.manifest)
    assert.notStrictEqual(exportAndPublish("app", manifestOf, step("a", [1]), of("second")).manifest, replaced.manifest)
  })

  it("replaces an entry of the same steps with another outcome, as after --no-cache", () => {
    const first = exportAndPublish("app", manifestOf, step("a", [1]), of("same"))
    const renewed = exportAndPublish("app", manifestOf, step("a", [2]), of("same"))
    assert.notStrictEqual(renewed.manifest, first.manifest)
    assert.strictEqual(inputsOf("app"), "same")
  })

  it("is not published where it was expected to hold nothing new and does; the next one is", () => {
    const first = exportAndPublish("app", manifestOf, step("a", [1]), of("same"))
    assert.strictEqual(exportAndPublish("app", manifestOf, step("a"), of("same", true)).manifest, first.manifest)
    assert.strictEqual(inputsOf("app"), "same")
    assert.strictEqual(exportAndPublish("app", manifestOf, step("b"), of("same", true)).manifest, first.manifest)
    assert.isUndefined(inputsOf("app"))
    assert.notStrictEqual(exportAndPublish("app", manifestOf, step("b", [1]), of("same")).manifest, first.manifest)
    assert.strictEqual(inputsOf("app"), "same")
  })
})

describe("an export", () => {
  it("is seen by others only when it is published", () => {
    store.exported("app", ["one"], "run1")
    assert.deepStrictEqual(CacheInspection.entry(store.directory, "app"), { _tag: "Missing" })
    store.publish("app", ["one"], "run2")
    assert.deepStrictEqual(CacheInspection.entry(store.directory, "app"), { _tag: "Sound" })
  })

  it("that is not whole is not published, and leaves what is there", () => {
    store.publish("app", ["one"])
    const [, layer = ""] = store.exported("app", ["two"], "run1")
    fs.rmSync(Store.blobFile(store, layer))
    assert.match(CacheExports.publish(Store.targetOf(store.directory, "app", "run1")) ?? "", /^sha256:.* is missing$/)
    assert.deepStrictEqual(CacheInspection.entry(store.directory, "app"), { _tag: "Sound" })
    assert.isTrue(fs.readFileSync(CacheLayout.index(store.directory, "app"), "utf8").length > 0)
  })

  it("leaves what is not finished in a directory that is open, whatever is put in its place", () => {
    const target = Store.targetOf(store.directory, "app", "run")
    const caches = new OpenCaches()
    const held = CacheView.openExport(caches.of(store.directory), target)
    const unfinished = caches.unfinishedOf(store.directory, target.exportDirectory)
    const publish = () => CacheExports.publish(target, { unfinished })
    assert.isUndefined(publish())
    const moved = `${store.directory}/moved`
    const other = `${store.directory}-other`
    fs.renameSync(target.exportDirectory, moved)
    fs.mkdirSync(other)
    fs.symlinkSync(other, target.exportDirectory)
    fs.writeFileSync(path.join(moved, "layer"), "half")
    assert.strictEqual(publish(), "BuildKit could not write all of it")
    fs.writeFileSync(path.join(target.view, "index.json"), "{}")
    assert.isDefined(publish())
    assert.sameMembers(fs.readdirSync(moved), ["index.json", "layer"])
    assert.deepStrictEqual(fs.readdirSync(other), [])
    CacheView.release(held)
    caches.close()
    assert.isUndefined(caches.unfinishedOf(store.directory, target.exportDirectory))
    for (const directory of [other, target.view]) fs.rmSync(directory, { recursive: true })
  })

  it("gives what it makes the permissions of the cache directory, whatever the umask", () => {
    fs.chmodSync(store.directory, 0o777)
    const umask = process.umask(0o077)
    try {
      store.publish("app", ["one"])
      CacheLease.take(store.directory, "run", ["app"])
    } finally {
      process.umask(umask)
    }
    for (const name of [".blobs", ".blobs/sha256", ".leases", "app", "app/.incoming"]) {
      assert.strictEqual(fs.statSync(path.join(store.directory, name)).mode & 0o777, 0o777, name)
    }
    assert.strictEqual(fs.statSync(path.join(store.directory, "app/oci-layout")).mode & 0o044, 0o044)
  })

  it("keeps the index that it replaces while a build runs that may read it", async () => {
    CacheLease.take(store.directory, "reader", ["app"])
    const [first = ""] = store.publish("app", ["one"], "run1")
    store.publish("app", ["two"], "run2")
    await CacheCollector.collect({ directory: store.directory, limits: { maxSize: 1e9, maxAge: 1e9 } })
    assert.include(store.blobs(), first)
    CacheLease.release(store.directory, "reader")
    await CacheCollector.collect({ directory: store.directory, limits: { maxSize: 1e9, maxAge: 1e9 } })
    assert.notInclude(store.blobs(), first)
    assert.deepStrictEqual(CacheInspection.entry(store.directory, "app"), { _tag: "Sound" })
  })
})
