import * as fs from "node:fs"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheTrial from "../../../src/shell/cache/CacheTrial.ts"
import * as Store from "./store.ts"

let store: Store.Store
beforeEach(() => {
  store = Store.make()
  store.publish("app", ["one"])
})
afterEach(() => store.remove())

/** All names in the cache, and in the place for temporary files. */
const names = (): ReadonlyArray<string> =>
  fs.readdirSync(path.dirname(store.directory), { recursive: true, encoding: "utf8" }).sort()

const trial = (): string | undefined => CacheTrial.run(store.directory, { TMPDIR: path.dirname(store.directory) })

describe("a trial of the cache", () => {
  it("stores an entry, imports it, and leaves nothing", () => {
    const before = names()
    assert.isUndefined(trial())
    assert.deepStrictEqual(names(), before)
  })

  it("makes what an empty cache does not have yet", () => {
    fs.rmSync(store.directory, { recursive: true })
    fs.mkdirSync(store.directory)
    assert.isUndefined(trial())
    assert.deepStrictEqual(fs.readdirSync(path.join(store.directory, ".blobs/sha256")), [])
  })

  it.each<[string, () => void, string]>([
    ["the store is a file", () => {
      fs.rmSync(CacheLayout.blobs(store.directory), { recursive: true })
      fs.writeFileSync(CacheLayout.blobs(store.directory), "")
    }, "/.blobs is not a directory"],
    ["the store leads nowhere", () => {
      fs.rmSync(CacheLayout.blobs(store.directory), { recursive: true })
      fs.symlinkSync("/nowhere", CacheLayout.blobs(store.directory))
    }, "/.blobs is not a directory"],
    ["the directory is gone", () => fs.rmSync(store.directory, { recursive: true }), " does not exist"]
  ])("gives a reason where %s", (_, spoil, why) => {
    spoil()
    assert.strictEqual(trial(), `${store.directory}${why}`)
  })
})
