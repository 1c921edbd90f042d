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
      assert.strictEqual(ComposeOverride.print(ComposeOverride.fromAdditions([])), "{}\n")
    })

    it("escapes what YAML takes for the end of a line", () => {
      const printed = ComposeOverride.print(
        ComposeOverride.fromAdditions([{ section: "secrets", name: "s", fields: { file: "/a\u0085b\u2028c" } }])
      )
      assert.include(printed, String.raw`/a\u0085b\u2028c`)
    })

    it.each(["\u007f", "\u0080", "\u009f", "\u2029", "\ufeff", "\ufffe", "\uffff"])(
      "escapes %j where it is the only one",
      (one) => {
        const json = JSON.stringify("a".repeat(1_000_000) + one)
        assert.strictEqual(
          ComposeOverride.escape(json),
          json.replace(one, `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)
        )
      }
    )

    it.prop("is YAML that says the same", [text, text], ([name, source]) => {
      const override = ComposeOverride.fromAdditions([{
        section: "services",
        name: `s${name}`,
        fields: { volumes: [{ source }] }
      }])
      assert.deepStrictEqual(parse(ComposeOverride.print(override)), {
        services: { [`s${name}`]: { volumes: [{ source }] } }
      })
    })
  })

  describe("of", () => {
    it("puts together what a part is given, each part where it was first named", () => {
      const override = ComposeOverride.fromAdditions([
        { section: "services", name: "web", fields: { build: 1 } },
        { section: "services", name: "__proto__", fields: { build: 2 } },
        { section: "volumes", name: "web", fields: { driver_opts: 3 } },
        { section: "services", name: "web", fields: { volumes: 4 } },
        { section: "services", name: "web", fields: { build: 5 } }
      ])
      assert.deepStrictEqual(Object.entries(override.services), [
        ["web", { build: 5, volumes: 4 }],
        ["__proto__", { build: 2 }]
      ])
      assert.deepStrictEqual(override.volumes, { web: { driver_opts: 3 } })
      assert.isFalse(ComposeOverride.isEmpty(override))
    })

    it("is empty where nothing is said", () => {
      assert.isTrue(ComposeOverride.isEmpty(ComposeOverride.fromAdditions([])))
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
