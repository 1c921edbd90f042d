import { it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { assert, describe } from "vitest"
import { parse } from "yaml"
import * as ComposeModel from "../../../src/core/compose/ComposeModel.ts"
import * as ComposeOverride from "../../../src/core/compose/ComposeOverride.ts"

const text = FastCheck.string({ unit: "binary" })

describe("ComposeOverride", () => {
  describe("print", () => {
    it("leaves out what is empty", () => {
      assert.strictEqual(ComposeOverride.print(ComposeOverride.empty), "{}\n")
    })

    it("escapes what YAML takes for the end of a line", () => {
      const printed = ComposeOverride.print(
        ComposeOverride.add(ComposeOverride.empty, "secrets", "s", { file: "/a\u0085b\u2028c" })
      )
      assert.include(printed, String.raw`/a\u0085b\u2028c`)
    })

    it.prop("is YAML that says the same", [text, text], ([name, source]) => {
      const override = ComposeOverride.add(ComposeOverride.empty, "services", `s${name}`, { volumes: [{ source }] })
      assert.deepStrictEqual(parse(ComposeOverride.print(override)), {
        services: { [`s${name}`]: { volumes: [{ source }] } }
      })
    })
  })

  describe("add", () => {
    it("keeps the fields that a part has", () => {
      const one = ComposeOverride.add(ComposeOverride.empty, "services", "web", { build: 1 })
      assert.deepStrictEqual(ComposeOverride.add(one, "services", "web", { volumes: 2 }).services, {
        web: { build: 1, volumes: 2 }
      })
      assert.isFalse(ComposeOverride.isEmpty(one))
      assert.isTrue(ComposeOverride.isEmpty(ComposeOverride.empty))
    })
  })
})

describe("ComposeModel", () => {
  it.prop("unescape undoes escape", [text], ([one]) => {
    assert.strictEqual(ComposeModel.unescape(ComposeModel.escape(one)), one)
  })

  it("finds all that a service needs, in a circle as well", () => {
    const model = ComposeModel.decode({
      services: {
        web: {
          depends_on: { api: {} },
          links: ["db:database"],
          build: { additional_contexts: { base: "service:base" } }
        },
        api: {
          network_mode: "service:net",
          ipc: "service:shared",
          pid: "service:seen",
          volumes_from: ["store:ro"],
          depends_on: ["web"]
        },
        other: {}
      }
    })
    assert.deepStrictEqual(
      [...ComposeModel.withDependencies(model, ["web"])].sort(),
      ["api", "base", "db", "net", "seen", "shared", "store", "web"]
    )
    assert.deepStrictEqual([...ComposeModel.withDependencies(model, [])], ["web", "api", "other"])
  })

  it.each([undefined, null, "text", 1, [], { services: [] }, { services: { web: null } }])("takes %j", (config) => {
    assert.strictEqual(ComposeModel.decode(config).name, "")
  })
})
