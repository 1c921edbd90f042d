import { assert, describe, it } from "@effect/vitest"
import * as CacheView from "../../../src/core/cache/CacheView.ts"

describe("CacheView", () => {
  it("names each view differently", () => {
    const names = [
      CacheView.imported("app"),
      CacheView.imported("app", 0),
      CacheView.imported("app", 1),
      CacheView.imported("app", undefined, 0),
      CacheView.imported("app", 0, 0),
      CacheView.exported("app")
    ]
    assert.deepStrictEqual(names, [
      "@docker-shim/cache-import/app/@",
      "@docker-shim/cache-import-1/app/@",
      "@docker-shim/cache-import-2/app/@",
      "@docker-shim/cache-import-read-1/app/@",
      "@docker-shim/cache-import-1-read-1/app/@",
      "@docker-shim/cache-export/app/@"
    ])
  })

  it("is no part of another's name", () => {
    assert.notInclude(CacheView.imported("app-2"), CacheView.imported("app"))
    assert.notInclude(CacheView.exported("my-app"), CacheView.exported("app"))
  })
})
