import { assert, describe, it } from "@effect/vitest"
import * as ProjectText from "../../../src/core/compose/ProjectText.ts"

describe("ProjectText", () => {
  it.each([
    ["image: ${TAG:-x}", ["TAG"]],
    ["image: $TAG and $TAG", ["TAG"]],
    ["image: $TAG-alpine and ${REPOSITORY}.io", ["TAG", "REPOSITORY"]],
    ["args: [HTTP_PROXY, http_proxy, my_arg, MyArg, \"my-arg\", a.b]", [
      "HTTP_PROXY",
      "http_proxy",
      "my_arg",
      "MyArg",
      "my-arg",
      "a.b"
    ]],
    ["lower", ["lower"]]
  ])("%s may look up %j", (text, names) => {
    assert.includeMembers([...ProjectText.variables(text)], names)
  })

  it("finds each name once, and no numbers", () => {
    assert.deepStrictEqual([...ProjectText.variables("a: 1.5 $a 80:80 -")], ["a"])
  })

  it.each([["a: \"\\x41\"", true], ["a: \"\\u0041\"", true], ["a: \"\\n\"", false]])(
    "%s has escapes: %s",
    (text, expected) => {
      assert.strictEqual(ProjectText.hasEscapes(text), expected)
    }
  )

  it.each([["include: [a]", true], ["extends: a", true], ["\"\\x69nclude\": a", true], ["image: a", false]])(
    "%s names files: %s",
    (text, expected) => {
      assert.strictEqual(ProjectText.namesFiles(text), expected)
    }
  )
})
