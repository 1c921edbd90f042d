import { PassThrough } from "node:stream"
import { assert, describe, it } from "vitest"
import * as Printed from "../../../src/shell/process/Printed.ts"

const reading = (longest: number) => {
  const stream = new PassThrough()
  let excess = 0
  const text = Printed.text(stream, longest, () => {
    excess += 1
  })
  return { stream, text, excess: () => excess }
}

describe("Printed", () => {
  it("is all that came until the stream was closed, also of a character in two parts", async () => {
    const { excess, stream, text } = reading(10)
    const bytes = Buffer.from("aé")
    for (const part of [bytes.subarray(0, 2), bytes.subarray(2)]) stream.write(part)
    stream.end("b")
    assert.deepStrictEqual([await text, excess()], ["aéb", 0])
  })

  it("goes on no longer than it may, and tells that once", async () => {
    const { excess, stream, text } = reading(10)
    for (let count = 0; count < 5; count += 1) stream.write("12345")
    stream.end()
    assert.deepStrictEqual([await text, excess()], ["123451234512345", 1])
  })

  it("ends with a stream that is destroyed, and is nothing where there is none", async () => {
    const { stream, text } = reading(10)
    stream.write("a")
    setImmediate(() => stream.destroy(new Error("gone")))
    assert.strictEqual(await text, "a")
    assert.strictEqual(await Printed.text(null, 10, () => undefined), "")
  })
})
