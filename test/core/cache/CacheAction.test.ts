import { assert, describe, it } from "@effect/vitest"
import * as CacheAction from "../../../src/core/cache/CacheAction.ts"

describe("CacheAction", () => {
  it.each([
    [{ _tag: "LeaseCacheEntries", directory: "/c", keys: ["a", "b"] }, "hold a, b against collection, in /c"],
    [
      { _tag: "OpenCacheImport", import: { directory: "/c", key: "a", view: "V", omitted: [] } },
      "check a in /c, and make it readable as V"
    ],
    [
      { _tag: "OpenCacheImport", import: { directory: "/c", key: "a", view: "V", omitted: [{ least: 1, most: 1 }] } },
      "check a in /c, and make it readable as V, without the steps between which a cache mount is filled and read"
    ],
    [{ _tag: "PrepareCacheExport", export: { directory: "/c", view: "V" } }, "make V, which stores its layers in /c"],
    [{ _tag: "SetAsideCacheEntry", key: "a", why: "w" }, "set a aside: w"],
    [{ _tag: "PublishCacheExport", export: { key: "a" } }, "publish a, if the build left a complete index"],
    [{ _tag: "HealCacheEntries", keys: ["a"], canRunAgain: false }, "if the build failed, check a"],
    [
      { _tag: "HealCacheEntries", keys: ["a"], canRunAgain: true },
      "if the build failed, check a; if it is damaged, build again without"
    ],
    [
      { _tag: "DoubtBuilder", canRunAgain: false },
      "if the build failed, ask the builder again whether it can export cache"
    ],
    [
      { _tag: "DoubtBuilder", canRunAgain: true },
      "if the build failed, ask the builder again whether it can export cache; if it cannot, build again without"
    ],
    [
      { _tag: "CollectCache", directory: "/c", limits: { maxSize: 50e9 } },
      "remove old entries if /c is above 50GB, at most once an hour"
    ]
  ])("says %j", (action, text) => {
    assert.strictEqual(CacheAction.print(action as never), text)
  })
})
