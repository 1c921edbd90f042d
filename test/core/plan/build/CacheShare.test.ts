import { assert, describe, it } from "@effect/vitest"
import { plan, type Table } from "../table.ts"

const around = (table: Table) => {
  const { plan: planned } = plan("build -t app .", table)
  return { ...planned, names: [planned.before, planned.after].map((list) => list.map(({ _tag }) => _tag)) }
}

describe("CacheShare", () => {
  it("leases before it opens, and publishes before it collects", () => {
    assert.deepStrictEqual(around({ entries: { app: { _tag: "Sound" } } }).names, [
      ["LeaseCacheEntries", "OpenCacheImport", "PrepareCacheExport"],
      ["PublishCacheExport", "HealCacheEntries", "DoubtBuilder", "CollectCache"]
    ])
  })

  it("sets a damaged entry aside, says so, and does not import it", () => {
    const { args, names, notices } = around({ entries: { app: { _tag: "Damaged", why: "cut" } } })
    assert.deepStrictEqual(names[0], ["SetAsideCacheEntry", "LeaseCacheEntries", "PrepareCacheExport"])
    assert.deepStrictEqual(notices, [{ text: "build cache entry app was damaged and is set aside: cut" }])
    assert.isFalse(args.some((word) => word.startsWith("--cache-from")))
  })

  it("exports min where the entry was built from the same", () => {
    const contexts = { "/home/retro/work": "digest" }
    const inputs =
      plan("build -t app .", { contexts, entries: { app: { _tag: "Sound" } } }).plan.after.flatMap((action) =>
        action._tag === "PublishCacheExport" ? action.expectation.inputs ?? [] : []
      )[0]
    assert.isDefined(inputs)
    const expected = plan("build -t app .", { contexts, entries: { app: { _tag: "Sound", inputs } } }).plan
    assert.isTrue(expected.args.some((word) => word.includes("mode=min")))
    const other = plan("build -t app .", { contexts, entries: { app: { _tag: "Sound", inputs: "x" } } }).plan
    assert.isTrue(other.args.some((word) => word.includes("mode=max")))
  })

  it("only reads where it may not write", () => {
    const { names, notices } = around({ entries: { app: { _tag: "Sound" } }, unwritable: "/buildkit-cache is full" })
    assert.deepStrictEqual(names, [["LeaseCacheEntries", "OpenCacheImport"], ["HealCacheEntries", "CollectCache"]])
    assert.deepStrictEqual(notices.map(({ text }) => text), [
      "build cache not shared: /buildkit-cache is full; see 'docker-shim doctor'"
    ])
  })

  it.each([
    ["is mounted read-only", { isReadOnly: true }],
    ["is only to be read", { env: { DOCKER_SHIM_CACHE: "read-only" } }]
  ])("says nothing of a directory that may not be written where it %s, as somebody wanted that", (_, table) => {
    const { names, notices } = around({ ...table, entries: { app: { _tag: "Sound" } }, unwritable: "read-only" })
    assert.deepStrictEqual(names[0], ["LeaseCacheEntries", "OpenCacheImport"])
    assert.deepStrictEqual(notices, [])
  })

  it("leaves the store of a registry to BuildKit, and exports to each reference once", () => {
    const env = { DOCKER_SHIM_CACHE_BACKEND: "registry:r.example/c" }
    const { args, names } = around({ env, registered: ["own"] })
    assert.deepStrictEqual(names, [[], ["ConfirmRegistryExport"]])
    const exported = args.filter((word) => word.startsWith("--cache-to=type=registry,ref=r.example/c/app:"))
    assert.lengthOf(new Set(exported), 3)
    const [from = ""] = args.filter((word) => word.startsWith("--cache-from=type=registry,ref=r.example/c/app:"))
    assert.isTrue(exported.some((word) => word.includes(from.slice("--cache-from=".length))))
  })
})
