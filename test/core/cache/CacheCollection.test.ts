import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as CacheCollection from "../../../src/core/cache/CacheCollection.ts"

const entry = (key: string, lastUsed: number, blobs: string, leased = false): CacheCollection.Entry => ({
  key,
  lastUsed,
  blobs: Array.from(blobs, (digest) => ({ digest })),
  leased
})
const sizes = (blobs: string): ReadonlyMap<string, number> => new Map(Array.from(blobs, (blob) => [blob, 10]))
const limits = { maxSize: 1000, maxAge: 100 }

const contents = (
  entries: ReadonlyArray<CacheCollection.Entry>,
  blobs: string,
  held = ""
): CacheCollection.Contents => ({ entries, sizes: sizes(blobs), held: new Set(held), now: 200_000 })

describe("CacheCollection", () => {
  describe("decide", () => {
    it("takes out blobs that nothing names, and nothing else below the limits", () => {
      assert.deepStrictEqual(
        CacheCollection.decide(contents([entry("a", 150_000, "xy")], "xyz"), limits),
        { evictions: [], blobs: ["z"], remaining: 20 }
      )
    })

    it("takes out what was not used for too long", () => {
      const decision = CacheCollection.decide(
        contents([entry("new", 150_000, "xy"), entry("old", 99_999, "yz")], "xyz"),
        limits
      )
      assert.deepStrictEqual(decision, { evictions: [{ key: "old", why: "age" }], blobs: ["z"], remaining: 20 })
    })

    it("takes out the least recently used until the rest fits, and no more", () => {
      const decision = CacheCollection.decide(
        contents([entry("c", 180_000, "c"), entry("a", 160_000, "as"), entry("b", 170_000, "bs")], "abcs"),
        { maxSize: 30, maxAge: 1000 }
      )
      assert.deepStrictEqual(decision, { evictions: [{ key: "a", why: "size" }], blobs: ["a"], remaining: 30 })
    })

    it("leaves what is leased and what is held", () => {
      const decision = CacheCollection.decide(
        contents([entry("a", 0, "a", true), entry("b", 0, "bh")], "abh", "h"),
        { maxSize: 0, maxAge: 1 }
      )
      assert.deepStrictEqual(decision, { evictions: [{ key: "b", why: "age" }], blobs: ["b"], remaining: 20 })
    })

    it("takes out the least recently used of too many variants of a key, and of too many entries of an image", () => {
      const variants = ["web", "web^00000001", "web^00000002", "web^00000003", "web^00000004", "web:2"]
      const entries = variants.map((key, at) => entry(key, 150_000 + at, "x"))
      assert.deepStrictEqual(
        CacheCollection.decide(contents(entries, "x"), limits),
        { evictions: [{ key: "web", why: "count" }], blobs: [], remaining: 10 }
      )
      const leased = entries.map((one) => ({ ...one, leased: one.key === "web" }))
      const { evictions } = CacheCollection.decide(contents(leased, "x"), limits)
      assert.deepStrictEqual(evictions, [{ key: "web^00000001", why: "count" }])
      const tags = Array.from(
        { length: CacheCollection.maxPerImage + 2 },
        (_, at) => entry(`app:${at}`, 150_000 + at, "x")
      )
      const decision = CacheCollection.decide(contents([...tags, entry("api", 149_000, "x")], "x"), limits)
      assert.deepStrictEqual(decision.evictions.map(({ key }) => key), ["app:0", "app:1"])
    })

    it("takes out what was asked for by name, whatever the limits", () => {
      const decision = CacheCollection.decide(
        contents([entry("a", 0, "a"), entry("b", 0, "b")], "ab"),
        limits,
        new Set(["b"])
      )
      assert.deepStrictEqual(decision, { evictions: [{ key: "b", why: "asked" }], blobs: ["b"], remaining: 10 })
    })

    const blob = FastCheck.constantFrom("a", "b", "c", "d", "e", "f", "g", "h")
    const some = FastCheck.record({
      entries: FastCheck.array(
        FastCheck.record({
          lastUsed: FastCheck.nat(200_000),
          blobs: FastCheck.array(FastCheck.record({ digest: blob }), { maxLength: 4 }),
          leased: FastCheck.boolean()
        }),
        { maxLength: 6 }
      ).map((entries) => entries.map((one, at) => ({ ...one, key: String(at) }))),
      sizes: FastCheck.array(FastCheck.tuple(blob, FastCheck.nat(50))).map((pairs) => new Map(pairs)),
      held: FastCheck.array(blob, { maxLength: 2 }).map((held) => new Set(held)),
      now: FastCheck.constant(200_000)
    })
    const someLimits = FastCheck.record({ maxSize: FastCheck.nat(200), maxAge: FastCheck.nat(250) })

    const after = (
      { entries, held, now, sizes }: CacheCollection.Contents,
      decision: CacheCollection.Decision
    ): CacheCollection.Contents => ({
      entries: entries.filter(({ key }) => !decision.evictions.some((one) => one.key === key)),
      sizes: new Map([...sizes].filter(([digest]) => !decision.blobs.includes(digest))),
      held,
      now
    })

    it.prop(
      "never takes out a blob that an entry that stays names, or that is held",
      [some, someLimits],
      ([before, by]) => {
        const decision = CacheCollection.decide(before, by)
        const left = after(before, decision)
        for (
          const digest of [...left.entries.flatMap(({ blobs }) => blobs.map(({ digest }) => digest)), ...before.held]
        ) {
          assert.notInclude(decision.blobs, digest)
        }
      }
    )

    it.prop(
      "brings the size under the limit unless leases and what is held are over it",
      [some, someLimits],
      ([before, by]) => {
        const decision = CacheCollection.decide(before, by)
        const left = after(before, decision)
        assert.strictEqual([...left.sizes.values()].reduce((sum, size) => sum + size, 0), decision.remaining)
        assert.isTrue(decision.remaining <= by.maxSize || left.entries.every((one) => one.leased))
      }
    )

    it.prop("does nothing the second time", [some, someLimits], ([before, by]) => {
      const again = CacheCollection.decide(after(before, CacheCollection.decide(before, by)), by)
      assert.deepStrictEqual([again.evictions, again.blobs], [[], []])
    })

    it.prop("takes out older ones first for size", [some, someLimits], ([before, by]) => {
      const evicted = CacheCollection.decide(before, by).evictions
      const used = (key: string): number => before.entries.find((one) => one.key === key)?.lastUsed ?? 0
      const bySize = evicted.filter(({ why }) => why === "size").map(({ key }) => used(key))
      assert.deepStrictEqual(bySize, [...bySize].sort((a, b) => a - b))
    })
  })
})
