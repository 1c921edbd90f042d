import { assert, describe, it } from "@effect/vitest"
import * as ComposeModel from "../../../src/core/compose/ComposeModel.ts"

const model = ComposeModel.decode({
  name: "shop",
  services: {
    web: { depends_on: { db: {} }, links: ["cache:c"] },
    db: { volumes_from: ["data:ro"] },
    cache: { network_mode: "service:net" },
    data: {},
    net: {},
    base: { build: { additional_contexts: { b: "service:other" } } },
    other: {}
  }
})

describe("ComposeModel", () => {
  it.each([
    [["web"], ["cache", "data", "db", "net", "web"]],
    [["base"], ["base", "other"]],
    [["gone"], ["gone"]],
    [[], ["base", "cache", "data", "db", "net", "other", "web"]]
  ])("%j need %j", (named, needed) => {
    assert.deepStrictEqual([...ComposeModel.withDependencies(model, named)].sort(), needed)
  })

  it("is empty where nothing is printed", () => {
    assert.deepStrictEqual(ComposeModel.decode(null), {
      name: "",
      services: [],
      volumes: [],
      secrets: [],
      configs: [],
      networks: [],
      declared: undefined
    })
  })

  it("joins answers: the first counts, the others add", () => {
    const first = { name: "a", services: { web: { image: "1" } } }
    const second = { name: "b", services: { web: { image: "2" }, db: {} } }
    assert.deepStrictEqual(ComposeModel.join([first]), first)
    const joined = ComposeModel.decode(ComposeModel.join([first, second]))
    assert.strictEqual(joined.name, "a")
    assert.deepStrictEqual(
      new Map(joined.services.map(({ fields, name }) => [name, fields])),
      new Map<string, unknown>([
        ["web", { image: "1" }],
        ["db", {}]
      ])
    )
  })

  it("escapes texts as Compose does", () => {
    assert.strictEqual(ComposeModel.escape("$a$$"), "$$a$$$$")
    assert.strictEqual(ComposeModel.unescape(ComposeModel.escape("$a$$")), "$a$$")
  })
})
