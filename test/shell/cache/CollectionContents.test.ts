import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import { minimumFree } from "../../../src/shell/cache/CacheInspection.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as CacheSurvey from "../../../src/shell/cache/CacheSurvey.ts"
import * as CollectionContents from "../../../src/shell/cache/CollectionContents.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as ReplacedFs from "./replaced-fs.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest()

const read = (now = Date.now()) =>
  SharedDirectory.use(store.directory, (root) => CollectionContents.read(root, CacheSurvey.read(root, now)))

describe("CollectionContents", () => {
  it("has the whole entries with what they name, and the size of every blob", () => {
    const digests = store.publish("app", ["one", "two"])
    store.publish("broken", ["three"])
    fs.writeFileSync(CacheLayout.index(store.directory, "broken"), "{")
    const { entries, held, sizes } = read()
    assert.deepStrictEqual(entries.map(({ key, leased }) => [key, leased]), [["app", false]])
    assert.includeMembers((entries[0]?.blobs ?? []).map(({ digest }) => digest), [...digests])
    assert.strictEqual(sizes.size, store.blobs().length)
    assert.strictEqual(held.size, 0)
  })

  it("holds what a running build reads, exports, or may be about to name", () => {
    const old = store.publish("app", ["one"])
    const exported = store.exported("web", ["two"], "run")
    const without = read()
    for (const digest of exported) assert.isTrue(without.held.has(digest), "named by an export")
    assert.isFalse(without.held.has(old[1] ?? ""))
    CacheLease.take(store.directory, "run", ["app"])
    const young = store.exported("late", ["three"], "other")
    const { entries, held } = read()
    assert.deepStrictEqual(entries.map(({ key, leased }) => [key, leased]), [["app", true]])
    for (const digest of young) assert.isTrue(held.has(digest))
  })

  it("holds a blob that no index names only where it is younger than the oldest running build", async () => {
    const [, old = ""] = store.publish("app", ["old"])
    fs.rmSync(path.join(store.directory, "app"), { recursive: true })
    // the times of two calls can be one tick of the file system's clock
    await new Promise((resolve) => setTimeout(resolve, 20))
    CacheLease.take(store.directory, "run", [])
    await new Promise((resolve) => setTimeout(resolve, 20))
    const young = `sha256:${"a".repeat(64)}`
    fs.writeFileSync(Store.blobFile(store, young), "written just now")
    assert.deepStrictEqual([...read().held], [young])
    assert.isTrue(read().sizes.has(old))
    CacheLease.release(store.directory, "run")
    assert.deepStrictEqual([...read().held], [])
  })

  it("says how much has to go where the disk has little room, twice of what builds need to export", () => {
    store.publish("app", ["one"])
    const lacking = (available: number) => {
      const statfsSync = () => ({ bsize: 1, bavail: available })
      ReplacedFs.replace({ statfsSync: statfsSync as unknown as typeof fs.statfsSync })
      try {
        return read().lacking
      } finally {
        ReplacedFs.replace(ReplacedFs.original)
      }
    }
    assert.deepStrictEqual([lacking(0), lacking(2 * minimumFree - 1), lacking(2 * minimumFree)], [
      2 * minimumFree,
      1,
      0
    ])
  })

  it("holds nothing for a lease that is stale", () => {
    store.publish("app", ["one"])
    CacheLease.take(store.directory, "gone", ["app"])
    const { entries, held } = read(Date.now() + CacheLease.staleAfter + 60_000)
    assert.deepStrictEqual([entries.map(({ leased }) => leased), held.size], [[false], 0])
  })

  it("is not read where something cannot be read that may name blobs", () => {
    store.publish("app", ["one"])
    const { blobs, entries, ...survey } = SharedDirectory.use(
      store.directory,
      (root) => CacheSurvey.read(root, Date.now())
    )
    const error = Object.assign(new Error("no"), { code: "EIO" })
    const unreadable = entries.map((one) => ({ ...one, graph: { _tag: "Unreadable", why: "no", error } as const }))
    SharedDirectory.use(store.directory, (root) => {
      assert.throws(() => CollectionContents.read(root, { ...survey, blobs, entries: unreadable }), "no")
    })
  })
})
