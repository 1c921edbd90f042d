import * as Effect from "effect/Effect"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { Output } from "../../../src/shell/cli/Output.ts"
import * as ReplacedStreams from "../replaced-streams.ts"

let printed = ""
const write = process.stdout.write.bind(process.stdout)
beforeEach(() => {
  printed = ""
})
afterEach(() => {
  process.stdout.write = write
  ReplacedStreams.replace(ReplacedStreams.original)
})

const output = <A>(use: (output: Output["Type"]) => Effect.Effect<A>): A => {
  process.stdout.write = (text: string) => {
    printed += text
    return true
  }
  return Effect.runSync(Effect.provide(Effect.flatMap(Output, use), Output.layer({ NO_COLOR: "1" })))
}

describe("Output", () => {
  it("lets nothing through that a terminal would obey, on either stream", () => {
    const said: Array<string> = []
    ReplacedStreams.replace({
      writeSync: (descriptor: number, text: unknown) => said.push(`${descriptor} ${String(text)}`)
    })
    output((to) => Effect.all([to.write("a\u001b[2Jb\n"), to.complain("c\u001b[2Jd")]))
    assert.notInclude(printed, "\u001b")
    assert.lengthOf(said, 1)
    assert.match(said[0] ?? "", /^2 docker-shim: c[^\u001b]*d\n$/)
  })

  it("prints values that programs read back", () => {
    const value = { key: "a\u001b", list: [1] }
    output((to) => to.json(value))
    assert.notInclude(printed, "\u001b")
    assert.deepStrictEqual(JSON.parse(printed), value)
  })

  it("sets the exit status", () => {
    const before = process.exitCode
    try {
      output((to) => to.end(2))
      assert.strictEqual(process.exitCode, 2)
    } finally {
      process.exitCode = before
    }
  })
})
