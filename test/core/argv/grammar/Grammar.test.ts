import { assert, describe, it } from "vitest"
import * as Grammar from "../../../../src/core/argv/grammar/Grammar.ts"

describe("Grammar", () => {
  describe("decode", () => {
    it("reads names, shorthands, arities and other spellings", () => {
      const grammar = Grammar.decode("! rm user:u= volume:v* when? volumes>volume")
      assert.isFalse(grammar.interspersed)
      assert.deepStrictEqual(grammar.long.get("rm"), { name: "rm", shorthand: "", arity: "boolean" })
      assert.deepStrictEqual(grammar.short.get("u"), { name: "user", shorthand: "u", arity: "value" })
      assert.deepStrictEqual(grammar.long.get("volumes"), { name: "volume", shorthand: "v", arity: "list" })
      assert.deepStrictEqual(grammar.long.get("when")?.arity, "optional")
    })

    it("gives every command the help it inherits", () => {
      assert.strictEqual(Grammar.decode("").short.get("h")?.name, "help")
      assert.strictEqual(Grammar.decode("hostname:h=").short.get("h")?.name, "hostname")
      assert.strictEqual(Grammar.decode("hostname:h=").long.get("help")?.arity, "boolean")
      assert.isTrue(Grammar.decode("help hostname:h=").ownHelp)
      assert.strictEqual(Grammar.decode("help").short.get("h"), undefined)
    })
  })

  describe("encode", () => {
    it("is undone by decode", () => {
      const text = "! rm user:u= volume:v* when? volumes>volume"
      const flags = ["rm", "user", "volume", "when"].flatMap((name) => Grammar.decode(text).long.get(name) ?? [])
      assert.strictEqual(
        Grammar.encode(flags, { interspersed: false, aliases: new Map([["volumes", "volume"]]) }),
        text
      )
    })
  })
})
