import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheCollector from "../../../src/shell/cache/CacheCollector.ts"
import * as CacheExports from "../../../src/shell/cache/CacheExports.ts"
import * as CacheInspection from "../../../src/shell/cache/CacheInspection.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest()

const unlimited = { maxSize: Number.MAX_SAFE_INTEGER, maxAge: 1e9 }
const nothing = { maxSize: 0, maxAge: 1e9 }
const collect = (limits = unlimited, more: Partial<CacheCollector.CollectionRequest> = {}) =>
  CacheCollector.collect({ directory: store.directory, limits, ...more })
const entry = (key: string) => CacheInspection.entry(store.directory, key)
const evicted = (collected: CacheCollector.Collected) => collected.evictions.map(({ key }) => key)

describe("CacheCollector", () => {
  it("removes what no entry names, and nothing else", async () => {
    store.publish("app", ["base", "one"])
    store.publish("other", ["base", "two"])
    const before = store.blobs()
    store.publish("app", ["base", "three"])
    await collect()
    assert.deepStrictEqual([entry("app"), entry("other")], [{ _tag: "Sound" }, { _tag: "Sound" }])
    assert.strictEqual(store.blobs().length, before.length)
    assert.deepStrictEqual([(await collect()).evictions, (await collect()).blobs], [[], 0])
  })

  it("removes many blobs and entries, and leaves nothing of them in the trash", async () => {
    for (let at = 0; at < 400; at += 1) store.publish(`key${at}`, [`layer ${at}`])
    const kept = store.publish("kept", ["kept"], "last")
    const keys = new Set(store.keys().filter((key) => key !== "kept"))
    assert.strictEqual((await collect(unlimited, { keys })).blobs, 1200)
    assert.deepStrictEqual(store.keys(), ["kept"])
    assert.includeMembers([...store.blobs()], [...kept])
    assert.lengthOf(store.blobs(), 3)
    assert.deepStrictEqual(fs.readdirSync(CacheLayout.trash(store.directory)), [])
  })

  it("takes the least recently used first, and says before what it then does", async () => {
    for (const key of ["a", "b", "c"]) store.publish(key, [key.repeat(100)])
    for (const [at, key] of ["b", "a", "c"].entries()) {
      CacheLease.take(store.directory, "run", [key])
      CacheLease.release(store.directory, "run")
      Store.age(CacheLayout.used(store.directory, key), (3 - at) * 10_000)
    }
    const size = (await collect(nothing, { dryRun: true })).freed / 3
    const limits = { maxSize: size * 2 + 10, maxAge: 1e9 }
    const said = await collect(limits, { dryRun: true })
    assert.lengthOf(store.keys(), 3)
    assert.deepStrictEqual(await collect(limits), said)
    assert.deepStrictEqual(evicted(said), ["b"])
    assert.deepStrictEqual([(await collect(limits)).evictions, (await collect(limits)).blobs], [[], 0])
  })

  it("leaves what a running build reads or is about to publish", async () => {
    store.publish("read", ["one"])
    store.publish("idle", ["two"])
    CacheLease.take(store.directory, "reader", ["read"])
    const exported = store.exported("written", ["three"], "writer")
    assert.deepStrictEqual(evicted(await collect(nothing)), ["idle"])
    assert.deepStrictEqual(entry("read"), { _tag: "Sound" })
    const target = Store.targetOf(store.directory, "written", "writer")
    for (const digest of exported) assert.include(store.blobs(), digest)
    CacheExports.publish(target)
    assert.deepStrictEqual(entry("written"), { _tag: "Sound" })
  })

  it("removes leases and exports of builds that are gone, by the file system's clock", async () => {
    store.publish("app", ["one"])
    CacheLease.take(store.directory, "gone", ["app"])
    const [, layer = ""] = store.exported("app", ["unfinished"], "gone")
    fs.rmSync(path.join(CacheLayout.exportDirectory(store.directory, "app", "gone"), "index.json"))
    Store.age(path.join(CacheLayout.leases(store.directory), "gone/alive"), CacheLease.staleAfter + 1000)
    assert.deepStrictEqual(evicted(await collect(nothing)), ["app"])
    assert.deepStrictEqual(CacheLease.list(store.directory), [])
    assert.notInclude(store.blobs(), layer)
  })

  it("removes what was left unfinished, and nothing that may become whole", async () => {
    const blobs = CacheLayout.blobs(store.directory)
    const places = [store.directory, blobs, path.join(blobs, "sha256"), CacheLayout.leases(store.directory)]
    store.publish("app", ["one"])
    CacheLease.take(store.directory, "run", [])
    const left = places.map((place) => CacheLayout.unfinished(`${place}/`, "left"))
    const made = places.map((place) => CacheLayout.unfinished(`${place}/`, "made"))
    for (const one of [...left, ...made]) fs.mkdirSync(one)
    for (const one of left) Store.age(one, CacheLease.staleAfter + 1000)
    await collect()
    assert.deepStrictEqual(left.filter((one) => fs.existsSync(one)), [])
    assert.deepStrictEqual(made.filter((one) => !fs.existsSync(one)), [])
    assert.deepStrictEqual(entry("app"), { _tag: "Sound" })
  })

  it("removes the directory of a build that is gone", async () => {
    store.publish("app", ["one"])
    store.exported("app", ["two"], "gone")
    store.exported("app", ["two"], "begun")
    const directories = ["gone", "begun"].map((id) => CacheLayout.exportDirectory(store.directory, "app", id))
    Store.age(directories[0] ?? "", CacheLease.staleAfter + 1000)
    await collect()
    assert.deepStrictEqual(directories.map((one) => fs.existsSync(one)), [false, true])
  })

  it("what a killed build exported goes at once when its time is over, and a second collection finds nothing", async () => {
    store.publish("app", ["one"])
    const exported = store.exported("app", ["two"], "killed")
    const young = await collect()
    assert.deepStrictEqual([young.blobs, store.blobs().filter((one) => exported.includes(one)).length], [
      0,
      exported.length
    ])
    Store.age(CacheLayout.exportDirectory(store.directory, "app", "killed"), CacheLease.staleAfter + 1000)
    const first = await collect()
    assert.isAtLeast(first.blobs, exported.length)
    assert.deepStrictEqual(store.blobs().filter((one) => exported.includes(one)), [])
    assert.strictEqual((await collect()).blobs, 0)
    assert.deepStrictEqual(entry("app"), { _tag: "Sound" })
  })
})
