import { assert, describe, it } from "@effect/vitest"
import * as CacheKey from "../../../src/core/cache/CacheKey.ts"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as ImageName from "../../../src/core/syntax/ImageName.ts"

describe("what is unfinished in the cache directory", () => {
  it.each([
    ["/cache/app", "/cache/.new-9f3c1a"],
    ["/cache/.leases/9f3c1a", "/cache/.leases/.new-9f3c1a"],
    ["/cache/", "/cache/.new-9f3c1a"]
  ])("lies beside %s", (path, expected) => {
    assert.strictEqual(CacheLayout.unfinished(path, "9f3c1a"), expected)
  })

  it("is known by its name, which is no key's", () => {
    const name = CacheLayout.unfinished("", "9f3c1a")
    assert.isTrue(CacheLayout.isUnfinished(name))
    const image = ImageName.parse(`a/${name.slice(1)}`)
    const path = image?.path ?? ""
    const key = CacheKey.print({ subject: { _tag: "Image", path, tag: undefined }, target: name, platforms: [] })
    assert.isFalse(CacheLayout.isUnfinished(key) || key.startsWith("."))
    assert.isFalse(CacheLayout.isUnfinished("app"))
  })
})
