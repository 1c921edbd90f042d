import { assert, describe, it } from "@effect/vitest"
import * as FlagWord from "../../../src/core/argv/FlagWord.ts"
import * as Grammar from "../../../src/core/argv/grammar/Grammar.ts"

const flag = (name: string, shorthand: string, arity: "boolean" | "list") => ({ name, shorthand, arity }) as const
const it_ = flag("interactive", "i", "boolean")
const tty = flag("tty", "t", "boolean")
const volume = flag("volume", "v", "list")
const grammar = Grammar.extend(Grammar.decode(""), [it_, tty, volume])

describe("FlagWord", () => {
  it.each([
    [["--volume=a:/b"], "--volume", [volume], { _tag: "Joined", separator: "=", text: "a:/b" }],
    [["--volume", "a"], "--volume", [volume], { _tag: "Separate", text: "a" }],
    [["--volume"], "--volume", [volume], { _tag: "Missing" }],
    [["--tty"], "--tty", [tty], { _tag: "None" }],
    [["-it"], "-it", [it_, tty], { _tag: "None" }],
    [["-itva"], "-itv", [it_, tty, volume], { _tag: "Joined", separator: "", text: "a" }],
    [["-itv", "a"], "-itv", [it_, tty, volume], { _tag: "Separate", text: "a" }],
    [["-it=false"], "-it", [it_, tty], { _tag: "Joined", separator: "=", text: "false" }],
    [["-v="], "-v", [volume], { _tag: "Joined", separator: "", text: "=" }]
  ])("reads %j", (words, dash, flags, value) => {
    const token = FlagWord.parse(grammar, words, 0)
    assert.deepStrictEqual<unknown>(token, { _tag: "Option", dash, flags, value })
  })

  it("says nothing of words behind a flag that it does not know", () => {
    assert.deepStrictEqual<unknown>(FlagWord.parse(grammar, ["--new=x", "a"], 0), {
      _tag: "Unknown",
      flag: "--new",
      known: [],
      word: "--new=x",
      rest: ["a"]
    })
    assert.deepStrictEqual<unknown>(FlagWord.parse(grammar, ["-iZ", "a"], 0), {
      _tag: "Unknown",
      flag: "-Z",
      known: [it_],
      word: "-iZ",
      rest: ["a"]
    })
  })
})
