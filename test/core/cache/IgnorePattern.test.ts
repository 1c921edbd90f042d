import { assert, describe, it } from "@effect/vitest"
import * as IgnorePattern from "../../../src/core/cache/IgnorePattern.ts"

const matches = (pattern: string, path: string): boolean | undefined => {
  const parsed = IgnorePattern.parse(pattern)
  return parsed === undefined ? undefined : IgnorePattern.matches(parsed, path)
}

describe("IgnorePattern", () => {
  it.each([
    ["a", "a", true],
    ["a", "ab", false],
    ["src/**", "src/a/b", true],
    ["src/**", "srcx", false],
    ["**/a", "x/y/a", true],
    ["**/a", "a", true],
    ["**.go", "x/y.go", true],
    ["*.md", "README.md", true],
    ["*.md", "docs/README.md", false],
    ["a?c", "abc", true],
    ["a?c", "a/c", false],
    ["[a-c]x", "bx", true],
    ["[^a-c]x", "bx", false],
    ["[^a-c]x", "dx", true],
    ["a/**/b", "a/b", true],
    ["a/**/b", "a/x/y/b", true],
    ["a/**/b", "a/xb", false],
    // Go's `.`, which a last `**` beside other signs becomes, matches no line feed; a plain beginning is compared as text
    ["*/**", "src/a", true],
    ["*/**", "src/a\nb", false],
    ["src/**", "src/a\nb", true],
    ["\\*", "*", true],
    ["\\*", "a", false]
  ])("%s against %s: %s", (pattern, path, expected) => {
    assert.strictEqual(matches(pattern, path), expected)
  })

  it.each(["[", "[]*", "a\\", "\\d", "a{2}*", "a|b*", "[z-a]", "a".repeat(1025)])(
    "leaves %s to BuildKit",
    (pattern) => {
      assert.isUndefined(IgnorePattern.parse(pattern))
    }
  )

  it.each([
    ["a/b", "a", true],
    ["a", "a", false],
    ["src/**", "src", true],
    ["src/**", "lib", false],
    ["**/x", "any", true],
    ["a/*/c", "a/b", true],
    ["a/*/c", "b", false]
  ])("%s reaches below %s: %s", (pattern, directory, expected) => {
    const parsed = IgnorePattern.parse(pattern)
    assert.strictEqual(parsed !== undefined && IgnorePattern.reachesBelow(parsed, directory), expected)
  })
})
