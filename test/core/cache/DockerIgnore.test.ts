import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as DockerIgnore from "../../../src/core/cache/DockerIgnore.ts"
import * as IgnorePattern from "../../../src/core/cache/IgnorePattern.ts"

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

/** The slow reference: the regular expression that moby/patternmatcher 0.6 makes of a pattern (`patternmatcher.go`). */
const isMatch = (pattern: string, path: string): boolean => {
  if (!/[*?[\]\\]/.test(pattern)) return path === pattern
  const rest = pattern.slice(2)
  if (/^\*\*[^*?[\]\\]*$/.test(pattern)) return path.endsWith(rest) || (rest.startsWith("/") && path === rest.slice(1))
  const parts = pattern.match(/\*\*\/?|\\.|./gsu) ?? []
  const expression = parts.map((part, at) => {
    if (part.startsWith("**")) return at === parts.length - 1 ? "[^\n]*" : "(?:[^\n]*/)?"
    if (part === "*") return "[^/]*"
    if (part === "?") return "[^/]"
    return /^[.+()$]$/.test(part) ? `\\${part}` : part
  })
  return new RegExp(`^${expression.join("")}$`, "u").test(path)
}

const wildcards = FastCheck.constantFrom("a", "b", "/", "*", "**", "?", "**/", "[ab]", "[^a]", ".", "\\*", "(")
const wildcardPattern = FastCheck.array(wildcards, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""))
const deepPath = FastCheck.array(FastCheck.stringMatching(/^[ab.(*]{1,3}$/), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("/"))

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
    ["(a|b){1}+$", "(a|b){1}+$", true],
    ["a^b", "a^b", true],
    ["./!keep", "keep", false],
    ["**a**", "xa/b", false],
    ["**a**", "x/ab/c", true],
    ["***", "a/b", true],
    ["a/**b", "a/xb", false],
    ["a/**b", "a/x/b", true],
    ["[^a]b", "/b", true],
    ["*/**/x", "a/x", true],
    ["\u0085x\u0085", "x", false]
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

  it.each([
    ["a regular expression's escape", "*\\d"],
    ["an alternative", "a|b*"],
    ["a repetition", "*a{2}"],
    ["a class within a class", "[[:alpha:]]"],
    ["a wildcard within a class", "[*]"],
    ["an escape within a class", "[\\]]"],
    ["a class of nothing", "[]"],
    ["half a range", "[a-]"],
    ["nothing taken back", "!/"],
    ["a pattern longer than any path needs", "*".repeat(1_025)],
    ["more patterns than people write", "a\n".repeat(2_001)]
  ])("%s is not understood, rather than misunderstood", (_, text) => {
    assert.isUndefined(DockerIgnore.parse(text))
  })

  it.prop(
    "leave out what the regular expressions of moby/patternmatcher leave out",
    [FastCheck.array(wildcards, { minLength: 1, maxLength: 7 }).map((parts) => parts.join("")), deepPath],
    ([pattern, path]) => {
      const parsed = IgnorePattern.parse(pattern)
      if (parsed === undefined) return assert.fail(`malformed: ${pattern}`)
      assert.strictEqual(IgnorePattern.matches(parsed, path), isMatch(pattern, path), `${pattern} ${path}`)
    },
    { fastCheck: { numRuns: 3_000 } }
  )

  it.prop(
    "prune a directory only where nothing below it is taken back",
    [FastCheck.array(FastCheck.tuple(FastCheck.constantFrom("", "!"), wildcardPattern), { maxLength: 6 }), deepPath],
    ([lines, path]) => {
      const parsed = DockerIgnore.parse(lines.map(([mark, one]) => `${mark}${one}`).join("\n"))
      if (parsed === undefined) return
      const parts = path.split("/")
      let above: DockerIgnore.Match = { isIgnored: false, matched: [] }
      let isPruned = false
      for (const [at] of parts.entries()) {
        const directory = parts.slice(0, at + 1).join("/")
        above = DockerIgnore.match(parsed, directory, above.matched)
        assert.isFalse(isPruned && !above.isIgnored, `${directory} of ${JSON.stringify(lines)}`)
        if (above.isIgnored && !DockerIgnore.mayTakeBack(parsed, directory, above)) isPruned = true
      }
    },
    { fastCheck: { numRuns: 3_000 } }
  )

  it("may be taken back below a directory by a later exception that reaches there, and by no other", () => {
    const may = (lines: string, directory: string): boolean => {
      const parsed = DockerIgnore.parse(lines) ?? []
      return DockerIgnore.mayTakeBack(parsed, directory, DockerIgnore.match(parsed, directory, []))
    }
    assert.isFalse(may("node_modules\n!src/keep", "node_modules"))
    assert.isFalse(may("!a/keep\na", "a"))
    assert.isTrue(may("a\n!a/keep", "a"))
    assert.isTrue(may("a\n!a/b/keep", "a"))
    assert.isTrue(may("a\n!**/keep", "a"))
    assert.isTrue(may("a\n!*/b/*.c", "a"))
    assert.isFalse(may("a\n!b*/c", "a"))
    assert.isFalse(may("a\n!*", "a"))
    assert.isTrue(may("a*\n!ab/**", "ab"))
  })

  it("match in a time that is linear in the path, however many wildcards there are", () => {
    for (const pattern of [`${"*a".repeat(20)}b`, `${"**/a/".repeat(20)}b`, `${"*".repeat(400)}b`, "*a*a*a*a*a*a*b"]) {
      const parsed = DockerIgnore.parse(pattern) ?? assert.fail(pattern)
      const time = (length: number): number => {
        const path = "a".repeat(length)
        const times = Array.from({ length: 7 }, () => {
          const before = process.cpuUsage()
          assert.isFalse(DockerIgnore.match(parsed, path, []).isIgnored)
          const { system, user } = process.cpuUsage(before)
          return (system + user) / 1000
        })
        return Math.min(...times)
      }
      time(1_000)
      // four times as long: 4 times the time where it is linear, 16 where it is quadratic
      assert.isBelow(time(8_000) / Math.max(time(2_000), 0.5), 10, pattern)
    }
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
