import * as Effect from "effect/Effect"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import type * as CacheAction from "../../../src/core/cache/CacheAction.ts"
import * as ExecPlan from "../../../src/core/ExecPlan.ts"
import * as CacheInspection from "../../../src/shell/cache/CacheInspection.ts"
import * as TimeBudget from "../../../src/shell/files/TimeBudget.ts"
import * as EntryHealing from "../../../src/shell/services/EntryHealing.ts"
import * as Store from "../cache/store.ts"
import * as ReplacedStreams from "../replaced-streams.ts"

let store: Store.Store
let said: Array<string> = []
beforeEach(() => {
  store = Store.make()
  said = []
})
afterEach(() => {
  ReplacedStreams.replace(ReplacedStreams.original)
  store.remove()
})

const heal = async (
  more: Partial<Extract<CacheAction.After, { readonly _tag: "HealCacheEntries" }>> = {},
  checkLater: (key: string) => boolean = () => assert.fail("checked later"),
  budget: TimeBudget.TimeBudget = TimeBudget.millis(60_000)
) => {
  ReplacedStreams.replace({ writeSync: (_: number, text: unknown) => said.push(String(text)) })
  return await Effect.runPromise(EntryHealing.heal(
    { _tag: "HealCacheEntries", directory: store.directory, access: "own", keys: ["app"], canRunAgain: true, ...more },
    ExecPlan.passThrough("docker", []),
    budget,
    checkLater
  ))
}

describe("EntryHealing", () => {
  it("finds nothing, and says nothing, where the entries are sound", async () => {
    store.publish("app", ["one"])
    assert.isUndefined(await heal())
    assert.deepStrictEqual(said, [])
  })

  it("sets an entry aside that is at fault, and has the build run again without it", async () => {
    const [, one = ""] = store.publish("app", ["one"])
    Store.damage(store, one)
    assert.isDefined(await heal())
    assert.deepStrictEqual(said, [
      "docker-shim: build cache entry app was damaged and is set aside; building again without it\n"
    ])
    assert.deepStrictEqual(CacheInspection.entry(store.directory, "app"), { _tag: "Missing" })
  })

  it("leaves an entry of a directory that is only read, and the build to the user where it may not run again", async () => {
    const [, one = ""] = store.publish("app", ["one"])
    Store.damage(store, one)
    assert.isUndefined(await heal({ access: "read", canRunAgain: false }))
    assert.deepStrictEqual(said, [
      `docker-shim: build cache entry app in ${store.directory} is damaged; run the build again\n`
    ])
    assert.strictEqual(CacheInspection.entry(store.directory, "app")._tag, "Sound")
  })

  it("has one time for all directories: what is not read in it is read in the background", async () => {
    const other = Store.make()
    try {
      // takes longer to read than there is time for
      for (const one of [store, other]) one.publish("app", ["x".repeat(64 * 1024 * 1024)])
      const budget = TimeBudget.millis(1, 1)
      const later: Array<string> = []
      for (const { directory } of [store, other]) {
        const isBegun = () => later.push(directory) > 0
        assert.isUndefined(await heal({ directory, access: "read" }, isBegun, budget))
      }
      assert.deepStrictEqual(later, [store.directory, other.directory])
      assert.lengthOf(said.filter((line) => line.includes("app is too large to be checked now")), 2)
    } finally {
      other.remove()
    }
  })
})
