import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheCollector from "../../../src/shell/cache/CacheCollector.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as CollectionLock from "../../../src/shell/cache/CollectionLock.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest()

const nothing = { maxSize: 0, maxAge: 1e9 }
const collect = (limits = nothing, more: Partial<CacheCollector.CollectionRequest> = {}) =>
  CacheCollector.collect({ directory: store.directory, limits, ...more })
const evicted = (collected: CacheCollector.Collected) => collected.evictions.map(({ key }) => key)

describe("CollectionLock", () => {
  it("runs once at a time, and takes over from one that is gone", async () => {
    store.publish("app", ["one"])
    const root = SharedDirectory.open(store.directory)
    const lock = CollectionLock.take(root)
    assert.strictEqual(await collect(nothing).then(() => "", String), "Error: another collection is running")
    Store.age(CacheLayout.collecting(store.directory), CacheLease.staleAfter + 1000)
    assert.deepStrictEqual(evicted(await collect(nothing)), ["app"])
    assert.throws(lock.renew, "another collection is running")
    lock.release()
    SharedDirectory.close(root)
    assert.isFalse(fs.existsSync(CacheLayout.collecting(store.directory)))
  })

  it.each<[string, (file: string) => void]>([
    ["a link", (file) => fs.symlinkSync("/etc/hostname", file)],
    ["a link to nothing", (file) => fs.symlinkSync("/nowhere", file)],
    ["a directory", (file) => fs.mkdirSync(path.join(file, "in"), { recursive: true })],
    ["a pipe", (file) => execFileSync("mkfifo", [file])]
  ])("is not kept from running by %s in the lock's place", async (_, plant) => {
    store.publish("app", ["one"])
    plant(CacheLayout.collecting(store.directory))
    assert.deepStrictEqual(evicted(await collect(nothing)), ["app"])
    assert.isFalse(fs.existsSync(CacheLayout.collecting(store.directory)))
    assert.isTrue(fs.existsSync("/etc/hostname"))
  })
})
