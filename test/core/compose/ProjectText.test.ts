import { assert, describe, it } from "@effect/vitest"
import * as ProjectText from "../../../src/core/compose/ProjectText.ts"

describe("ProjectText", () => {
  it.each([
    ["image: ${TAG:-x}", ["TAG"]],
    ["image: $TAG and $TAG", ["TAG"]],
    ["args: [HTTP_PROXY, http_proxy]", ["HTTP_PROXY", "http_proxy"]],
    ["image: plain", []]
  ])("%s may look up %j", (text, names) => {
    assert.deepStrictEqual([...ProjectText.variables(text)].sort(), names)
  })

  it.each([["include: [a]", true], ["extends: a", true], ["\"\\x69nclude\": a", true], ["image: a", false]])(
    "%s names files: %s",
    (text, expected) => {
      assert.strictEqual(ProjectText.namesFiles(text), expected)
    }
  )
})
