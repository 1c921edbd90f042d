import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheHealing from "../../../src/shell/cache/CacheHealing.ts"
import * as CacheInspection from "../../../src/shell/cache/CacheInspection.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest()

const entry = (key: string) => CacheInspection.entry(store.directory, key)

describe("CacheHealing: an entry", () => {
  it.each([
    ["a garbage index", () => fs.writeFileSync(CacheLayout.index(store.directory, "app"), "{")],
    ["an index of nothing", () => fs.writeFileSync(CacheLayout.index(store.directory, "app"), "{}")],
    ["a link as index", () => {
      fs.rmSync(CacheLayout.index(store.directory, "app"))
      fs.symlinkSync("/etc/passwd", CacheLayout.index(store.directory, "app"))
    }],
    ["a pipe as index", () => {
      fs.rmSync(CacheLayout.index(store.directory, "app"))
      execFileSync("mkfifo", [CacheLayout.index(store.directory, "app")])
    }],
    ["a link to other blobs", () => {
      fs.rmSync(path.join(store.directory, "app/blobs"))
      fs.symlinkSync("/etc", path.join(store.directory, "app/blobs"))
    }]
  ])("with %s is not trusted, and built anew when it was set aside", (_, spoil) => {
    store.publish("app", ["one"])
    spoil()
    assert.notStrictEqual(entry("app")._tag, "Sound")
    CacheHealing.setAside(store.directory, "app")
    store.publish("app", ["one"])
    assert.deepStrictEqual(entry("app"), { _tag: "Sound" })
  })

  it("that is a link is moved away and not followed", () => {
    store.publish("other", ["one"])
    fs.symlinkSync(path.join(store.directory, "other"), path.join(store.directory, "app"))
    assert.deepStrictEqual(entry("app"), { _tag: "Damaged", why: "it is no directory" })
    CacheHealing.setAside(store.directory, "app")
    assert.deepStrictEqual(store.keys(), ["other"])
    assert.deepStrictEqual(entry("other"), { _tag: "Sound" })
  })

  it("with a changed layer is found out by a failed build, once", async () => {
    const [, layer = ""] = store.publish("app", ["one", "two"])
    const heal = () => CacheHealing.heal(store.directory, "app", () => false)
    assert.strictEqual(await heal(), "Sound")
    Store.damage(store, layer)
    assert.deepStrictEqual(entry("app"), { _tag: "Sound" }, "its size says nothing")
    assert.strictEqual(await heal(), "AtFault")
    assert.deepStrictEqual(entry("app"), { _tag: "Missing" })
    assert.notInclude(store.blobs(), layer)
  })
})
