/**
 * Text in lines that fit.
 */
import * as FastCheck from "effect/FastCheck"
import { execFileSync } from "node:child_process"
import { assert, describe, it } from "vitest"
import * as Paragraph from "../../../src/core/syntax/Paragraph.ts"
import * as ShellWord from "../../../src/core/syntax/ShellWord.ts"

const words = FastCheck.array(FastCheck.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 30 })

describe("Paragraph", () => {
  it("wraps between words only, and no line is wider than it may be", () => {
    FastCheck.assert(FastCheck.property(words, FastCheck.integer({ min: 1, max: 60 }), (given, width) => {
      const lines = Paragraph.wrap(given.join(" "), width)
      assert.strictEqual(lines.join(" "), given.join(" "))
      for (const line of lines) assert.isTrue(line.length <= width || !line.includes(" "), line)
    }))
  })

  it.each([
    ["docker run -e 'A=1 2' web", 12, ["docker run \\", "-e 'A=1 2' \\", "web"]],
    ["docker ps", 80, ["docker ps"]]
  ])("wraps the command %s at %d columns", (line, width, lines) => {
    assert.deepStrictEqual(Paragraph.wrapCommand(line, width), lines)
  })

  it("keeps an option of a usage line and its value in one line", () => {
    assert.deepStrictEqual(Paragraph.wrapUsage("docker-shim gateway [--to SOCKET] [--mode MODE]", 34), [
      "docker-shim gateway [--to SOCKET]",
      "[--mode MODE]"
    ])
  })

  it("leaves a shell the same words of a command", () => {
    const texts = FastCheck.array(FastCheck.stringMatching(/^[a-z '"$\\\\=]{1,12}$/), { minLength: 1, maxLength: 8 })
    FastCheck.assert(
      FastCheck.property(texts, FastCheck.integer({ min: 5, max: 40 }), (given, width) => {
        const lines = Paragraph.wrapCommand(given.map(ShellWord.quote).join(" "), width)
        const script = `printf '%s\\0' ${lines.join("\n    ")}`
        assert.deepStrictEqual(execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1), given)
      }),
      { numRuns: 40 }
    )
  })
})
