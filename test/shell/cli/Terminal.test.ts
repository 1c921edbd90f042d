import { assert, describe, it } from "vitest"
import * as Terminal from "../../../src/shell/cli/Terminal.ts"

const colored: Terminal.Terminal = { isTerminal: true, hasColor: true, width: 80 }
const plain: Terminal.Terminal = { isTerminal: false, hasColor: false, width: Infinity }

describe("Terminal", () => {
  it.each([
    [{ isTTY: true, columns: 120 }, {}, { isTerminal: true, hasColor: true, width: 120 }],
    [{ isTTY: true }, {}, { isTerminal: true, hasColor: true, width: 80 }],
    [{ isTTY: true, columns: 120 }, { COLUMNS: "60" }, { isTerminal: true, hasColor: true, width: 60 }],
    [{ isTTY: true, columns: 120 }, { COLUMNS: "x" }, { isTerminal: true, hasColor: true, width: 120 }],
    [{ isTTY: true, columns: 9 }, { NO_COLOR: "1" }, { isTerminal: true, hasColor: false, width: 9 }],
    [{ isTTY: true, columns: 9 }, { NO_COLOR: "" }, { isTerminal: true, hasColor: true, width: 9 }],
    [{ isTTY: true, columns: 9 }, { TERM: "dumb" }, { isTerminal: true, hasColor: false, width: 9 }],
    [{}, { COLUMNS: "60" }, { isTerminal: false, hasColor: false, width: Infinity }]
  ])("of %j with %j is %j", (stream, env, expected) => {
    assert.deepStrictEqual(Terminal.detect(stream, env), expected)
  })

  it("dresses a line where colours are wanted, and only there", () => {
    const dressed = Terminal.dress(colored, "bold", "a")
    assert.notStrictEqual(dressed, "a")
    assert.strictEqual(Terminal.undress(dressed), "a")
    assert.strictEqual(Terminal.dress(plain, "bold", "a"), "a")
  })

  it("breaks sentences only between words, and only where there is a width", () => {
    const sentence = "not installed by docker-shim install; nothing to do"
    assert.strictEqual(Terminal.sentences(plain, [sentence, "a"]), `${sentence}\na\n`)
    const narrow = Terminal.sentences({ ...plain, isTerminal: true, width: 40 }, [sentence])
    assert.strictEqual(narrow, "not installed by docker-shim install;\n  nothing to do\n")
    assert.strictEqual(Terminal.sentences(plain, ["a\u001b[2Jb\nc"]), "a\\x1b[2Jb\\nc\n")
  })

  it("shows control characters in what it prints, and obeys its own looks only", () => {
    const dressed = Terminal.dress(colored, "red", "a")
    assert.strictEqual(Terminal.clean(colored, dressed), dressed)
    for (const terminal of [colored, plain]) {
      assert.notInclude(Terminal.clean(terminal, "a\u001b]0;title\u0007b"), "\u001b]")
      assert.notInclude(Terminal.dress(terminal, "red", "a\u001b[2Jb"), "\u001b[2J")
    }
  })
})
