import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as BoundedJson from "../../../src/core/syntax/BoundedJson.ts"
import * as ProcessorTime from "../processor-time.ts"

const limits: BoundedJson.JsonLimits = { maxLength: 64 * 1024 * 1024, maxDepth: 8 }

/** How deep a value is nested: the slow reference. */
const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

describe("JSON that others wrote", () => {
  it.prop("is what JSON.parse reads, as far as it is not too deep", [FastCheck.json({ maxDepth: 12 })], ([text]) => {
    const value: unknown = JSON.parse(text)
    assert.deepStrictEqual(BoundedJson.parse(text, limits), depthOf(value) <= limits.maxDepth ? value : undefined)
  })

  it.prop("is told from what is none", [FastCheck.string()], ([text]) => {
    let expected: unknown
    try {
      expected = JSON.parse(text)
    } catch {
      expected = undefined
    }
    assert.deepStrictEqual(BoundedJson.parse(text, limits), expected)
  })

  it.each([
    ["brackets in a string", "\"[[[[[[[[[[\"", "[[[[[[[[[["],
    ["brackets after an escaped quote", "\"\\\"[[[[[[[[[[\"", "\"[[[[[[[[[["],
    ["brackets behind an escaped backslash", "[\"\\\\\",[[[[[[[[1]]]]]]]]]", undefined],
    ["a string without an end", "[\"", undefined]
  ])("with %s", (_, text, expected) => {
    assert.deepStrictEqual(BoundedJson.parse(text, limits), expected)
  })

  it("of ten million nested brackets is refused without a stack for them", () => {
    ProcessorTime.inProportion(1_250_000, (count) => {
      const texts = ["[".repeat(count), "{\"a\":".repeat(count)]
      return () => {
        for (const text of texts) assert.isUndefined(BoundedJson.parse(text, limits))
      }
    })
  })

  it("longer than the limit is not read", () => {
    assert.strictEqual(BoundedJson.parse("[]", { maxLength: 2, maxDepth: 1 }) instanceof Array, true)
    assert.isUndefined(BoundedJson.parse("[ ]", { maxLength: 2, maxDepth: 1 }))
  })
})
