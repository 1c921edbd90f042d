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

  it("leaves the store of a registry to BuildKit, exports one entry, and names it afterwards", () => {
    const env = { DOCKER_SHIM_CACHE_BACKEND: "registry:r.example/c" }
    const { after, args, names } = around({ env, registered: ["own"] })
    assert.deepStrictEqual(names, [[], ["NameRegistryEntries", "ConfirmRegistryExport"]])
    const references = (flag: string) =>
      args.flatMap((word) =>
        word.startsWith(`--${flag}=`) ? /ref=(r.example\/c\/app:[0-9a-f]+)/.exec(word)?.[1] ?? [] : []
      )
    const [own = ""] = references("cache-to")
    assert.deepStrictEqual([references("cache-to"), references("cache-from")], [[own], [own]])
    const entries = after.flatMap((action) => action._tag === "NameRegistryEntries" ? action.entries : [])
    assert.deepStrictEqual(entries.map(({ reference }) => reference), [own])
    assert.lengthOf(new Set([own, ...entries.flatMap((one) => one.names)]), 3)
    assert.deepStrictEqual(around({ env: { ...env, DOCKER_SHIM_CACHE: "read-only" }, registered: ["own"] }).after, [])
  })

  it("exports the key's entry, which it imports, where docker cannot reach the registry", () => {
    const env = { DOCKER_SHIM_CACHE_BACKEND: "registry:r.example/c" }
    const { args, names } = around({ env, registered: "no way" })
    assert.deepStrictEqual(names[1], ["ConfirmRegistryExport"])
    const references = args.flatMap((word) => /ref=([^,]+)/.exec(word)?.[1] ?? [])
    assert.deepStrictEqual([references.length, new Set(references).size], [2, 1])
  })
})
