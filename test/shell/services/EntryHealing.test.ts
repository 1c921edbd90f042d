import * as Effect from "effect/Effect"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import type * as CacheAction from "../../../src/core/cache/CacheAction.ts"
import * as ExecPlan from "../../../src/core/ExecPlan.ts"
import * as CacheInspection from "../../../src/shell/cache/CacheInspection.ts"
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
  checkLater: (key: string) => boolean = () => assert.fail("checked later")
) => {
  ReplacedStreams.replace({ writeSync: (_: number, text: unknown) => said.push(String(text)) })
  return await Effect.runPromise(EntryHealing.heal(
    { _tag: "HealCacheEntries", directory: store.directory, access: "own", keys: ["app"], canRunAgain: true, ...more },
    ExecPlan.passThrough("docker", []),
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
})
