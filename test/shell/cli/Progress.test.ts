import { afterEach, assert, describe, it, vi } from "vitest"
import * as Progress from "../../../src/shell/cli/Progress.ts"
import * as ReplacedStreams from "../replaced-streams.ts"

const terminal = vi.hoisted(() => ({ is: true }))
vi.mock("node:tty", () => ({ isatty: () => terminal.is }))

afterEach(() => ReplacedStreams.replace(ReplacedStreams.original))

/** What is drawn by work that is told to be done so far. */
const drawn = (...steps: ReadonlyArray<readonly [number, number]>): ReadonlyArray<string> => {
  const lines: Array<string> = []
  ReplacedStreams.replace({ writeSync: (_: number, text: unknown) => lines.push(String(text)) })
  const bar = Progress.bar("verifying")
  for (const [done, all] of steps) bar(done, all)
  return lines
}

describe("Progress", () => {
  it("draws how far it is, and goes when all is done", () => {
    const [first = "", last = "", ...others] = drawn([15, 30], [16, 30], [30, 30])
    assert.strictEqual(first, `\rverifying [${"=".repeat(15)}${" ".repeat(15)}] 50%`)
    assert.strictEqual(last, "\r\u001b[K")
    assert.deepStrictEqual(others, [])
    assert.deepStrictEqual(drawn([0, 0]), ["\r\u001b[K"])
  })

  it.each([[80, 50], [40, 39], [20, 19]])("fits into %d columns", (columns, most) => {
    const lines: Array<string> = []
    ReplacedStreams.replace({ writeSync: (_: number, text: unknown) => lines.push(String(text)) })
    Progress.bar("verifying", columns)(99, 100)
    assert.lengthOf(lines, 1)
    assert.match(lines[0] ?? "", /^\rverifying \[=* *\] 99%$/)
    assert.isAtMost((lines[0] ?? "").length - 1, most)
  })

  it("draws nothing where nobody sees it", () => {
    terminal.is = false
    try {
      assert.deepStrictEqual(drawn([15, 30], [30, 30]), [])
    } finally {
      terminal.is = true
    }
  })
})
