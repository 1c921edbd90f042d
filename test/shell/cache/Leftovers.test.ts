import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as CacheSurvey from "../../../src/shell/cache/CacheSurvey.ts"
import * as Leftovers from "../../../src/shell/cache/Leftovers.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest()

const past = CacheLease.staleAfter + 60_000

/** Removes what is left by a time that is so much later. */
const remove = (later: number): void =>
  SharedDirectory.use(store.directory, (root) => Leftovers.remove(root, CacheSurvey.read(root, Date.now() + later)))

describe("Leftovers", () => {
  it("of a lease go when it is stale", () => {
    CacheLease.take(store.directory, "gone", ["app"])
    remove(0)
    assert.lengthOf(CacheLease.list(store.directory), 1)
    remove(past)
    assert.deepStrictEqual(fs.readdirSync(CacheLayout.leases(store.directory)), [])
  })

  it("of exports go when their build is gone and they are old; the entry stays", () => {
    store.publish("app", ["one"])
    store.exported("app", ["two"], "gone")
    const directory = CacheLayout.exportDirectory(store.directory, "app", "gone")
    remove(0)
    assert.isTrue(fs.existsSync(directory))
    CacheLease.take(store.directory, "gone", ["app"])
    // the lease that is shown to live keeps it
    SharedDirectory.use(store.directory, (root) => {
      const survey = CacheSurvey.read(root, Date.now() + past)
      Leftovers.remove(root, { ...survey, leases: survey.leases.map((one) => ({ ...one, aliveAt: survey.now })) })
    })
    assert.isTrue(fs.existsSync(directory))
    remove(past)
    remove(past)
    assert.deepStrictEqual([fs.existsSync(directory), store.keys()], [false, ["app"]])
  })

  it("of indexes go that no running build may read", () => {
    store.publish("app", ["one"])
    store.publish("app", ["two"], "run2")
    assert.isNotEmpty(fs.readdirSync(CacheLayout.retired(store.directory, "app")))
    remove(0)
    assert.deepStrictEqual(fs.readdirSync(CacheLayout.retired(store.directory, "app")), [])
  })

  it("are directories of keys for which nothing was published, when they are old and the cache's own", () => {
    store.exported("begun", ["one"], "run")
    fs.rmSync(CacheLayout.exportDirectory(store.directory, "begun", "run"), { recursive: true })
    fs.mkdirSync(path.join(store.directory, "mine"))
    fs.writeFileSync(path.join(store.directory, "mine/notes"), "")
    remove(0)
    assert.sameMembers([...store.keys()], ["begun", "mine"])
    remove(past)
    assert.deepStrictEqual(store.keys(), ["mine"])
  })

  it("are unfinished things, when they are old", () => {
    store.publish("app", ["one"])
    CacheLease.take(store.directory, "run", [])
    CacheLease.release(store.directory, "run")
    const unfinished = [store.directory, CacheLayout.leases(store.directory), CacheLayout.blobs(store.directory)].map(
      (place) => CacheLayout.unfinished(`${place}/`, "x")
    )
    for (const one of unfinished) fs.writeFileSync(one, "")
    remove(0)
    assert.deepStrictEqual(unfinished.filter((one) => fs.existsSync(one)), unfinished)
    remove(past)
    assert.deepStrictEqual(unfinished.filter((one) => fs.existsSync(one)), [])
    assert.deepStrictEqual(store.keys(), ["app"])
  })
})
