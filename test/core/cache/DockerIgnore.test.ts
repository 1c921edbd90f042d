import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as DockerIgnore from "../../../src/core/cache/DockerIgnore.ts"

/** Whether a path is left out, its directories being matched one after the other as when a context is walked. */
const isIgnored = (patterns: string | ReadonlyArray<string>, path: string): boolean => {
  const parsed = DockerIgnore.parse(typeof patterns === "string" ? patterns : patterns.join("\n"))
  if (parsed === undefined) return assert.fail(`malformed: ${String(patterns)}`)
  const parts = path.split("/")
  return parts.reduce<DockerIgnore.Match>(
    (above, _, at) => DockerIgnore.match(parsed, parts.slice(0, at + 1).join("/"), above.matched),
    { isIgnored: false, matched: [] }
  ).isIgnored
}

const name = FastCheck.stringMatching(/^[a-c.]{1,3}$/).filter((text) => !/^\.+$/.test(text))
const anyPath = FastCheck.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"))

describe("the patterns of .dockerignore", () => {
  it.each([
    ["node_modules", "node_modules/a/b.js", true],
    ["node_modules", "app/node_modules", false],
    ["/node_modules/", "node_modules", true],
    ["./a//b/../c", "a/c", true],
    ["*.log", "a.log", true],
    ["*.log", "app/a.log", false],
    ["*/*.log", "app/a.log", true],
    ["**/*.log", "a.log", true],
    ["**/*.log", "app/deep/a.log", true],
    ["**/temp", "a/temp/b", true],
    ["**/temp", "a/mytemp", false],
    ["**temp", "a/mytemp", true],
    ["**", "a/b", true],
    ["a/**", "a/b/c", true],
    ["a/**", "ab", false],
    ["a/**/z", "a/z", true],
    ["a/**/z", "a/b/c/z", true],
    ["a?c", "abc", true],
    ["a?c", "a/c", false],
    ["a?c", "a😀c", true],
    ["[a-c]x", "bx", true],
    ["[^a-c]x", "bx", false],
    ["a.c", "abc", false],
    ["a\\*c", "a*c", true],
    ["a\\*c", "abc", false],
    ["# a comment", "# a comment", false],
    [" # not a comment", "# not a comment", true],
    ["  spaces around  ", "spaces around", true],
    ["\uFEFFfirst", "first", true],
    ["(a|b){1}+$", "(a|b){1}+$", true]
  ])("%s and the path %s: ignored is %s", (pattern, path, expected) => {
    assert.strictEqual(isIgnored(pattern, path), expected)
  })

  it("takes back what patterns before it left out, and only that", () => {
    const patterns = ["*", "!src", "src/*.log", "!src/keep.log"]
    assert.isTrue(isIgnored(patterns, "other"))
    assert.isFalse(isIgnored(patterns, "src/main.ts"))
    assert.isTrue(isIgnored(patterns, "src/a.log"))
    assert.isFalse(isIgnored(patterns, "src/keep.log"))
    assert.isTrue(isIgnored(["!keep", "*"], "keep"))
    assert.isFalse(isIgnored(["*", "! keep"], "keep/a"))
  })

  it("are one a line, empty lines and the ends of lines of Windows left out", () => {
    const parsed = DockerIgnore.parse("\r\na\r\n \n\nb\n") ?? []
    assert.lengthOf(parsed, 2)
    assert.isTrue(isIgnored("\n\na\r\n\nb", "b"))
  })

  it.each(["[", "!", "a[b", "\\", "[z-a]"])("%s is malformed, or matches itself", (pattern) => {
    const parsed = DockerIgnore.parse(pattern)
    assert.isTrue(parsed === undefined || isIgnored(pattern, pattern))
  })

  it.prop(
    "a path as pattern leaves out that path, all below it, and nothing else",
    [anyPath, anyPath],
    ([pattern, path]) => {
      assert.strictEqual(isIgnored(pattern, path), path === pattern || path.startsWith(`${pattern}/`))
    }
  )

  it.prop("below ** it leaves it out wherever it is", [anyPath, anyPath], ([pattern, directory]) => {
    assert.isTrue(isIgnored(`**/${pattern}`, `${directory}/${pattern}`))
    assert.isTrue(isIgnored(`${directory}/**/${pattern}`, `${directory}/x/${pattern}`))
    assert.isFalse(isIgnored([`**/${pattern}`, `!${directory}/${pattern}`], `${directory}/${pattern}`))
  })
})
