import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as CacheComparison from "../../../src/core/cache/CacheComparison.ts"
import type { Config, Record } from "../../../src/core/cache/CacheRecords.ts"

/** The slow reference: each step of one with each of the other. */
const slowly = (entry: Config, other: Config, layersToo: boolean): boolean => {
  const isSame = (left: Record = {}, right: Record = {}): boolean =>
    left.digest === right.digest && left.inputs?.length === right.inputs?.length
    && (left.inputs ?? []).every((links, input) =>
      links.some(({ link, selector }) =>
        (right.inputs?.[input] ?? []).some((one) =>
          one.selector === selector && isSame(other.records[link], entry.records[one.link])
        )
      )
    )
  const results = ({ layers = [] }: Record, { layers: table = [] }: Config): ReadonlyArray<string> => {
    const chain = (at: number): string => at < 0 ? "" : `${chain(table[at]?.parent ?? -1)} ${table[at]?.blob}`
    return layers.map(({ layer }) => chain(layer))
  }
  return other.records.every((record) => {
    const left = results(record, other)
    if (record.inputs === undefined && left.length === 0) return true
    return entry.records.some((one) =>
      isSame(record, one) && (!layersToo || left.every((chain) => results(one, entry).includes(chain)))
    )
  })
}

/** Few digests and layers, so that much is equal; what a record follows stands before it. */
const anyConfig: FastCheck.Arbitrary<Config> = FastCheck.array(
  FastCheck.record({
    digest: FastCheck.constantFrom("a", "b"),
    follows: FastCheck.array(FastCheck.nat(), { maxLength: 2 }),
    layers: FastCheck.array(FastCheck.nat({ max: 2 }), { maxLength: 2 })
  }),
  { maxLength: 6 }
).map((drafts) => ({
  layers: [{ blob: "x", parent: -1 }, { blob: "y", parent: 0 }, { blob: "x", parent: 1 }],
  records: drafts.map(({ digest, follows, layers }, at): Record => ({
    digest,
    layers: layers.map((layer) => ({ layer })),
    ...(at === 0 || follows.length === 0 ? {} : { inputs: follows.map((link) => [{ link: link % at }]) })
  }))
}))

const repeat = (count: number, record: (at: number) => Record, layers: Config["layers"] = [{ blob: "x" }]): Config => ({
  layers,
  records: Array.from({ length: count }, (_, at) => record(at))
})

/** Seconds of the processor. */
const time = (run: () => void): number => {
  const before = process.cpuUsage()
  run()
  const { system, user } = process.cpuUsage(before)
  return (system + user) / 1e6
}

describe("comparing cache configurations", () => {
  it.prop(
    "finds what the slow reference finds",
    [anyConfig, anyConfig, FastCheck.boolean()],
    ([one, other, layers]) => {
      assert.strictEqual(CacheComparison.has(one, other, layers), slowly(one, other, layers))
      assert.isTrue(CacheComparison.has(one, one, layers))
    },
    { fastCheck: { numRuns: 2_000 } }
  )

  const most = 60_000
  it.each<readonly [string, Config]>([
    [
      "of one digest",
      repeat(most, (at) => ({ digest: "a", layers: [{ layer: at % 2 }] }), [{ blob: "x" }, { blob: "y" }])
    ],
    ["that follow the same of one digest", repeat(most, (at) => ({ digest: "a", inputs: [[{ link: at % 100 }]] }))],
    [
      "that follow each other",
      repeat(most, (at) => ({ digest: "a", ...(at === 0 ? {} : { inputs: [[{ link: at - 1 }]] }) }))
    ],
    ["in a circle", repeat(most, (at) => ({ digest: "a", inputs: [[{ link: (at + 1) % most }]] }))],
    [
      "that may each follow a hundred",
      repeat(1_000, () => ({
        digest: "a",
        inputs: [Array.from({ length: 100 }, (_, link) => ({ link, selector: `${link}` }))]
      }))
    ],
    [
      "of layers that lie on each other",
      repeat(
        most,
        (at) => ({ digest: `${at}`, layers: [{ layer: at }] }),
        Array.from({ length: most }, (_, at) => ({ blob: "x", parent: at - 1 }))
      )
    ],
    [
      "of layers in a circle",
      repeat(
        most,
        (at) => ({ digest: `${at}`, layers: [{ layer: at }] }),
        Array.from({ length: most }, (_, at) => ({ blob: "x", parent: (at + 1) % most }))
      )
    ]
  ])("takes little time for very many steps %s", (_, config) => {
    const other: Config = {
      ...config,
      layers: config.layers?.map(({ blob, ...rest }) => ({ blob: `${blob}'`, ...rest })) ?? []
    }
    assert.isBelow(
      time(() => {
        CacheComparison.has(config, config, true)
        CacheComparison.has(other, config, true)
        CacheComparison.has(config, other, false)
      }),
      4
    )
  })

  it("still finds all of very many steps that have digests of their own", () => {
    const config = repeat(
      20_000,
      (at) => ({ digest: `${at}`, layers: [{ layer: 0 }], ...(at === 0 ? {} : { inputs: [[{ link: 0 }]] }) })
    )
    assert.isTrue(CacheComparison.has(config, { ...config, records: [...config.records] }, true))
  })
})
