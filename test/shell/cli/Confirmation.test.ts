import { afterEach, assert, describe, it } from "vitest"
import * as Confirmation from "../../../src/shell/cli/Confirmation.ts"
import * as ReplacedStreams from "../replaced-streams.ts"

afterEach(() => ReplacedStreams.replace(ReplacedStreams.original))

/** Asks with this on standard input; gives the answer, what was asked, and what is left to read. */
const ask = (input: string | undefined) => {
  const said: Array<string> = []
  let left = input ?? ""
  ReplacedStreams.replace({
    writeSync: (descriptor: number, text: unknown) => said.push(`${descriptor} ${String(text)}`),
    readSync: (_: number, bytes: unknown) => {
      if (input === undefined) throw Object.assign(new Error("EBADF"), { code: "EBADF" })
      if (left === "") return 0
      Object.assign(bytes as Uint8Array, [left.charCodeAt(0)])
      left = left.slice(1)
      return 1
    }
  })
  return { answer: Confirmation.ask("Go on? [y/N] "), said, left }
}

describe("Confirmation", () => {
  it.each<[string | undefined, boolean]>([
    ["y\n", true],
    ["Y", true],
    [" y \n", true],
    ["yes\n", false],
    ["n\n", false],
    ["\n", false],
    ["", false],
    [undefined, false],
    ["y".repeat(100), false]
  ])("takes %j for a yes: %s", (input, isYes) => {
    const { answer, said } = ask(input)
    assert.strictEqual(answer, isYes)
    assert.strictEqual(said[0], "2 Go on? [y/N] ")
  })

  it("reads one line, and leaves the rest", () => {
    assert.strictEqual(ask("y\nnext\n").left, "next\n")
  })
})
