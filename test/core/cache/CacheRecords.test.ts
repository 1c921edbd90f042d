import { assert, describe, it } from "@effect/vitest"
import * as CacheRecords from "../../../src/core/cache/CacheRecords.ts"

const text = (config: unknown): string => JSON.stringify(config)
const layer = { blob: "sha256:a", parent: -1 }
const record = { digest: "sha256:k", inputs: [[{ link: 0 }]], layers: [{ layer: 0 }], chains: [{ layers: [0] }] }

describe("CacheRecords", () => {
  it("reads a configuration", () => {
    const config = { layers: [layer], records: [{ digest: "sha256:k" }, record] }
    assert.deepStrictEqual(CacheRecords.parse(text(config)), config)
    assert.deepStrictEqual(CacheRecords.parse(text({ records: [] })), { records: [] })
  })

  it("has no inputs where none are written", () => {
    assert.deepStrictEqual(CacheRecords.inputsOf({ digest: "a" }), [])
    assert.deepStrictEqual(CacheRecords.inputsOf(record), [[{ link: 0 }]])
  })

  it.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["no records", "{}"],
    ["a record without a digest", text({ records: [{}] })],
    ["a link to no record", text({ records: [{ digest: "a", inputs: [[{ link: 1 }]] }] })],
    ["a negative link", text({ records: [{ digest: "a", inputs: [[{ link: -1 }]] }] })],
    ["a broken link", text({ records: [{ digest: "a", inputs: [[{ link: 0.5 }]] }] })],
    ["an input without links", text({ records: [{ digest: "a", inputs: [[]] }] })],
    ["a layer that is not there", text({ records: [{ digest: "a", layers: [{ layer: 0 }] }] })],
    ["a chain of layers that are not there", text({ records: [{ digest: "a", chains: [{ layers: [0] }] }] })],
    ["a layer without a blob", text({ layers: [{}], records: [] })],
    ["too long a text", text({ records: [], more: "x".repeat(CacheRecords.maxSize) })]
  ])("refuses %s", (_, given) => {
    assert.isUndefined(CacheRecords.parse(given))
  })
})
