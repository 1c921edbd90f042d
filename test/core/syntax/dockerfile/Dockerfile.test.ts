import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Dockerfile from "../../../../src/core/syntax/dockerfile/Dockerfile.ts"

const instructions = (text: string): ReadonlyArray<Dockerfile.Instruction> | undefined =>
  Dockerfile.parse(text)?.instructions

describe("a Dockerfile", () => {
  it.each<[string, string, ReadonlyArray<Partial<Dockerfile.Instruction>>]>([
    ["lower case", "from bb as base\nrun true", [{ name: "FROM", text: "bb as base" }, { name: "RUN", text: "true" }]],
    ["continued lines", "RUN a \\\n  b \\\n\n# no\n  c", [{ text: "a   b   c" }]],
    ["spaces behind the escape", "RUN a \\ \t\n b", [{ text: "a  b" }]],
    ["an escaped escape", "RUN a \\\\\nRUN b", [{ text: "a \\\\" }, { text: "b" }]],
    ["another escape", "# escape=`\nRUN dir C:\\\nRUN a `\n b", [{ text: "dir C:\\" }, { text: "a  b" }]],
    ["a byte order mark and Windows lines", "\uFEFFFROM bb\r\nRUN a \\\r\n b\r\n", [{ text: "bb" }, { text: "a  b" }]],
    ["flags", "RUN --mount=type=cache,target=/c --network=none make", [{
      flags: ["--mount=type=cache,target=/c", "--network=none"],
      text: "make"
    }]],
    ["flags in quotes", "RUN --mount=\"type=cache,target=/a b\" make", [{ flags: ["--mount=type=cache,target=/a b"] }]],
    ["flags over lines", "RUN --mount=type=cache,\\\ntarget=/c \\\n  make", [{
      flags: ["--mount=type=cache,target=/c"],
      text: "make"
    }]],
    ["a here-document", "RUN <<EOF\nFROM x\n\n# y\nEOF\nRUN b", [{ heredocs: ["FROM x\n\n# y"] }, { text: "b" }]],
    ["two here-documents", "COPY <<A <<-\"B\" /d/\na\nA\n\tb\n\tB\nRUN c", [{ heredocs: ["a", "b"] }, { text: "c" }]],
    ["a here-string", "RUN cat <<<x\nRUN b", [{ heredocs: [] }, { text: "b" }]],
    ["a list", "RUN [\"echo\", \"<<EOF\"]\nRUN b", [{ heredocs: [] }, { text: "b" }]],
    ["no here-document in a label", "LABEL a=<<EOF\nRUN b", [{ name: "LABEL" }, { text: "b" }]]
  ])("with %s", (_, text, expected) => {
    const found = instructions(text) ?? []
    assert.strictEqual(found.length, expected.length, JSON.stringify(found))
    for (const [at, one] of expected.entries()) assert.deepInclude(found[at], one)
  })

  it.each([
    ["a here-document without end", "RUN <<EOF\na"],
    ["no word", "FROM bb\n=x"],
    ["an unknown escape", "# escape=x\nFROM bb"],
    ["too many characters", `FROM bb\n${"#\n".repeat(Dockerfile.longest)}`]
  ])("is not read with %s", (_, text) => {
    assert.isUndefined(instructions(text))
  })

  it("has directives only in front", () => {
    assert.deepStrictEqual(
      [...Dockerfile.parse("# Syntax = a/b:1\n#escape=`\n\n# check=x\nFROM bb")?.directives ?? []],
      [
        ["syntax", "a/b:1"],
        ["escape", "`"]
      ]
    )
  })

  const word = FastCheck.stringMatching(/^[a-z/.]{1,8}$/)
  it.prop(
    "is the same however its lines are broken",
    [FastCheck.array(word, { minLength: 1, maxLength: 6 })],
    ([words]) => {
      const plain = instructions(`FROM bb\nRUN ${words.join(" ")}`)?.at(-1)
      const broken = instructions(`FROM bb\nRUN ${words.join(" \\\n# no\n\n ")}`)?.at(-1)
      assert.strictEqual(broken?.text.replace(/ +/g, " "), plain?.text)
    }
  )

  it.prop("is read or refused, whatever it says", [FastCheck.string({ unit: "binary", maxLength: 300 })], ([text]) => {
    const found = instructions(text)
    assert.isTrue(found === undefined || found.every(({ name }) => /^[A-Z]+$/.test(name)))
  })
})
