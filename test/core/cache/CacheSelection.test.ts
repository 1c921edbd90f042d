import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as CacheRecords from "../../../src/core/cache/CacheRecords.ts"
import * as CacheSelection from "../../../src/core/cache/CacheSelection.ts"
import * as ProcessorTime from "../processor-time.ts"

/** The configuration of a stage of so many steps, each based on the one before; copied files are second inputs. */
const chain = (steps: number, isCopy: (step: number) => boolean = () => false): string =>
  JSON.stringify({
    layers: Array.from({ length: steps }, (_, at) => ({ blob: `sha256:${at}`, parent: at - 1 })),
    records: [
      { digest: "image" },
      { digest: "files" },
      ...Array.from({ length: steps }, (_, at) => ({
        digest: `step ${at + 1}`,
        inputs: [[{ link: at === 0 ? 0 : at + 1 }], ...(isCopy(at + 1) ? [[{ link: 1 }]] : [])],
        layers: [{ layer: at, createdAt: "2026-01-01T00:00:00Z" }]
      }))
    ]
  })

/** The steps that can be imported. */
const kept = (text: string | undefined): ReadonlyArray<string> => {
  const { records } = JSON.parse(text ?? "{\"records\":[]}") as {
    readonly records: ReadonlyArray<{ readonly digest: string; readonly layers?: unknown; readonly chains?: unknown }>
  }
  return records.filter(({ chains, layers }) => (layers ?? chains) !== undefined).map(({ digest }) => digest)
}

describe("a selection of a cache's steps", () => {
  it("leaves out the layers of those at some places, and no record", () => {
    const selected = CacheSelection.without(chain(5, (step) => step === 3), [{ least: 2, most: 3 }]) ?? ""
    assert.deepStrictEqual(kept(selected), ["step 1", "step 4", "step 5"])
    assert.strictEqual(selected.split("\"digest\"").length - 1, 7)
  })

  it("goes by what a step is based on, not by what it copies", () => {
    const config = JSON.stringify({
      layers: [{ blob: "sha256:0", parent: -1 }],
      records: [
        { digest: "image" },
        { digest: "one", inputs: [[{ link: 0 }]], layers: [{ layer: 0 }] },
        { digest: "two", inputs: [[{ link: 1 }]], layers: [{ layer: 0 }] },
        { digest: "copy", inputs: [[{ link: 0 }], [{ link: 2 }]], chains: [{ layers: [0] }] }
      ]
    })
    assert.deepStrictEqual(kept(CacheSelection.without(config, [{ least: 1, most: 1 }])), ["two"])
    assert.deepStrictEqual(kept(CacheSelection.without(config, [{ least: 2, most: 9 }])), ["one", "copy"])
  })

  it("is not made of what is no configuration, or follows itself", () => {
    assert.isUndefined(CacheSelection.without("{}", []))
    const records = [{ digest: "a", inputs: [[{ link: 1 }]] }, { digest: "b", inputs: [[{ link: 0 }]] }]
    assert.isUndefined(CacheSelection.without(JSON.stringify({ records }), []))
  })

  it("takes time in proportion, and no stack", () => {
    ProcessorTime.inProportion(2_500, (steps) => {
      const text = chain(steps)
      return () => {
        const selected = CacheSelection.without(text, [{ least: 1, most: steps / 2 }])
        assert.strictEqual(kept(selected).length, steps / 2)
      }
    })
  })

  it("is not made of more than is read of a shared directory", () => {
    const text = chain(40_000)
    assert.isAbove(text.length, CacheRecords.maxSize)
    assert.isUndefined(CacheSelection.without(text, []))
  })

  it.prop(
    "of a chain is all but the places",
    [FastCheck.integer({ min: 1, max: 30 }), FastCheck.array(FastCheck.tuple(FastCheck.nat(30), FastCheck.nat(5)))],
    ([steps, spans]) => {
      const omitted = spans.map(([least, more]) => ({ least, most: least + more }))
      const expected = Array.from({ length: steps }, (_, at) => at + 1).filter((step) =>
        omitted.every(({ least, most }) => step < least || step > most)
      )
      assert.deepStrictEqual(
        kept(CacheSelection.without(chain(steps, (step) => step % 3 === 1), omitted)),
        expected.map((step) => `step ${step}`)
      )
    }
  )
})
