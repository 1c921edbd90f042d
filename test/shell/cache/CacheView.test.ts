import * as fs from "node:fs"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheView from "../../../src/shell/cache/CacheView.ts"
import { OpenCache } from "../../../src/shell/cache/OpenCache.ts"
import * as Store from "./store.ts"

let store: Store.Store
let view: string
let digests: ReadonlyArray<string>
let cache: OpenCache
beforeEach(() => {
  store = Store.make()
  view = `${store.directory}-view`
  digests = store.publish("app", ["one", "two"])
  cache = OpenCache.open(store.directory)
})
afterEach(() => {
  cache.close()
  store.remove()
  fs.rmSync(view, { recursive: true, force: true })
})

const open = (isLeased: boolean) =>
  CacheView.openImport(cache, { directory: store.directory, access: "own", key: "app", view, omitted: [] }, isLeased)
const read = (digest: string): string => fs.readFileSync(path.join(view, "blobs", digest.replace(":", "/")), "utf8")
const index = (): string => fs.readFileSync(CacheLayout.index(store.directory, "app"), "utf8")

describe("a view to import from", () => {
  it.each([true, false])(
    "has the index that was checked and the entry's layers, and nobody else can see it: %s",
    (leased) => {
      const opened = open(leased)
      assert.strictEqual(opened._tag, "Opened")
      const text = index()
      fs.writeFileSync(CacheLayout.index(store.directory, "app"), "{}")
      assert.strictEqual(fs.readFileSync(path.join(view, "index.json"), "utf8"), text)
      assert.deepStrictEqual(digests.slice(1).map(read), ["one", "two"])
      assert.strictEqual(fs.statSync(view).mode & 0o777, 0o700)
      if (opened._tag === "Opened") CacheView.release(opened.held)
    }
  )

  it("leads to the store that was opened, whatever is put in its place", () => {
    const opened = open(true)
    const blobs = CacheLayout.blobs(store.directory)
    fs.renameSync(blobs, `${blobs}-moved`)
    fs.symlinkSync("/etc", blobs)
    assert.deepStrictEqual(digests.slice(1).map(read), ["one", "two"])
    if (opened._tag === "Opened") CacheView.release(opened.held)
  })

  it("keeps what is removed meanwhile where no lease does", () => {
    const opened = open(false)
    for (const digest of digests) fs.rmSync(Store.blobFile(store, digest))
    assert.deepStrictEqual(digests.slice(1).map(read), ["one", "two"])
    if (opened._tag === "Opened") CacheView.release(opened.held)
  })

  it("is not made of an entry that is damaged or gone, and leaves nothing open", () => {
    const count = (): number => fs.readdirSync("/proc/self/fd").length
    // the store is the cache's, for all its views
    cache.store()
    const before = count()
    fs.rmSync(Store.blobFile(store, digests[1] ?? ""))
    const damaged = open(true)
    assert.deepStrictEqual([damaged._tag, damaged._tag === "NotImported" && damaged.isDamaged], ["NotImported", true])
    fs.rmSync(CacheLayout.index(store.directory, "app"))
    const gone = open(true)
    assert.deepStrictEqual([gone._tag, gone._tag === "NotImported" && gone.isDamaged], ["NotImported", false])
    assert.strictEqual(count(), before)
  })
})
