import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as CacheDirectory from "../../../src/core/cache/CacheDirectory.ts"
import * as CacheKey from "../../../src/core/cache/CacheKey.ts"

const wanted = (tag?: string, target?: string, origin = "1234567890"): CacheDirectory.Wanted => ({
  key: { subject: { _tag: "Image", path: "app", tag }, target, platforms: [] },
  origin
})

describe("a build's own entry", () => {
  const sound = (origin?: string): CacheDirectory.CacheEntry =>
    origin === undefined ? { _tag: "Sound" } : { _tag: "Sound", origin }
  it.each<[string, Readonly<Record<string, CacheDirectory.CacheEntry>>, string]>([
    ["of the first build of a key", {}, "app:1"],
    ["that is its own", { "app:1": sound("1234567890") }, "app:1"],
    ["of which nobody knows whose it is", { "app:1": sound() }, "app:1"],
    ["that is damaged", { "app:1": { _tag: "Damaged", why: "" } }, "app:1"],
    ["where another build has the name", { "app:1": sound("other") }, "app:1^12345678"],
    ["where another build had the name", { "app:1^12345678": sound("1234567890") }, "app:1^12345678"],
    ["whose variant is damaged", { "app:1^12345678": { _tag: "Damaged", why: "" } }, "app:1^12345678"]
  ])("%s", (_, entries, expected) => {
    assert.strictEqual(CacheDirectory.ownSlot(wanted("1"), entries), expected)
  })
})

describe("the nearest entry", () => {
  const candidate = (key: string, usedAt: number, more: Partial<CacheDirectory.Candidate> = {}) => ({
    key,
    usedAt,
    directory: "/c",
    searched: 0,
    origin: undefined,
    ...more
  })
  const nearest = (one: CacheDirectory.Wanted, ...candidates: ReadonlyArray<CacheDirectory.Candidate>) =>
    CacheDirectory.nearest(one, candidates).map(({ directory, key }) => `${directory} ${key}`)

  it("is the same build, then the same key, then the same target, then the same image", () => {
    assert.deepStrictEqual(
      nearest(
        wanted("1", "dev"),
        candidate("app", 9),
        candidate("app:1", 8),
        candidate("app:2@dev", 7),
        candidate("app:1@dev^abcdef01", 3),
        candidate("app:1@dev", 2, { origin: "other" }),
        candidate("app:1@dev^12345678", 1),
        candidate("api:1@dev", 9),
        candidate("app:1@dev~linux", 9),
        candidate(".blobs", 9)
      ),
      [
        "/c app:1@dev^12345678",
        "/c app:1@dev^abcdef01",
        "/c app:1@dev",
        "/c app:2@dev",
        "/c app",
        "/c app:1"
      ]
    )
  })

  it("is the same build also under the key's name", () => {
    const candidates = [candidate("app^other000", 9), candidate("app", 1, { origin: "1234567890" })]
    assert.deepStrictEqual(nearest(wanted(), ...candidates), ["/c app", "/c app^other000"])
  })

  it("is that of the directory searched first, of two used at one time, and else the last used", () => {
    const there = { directory: "/r", searched: 1 }
    assert.deepStrictEqual(nearest(wanted(), candidate("app", 5, there), candidate("app", 5)), ["/c app", "/r app"])
    assert.deepStrictEqual(nearest(wanted(), candidate("app", 6, there), candidate("app", 5)), ["/r app", "/c app"])
  })

  const small = <A>(...values: ReadonlyArray<A>) => FastCheck.constantFrom(...values)
  const candidates = FastCheck.array(
    FastCheck.record({
      key: FastCheck.record({
        path: small("app", "api"),
        tag: small(undefined, "1", "2"),
        target: small(undefined, "dev"),
        variant: small(undefined, "1234567890", "abcdef0123")
      }).map(({ path, tag, target, variant }) => {
        const name = CacheKey.print({ subject: { _tag: "Image", path, tag }, target, platforms: [] })
        return variant === undefined ? name : CacheKey.printVariant(name, variant)
      }),
      usedAt: FastCheck.nat(3),
      searched: FastCheck.nat(1),
      origin: small(undefined, "1234567890", "other")
    }).map((one) => ({ ...one, directory: `/${one.searched}` })),
    { maxLength: 12 }
  )

  it.prop(
    "is nearer than all others, whatever their order, and never of another image",
    [candidates, small(undefined, "1", "2"), small(undefined, "dev")],
    ([all, tag, target]) => {
      const one = wanted(tag, target)
      const sorted = CacheDirectory.nearest(one, all)
      assert.isTrue(sorted.every(({ key }) => key.startsWith("app")))
      assert.lengthOf(sorted, all.filter(({ key }) => key.startsWith("app")).length)
      const rank = ({ key, origin }: CacheDirectory.Candidate): number => {
        const [name, variant] = CacheDirectory.slotsOf(one)
        if (key === variant || (key === name && origin === one.origin)) return 0
        const [image = "", at = ""] = key.split("^")[0]?.split("@") ?? []
        return image === name.split("@")[0] && at === (target ?? "") ? 1 : at === (target ?? "") ? 2 : 3
      }
      const order = sorted.map((candidate) => [rank(candidate), -candidate.usedAt, candidate.searched])
      for (const [at, next] of order.slice(1).entries()) {
        const difference = (order[at] ?? []).map((value, part) => value - (next[part] ?? 0)).find((value) =>
          value !== 0
        )
        assert.isAtMost(difference ?? 0, 0)
      }
      const shuffled = CacheDirectory.nearest(one, [...all].reverse())
      assert.deepStrictEqual(shuffled.map(rank), sorted.map(rank))
    }
  )
})
