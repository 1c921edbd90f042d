import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as Leftovers from "../../../src/shell/cache/Leftovers.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest()

const past = CacheLease.staleAfter + 60_000

/** Removes what is left by a time that is so much later. */
const remove = (later: number): Promise<void> =>
  SharedDirectory.use(store.directory, (root) => Leftovers.remove(root, Date.now() + later, () => Promise.resolve()))

describe("Leftovers", () => {
  it("of a lease go when it is stale", async () => {
    CacheLease.take(store.directory, "gone", ["app"])
    await remove(0)
    assert.lengthOf(CacheLease.list(store.directory), 1)
    await remove(past)
    assert.deepStrictEqual(fs.readdirSync(CacheLayout.leases(store.directory)), [])
  })

  it("of a lease go whatever its name is, and whatever somebody put in the way of another name", async () => {
    const leases = CacheLayout.leases(store.directory)
    for (const id of ["a".repeat(255), "b".repeat(251), "one", "two"]) CacheLease.take(store.directory, id, ["app"])
    fs.writeFileSync(path.join(leases, ".new-one"), "")
    fs.mkdirSync(path.join(leases, ".new-two/in"), { recursive: true })
    await remove(past)
    assert.deepStrictEqual(fs.readdirSync(leases), [])
  })

  it("of exports go when their build is gone and they are old; the entry stays", async () => {
    store.publish("app", ["one"])
    store.exported("app", ["two"], "gone")
    const directory = CacheLayout.exportDirectory(store.directory, "app", "gone")
    await remove(0)
    assert.isTrue(fs.existsSync(directory))
    CacheLease.take(store.directory, "gone", ["app"])
    Store.age(directory, past)
    await remove(0)
    assert.isTrue(fs.existsSync(directory), "a lease that lives keeps it")
    CacheLease.release(store.directory, "gone")
    await remove(0)
    assert.deepStrictEqual([fs.existsSync(directory), store.keys()], [false, ["app"]])
  })

  it("of indexes go that no running build may read", async () => {
    store.publish("app", ["one"])
    store.publish("app", ["two"], "run2")
    assert.isNotEmpty(fs.readdirSync(CacheLayout.retired(store.directory, "app")))
    await remove(0)
    assert.deepStrictEqual(fs.readdirSync(CacheLayout.retired(store.directory, "app")), [])
  })

  it("are directories of keys for which nothing was published, when they are old and the cache's own", async () => {
    store.exported("begun", ["one"], "run")
    fs.rmSync(CacheLayout.exportDirectory(store.directory, "begun", "run"), { recursive: true })
    fs.mkdirSync(path.join(store.directory, "mine"))
    fs.writeFileSync(path.join(store.directory, "mine/notes"), "")
    await remove(0)
    assert.sameMembers([...store.keys()], ["begun", "mine"])
    await remove(past)
    assert.deepStrictEqual(store.keys(), ["mine"])
  })

  it("are unfinished things, when they are old", async () => {
    store.publish("app", ["one"])
    CacheLease.take(store.directory, "run", [])
    CacheLease.release(store.directory, "run")
    const unfinished = [store.directory, CacheLayout.leases(store.directory), CacheLayout.blobs(store.directory)].map(
      (place) => CacheLayout.unfinished(`${place}/`, "x")
    )
    for (const one of unfinished) fs.writeFileSync(one, "")
    await remove(0)
    assert.deepStrictEqual(unfinished.filter((one) => fs.existsSync(one)), unfinished)
    await remove(past)
    assert.deepStrictEqual(unfinished.filter((one) => fs.existsSync(one)), [])
    assert.deepStrictEqual(store.keys(), ["app"])
  })
})
