import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheInspection from "../../../src/shell/cache/CacheInspection.ts"
import * as CacheVerification from "../../../src/shell/cache/CacheVerification.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest()

const entry = (key: string) => CacheInspection.entry(store.directory, key)

describe("CacheVerification", () => {
  const verify = (repair = false) => CacheVerification.verify(store.directory, { repair })

  it("does not take what a build does meanwhile, or was killed at, for damage", async () => {
    const [, layer = ""] = store.publish("app", ["one"])
    store.publish("other", ["two"])
    const file = Store.blobFile(store, layer)
    fs.writeFileSync(CacheLayout.unfinished(file, "killed"), "half of a")
    const written = fs.readFileSync(file)
    fs.rmSync(file)
    const progress = () => {
      fs.writeFileSync(file, written)
    }
    assert.deepStrictEqual((await CacheVerification.verify(store.directory, { repair: true, progress })).faults, [])
    assert.deepStrictEqual([entry("app"), entry("other")], [{ _tag: "Sound" }, { _tag: "Sound" }])
  })

  it("finds every kind of damage, and repair leaves what is sound", async () => {
    store.publish("sound", ["base", "one"])
    const [, , changed = ""] = store.publish("changed", ["base", "two"])
    const [, missing = ""] = store.publish("missing", ["three"])
    const [manifest = ""] = store.publish("manifest", ["four"])
    const [, large = ""] = store.publish("large", ["x".repeat(1_000_000)])
    assert.deepStrictEqual((await verify()).faults, [])
    Store.damage(store, large)
    Store.damage(store, changed)
    Store.damage(store, manifest)
    fs.rmSync(Store.blobFile(store, missing))
    fs.symlinkSync("/etc", path.join(store.directory, "link"))
    const faults = (await verify(true)).faults
    assert.sameDeepMembers([...faults], [
      { key: "changed", why: `${changed} is damaged` },
      { key: "missing", why: `${missing} is missing` },
      { key: "large", why: `${large} is damaged` },
      { key: "manifest", why: `${manifest} is damaged` },
      { key: "link", why: "it is no directory" },
      { key: "", why: `${manifest} is damaged` }
    ])
    assert.deepStrictEqual((await verify()).faults, [])
    assert.deepStrictEqual(entry("sound"), { _tag: "Sound" })
  })
})
