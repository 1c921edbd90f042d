/**
 * The mounts through which dev containers get cache directories.
 */
import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as CacheMount from "../../../src/core/cache/CacheMount.ts"

describe("CacheMount", () => {
  it("of no scope is that of the one directory for all", () => {
    assert.deepStrictEqual(CacheMount.of("/data/"), {
      type: "bind",
      source: "/data/buildkit-cache",
      target: "/buildkit-cache",
      readOnly: false
    })
  })

  it("of a scope has a directory of its own, at the same place", () => {
    const { source, target } = CacheMount.of("/data", { scope: "team-a" })
    assert.deepStrictEqual([source, target], ["/data/buildkit-cache-team-a", "/buildkit-cache"])
  })

  it("of a scope that is only read is read-only, at a place of its own", () => {
    assert.deepStrictEqual(CacheMount.ofReadScope("/data", "trusted"), {
      type: "bind",
      source: "/data/buildkit-cache-trusted",
      target: "/buildkit-cache-trusted",
      readOnly: true
    })
  })

  it.each([
    ["team-a", true],
    ["7", true],
    ["a".repeat(64), true],
    ["a".repeat(65), false],
    ["", false],
    [".hidden", false],
    ["..", false],
    ["a/b", false],
    ["a:b", false],
    ["a,b", false],
    ["a b", false],
    ["ä", false]
  ])("%j names a scope: %s", (name, isScope) => {
    assert.strictEqual(CacheMount.isScope(name), isScope)
  })

  it("of different scopes are different directories beside one another, whatever their names", () => {
    const name = FastCheck.string().filter(CacheMount.isScope)
    FastCheck.assert(FastCheck.property(name, name, (one, other) => {
      const [first, second] = [one, other].map((scope) => CacheMount.of("/data", { scope }).source)
      assert.strictEqual(first === second, one === other)
      assert.match(first ?? "", /^\/data\/buildkit-cache-[^/:,]+$/)
    }))
  })
})

describe("printing", () => {
  it("is said as docker and Compose take it", () => {
    const mount = CacheMount.of("/srv//x,y/")
    assert.deepStrictEqual(mount, {
      type: "bind",
      source: "/srv/x,y/buildkit-cache",
      target: "/buildkit-cache",
      readOnly: false
    })
    assert.strictEqual(
      CacheMount.mountOption({ ...mount, readOnly: true }),
      "type=bind,\"source=/srv/x,y/buildkit-cache\",target=/buildkit-cache,readonly"
    )
    assert.strictEqual(
      CacheMount.composeVolume(CacheMount.of("/s", { readOnly: true })),
      "{\"type\":\"bind\",\"source\":\"/s/buildkit-cache\",\"target\":\"/buildkit-cache\",\"read_only\":true}"
    )
    assert.strictEqual(
      CacheMount.composeVolume(CacheMount.of("/s")),
      "{\"type\":\"bind\",\"source\":\"/s/buildkit-cache\",\"target\":\"/buildkit-cache\"}"
    )
  })
})
