import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as CacheKey from "../../../src/core/cache/CacheKey.ts"
import * as CacheReference from "../../../src/core/cache/CacheReference.ts"
import * as ImageName from "../../../src/core/syntax/ImageName.ts"

describe("CacheReference", () => {
  describe("print", () => {
    it.each([
      ["team+app", "registry.example/cache/team/app"],
      ["team+app@dev~linux+arm64", "registry.example/cache/team/app-dev-linux/arm64"],
      ["=+home+retro+work+Api", "registry.example/cache/home/retro/work/api"],
      ["%C3%A4", "registry.example/cache/c3-a4"]
    ])("puts %s into the repository %s", (key, repository) => {
      const reference = CacheReference.print("registry.example/cache", key)
      assert.match(reference, /:[0-9a-f]{32}$/)
      assert.strictEqual(reference.slice(0, -33), repository)
    })

    const text = FastCheck.string({ unit: "grapheme", maxLength: 200 })
    const key = FastCheck.tuple(text, text).map(([context, target]) =>
      CacheKey.print({ subject: { _tag: "Context", context, dockerfile: undefined }, target, platforms: [] })
    )

    it.prop("is a reference that a registry takes", [key], ([one]) => {
      assert.isDefined(ImageName.parse(CacheReference.print("localhost:5000/cache", one)))
    })

    it.prop("tells different keys apart", [key, key], ([one, other]) => {
      assert.strictEqual(CacheReference.print("r", one) === CacheReference.print("r", other), one === other)
    })
  })
})
