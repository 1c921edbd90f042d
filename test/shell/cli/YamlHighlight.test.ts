import { it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { assert, describe } from "vitest"
import { stringify } from "yaml"
import * as Terminal from "../../../src/shell/cli/Terminal.ts"
import * as YamlHighlight from "../../../src/shell/cli/YamlHighlight.ts"

const colored: Terminal.Terminal = { isTerminal: true, hasColor: true, width: 80 }

describe("YamlHighlight", () => {
  describe("print", () => {
    it("dresses keys, strings, marks and comments", () => {
      assert.strictEqual(
        YamlHighlight.print("web: # c\n  - \"a b\"\n", colored),
        "\u001b[36mweb\u001b[0m\u001b[2m:\u001b[0m \u001b[2m# c\u001b[0m\n"
          + "  \u001b[2m-\u001b[0m \u001b[32m\"a b\"\u001b[0m\n"
      )
    })

    it("leaves text that goes to no terminal", () => {
      assert.strictEqual(YamlHighlight.print("a: b\n", { ...colored, hasColor: false }), "a: b\n")
    })

    it.prop("changes no text", { value: FastCheck.jsonValue() }, ({ value }) => {
      const source = stringify(value)
      assert.strictEqual(Terminal.undress(YamlHighlight.print(source, colored)), source)
    })
  })
})
