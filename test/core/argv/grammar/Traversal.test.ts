import { assert, describe, it } from "@effect/vitest"
import * as Grammar from "../../../../src/core/argv/grammar/Grammar.ts"
import * as Traversal from "../../../../src/core/argv/grammar/Traversal.ts"

const grammar = Grammar.extend(Grammar.decode(""), [
  { name: "file", shorthand: "f", arity: "list" },
  { name: "verbose", shorthand: "v", arity: "boolean" },
  { name: "profile", shorthand: "p", arity: "list" }
])
const find = (words: string) => Traversal.find(grammar, words.split(" "))

describe("Traversal", () => {
  it.each([
    ["up -d", "up", 0],
    ["-f a.yaml up", "up", 2],
    ["-f=a.yaml up", "up", 1],
    ["--file a.yaml --verbose up", "up", 3],
    ["-v up", "up", 1],
    ["-vp up", "up", 1]
  ])("finds the command in %s", (words, word, at) => {
    const found = find(words)
    assert.deepStrictEqual(found._tag === "Found" ? [found.word, found.at] : found, [word, at])
  })

  it("lets -- swallow the command, as cobra does", () => {
    assert.deepStrictEqual(find("-- up"), { _tag: "None" })
    assert.deepStrictEqual(find("-f up"), { _tag: "None" })
  })

  it("names a flag that is not known", () => {
    assert.deepStrictEqual(find("--new x up"), { _tag: "Unknown", flag: "--new" })
  })
})
