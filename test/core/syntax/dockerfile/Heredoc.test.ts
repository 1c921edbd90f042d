import { assert, describe, it } from "@effect/vitest"
import * as Heredoc from "../../../../src/core/syntax/dockerfile/Heredoc.ts"

const read = (text: string, lines: ReadonlyArray<string>, name = "RUN") => Heredoc.read({ name, text }, lines, 0)

describe("Heredoc", () => {
  it("takes the lines up to its word", () => {
    assert.deepStrictEqual(read("<<EOF", ["a", "b", "EOF", "c"]), { contents: ["a\nb"], next: 3 })
    assert.deepStrictEqual(read("cat <<A <<B", ["1", "A", "2", "B"]), { contents: ["1", "2"], next: 4 })
  })

  it("takes tabs off with <<-, and quotes off the word", () => {
    assert.deepStrictEqual(read("<<-\"E\"", ["\ta", "\tE"]), { contents: ["a"], next: 2 })
    assert.deepStrictEqual(read("<<E", ["\tE", "E"]), { contents: ["\tE"], next: 2 })
  })

  it("has none in other instructions, in a list, and in quotes", () => {
    for (const [text, name] of [["<<E", "ENV"], ["[\"<<E\"]", "RUN"], ["echo \"<< E\"", "RUN"]] as const) {
      assert.deepStrictEqual(read(text, ["a"], name), { contents: [], next: 0 })
    }
  })

  it("is refused where it does not end", () => {
    assert.isUndefined(read("<<EOF", ["a"]))
  })

  it("knows a lone one, and a list", () => {
    assert.isTrue(Heredoc.isAlone(" <<-EOF "))
    assert.isFalse(Heredoc.isAlone("cat <<EOF"))
    assert.deepStrictEqual(Heredoc.listOf("[\"a\", \"b\"]"), ["a", "b"])
    assert.isUndefined(Heredoc.listOf("[1]"))
    assert.isFalse(Heredoc.isList("[ -f x ] && y"))
  })
})
