import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { createHash } from "node:crypto"
import * as CacheConfig from "../../../src/core/cache/CacheConfig.ts"

interface Link {
  readonly link: number
  readonly selector?: string
}

interface Record {
  readonly digest: string
  readonly inputs?: ReadonlyArray<ReadonlyArray<Link>>
  readonly layers?: ReadonlyArray<unknown>
}

const digest = FastCheck.nat({ max: 1e9 }).map((number) =>
  `sha256:${String(number).padStart(10, "1")}${"a".repeat(54)}`
)

/** A chain of cache records as BuildKit makes them: what a record follows stands anywhere, and never in a circle. */
const anyRecords: FastCheck.Arbitrary<ReadonlyArray<Record>> = FastCheck.array(
  FastCheck.record({
    digest,
    inputs: FastCheck.array(FastCheck.array(FastCheck.nat(), { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
    root: FastCheck.boolean()
  }),
  { minLength: 1, maxLength: 12 }
).map((drafts) =>
  drafts.map(({ digest, inputs, root }, at): Record =>
    at === 0 || root || inputs.length === 0 ? { digest } : {
      digest,
      inputs: inputs.map((links) =>
        links.map((link, nth) => ({ link: link % at, ...(nth === 0 ? { selector: "s" } : {}) }))
      ),
      layers: [{ layer: at, createdAt: "2026-11-24T09:13:25.860087347Z" }]
    }
  )
)

/** With a table of layers in which each lies on the one before it. */
const print = (records: ReadonlyArray<Record>, blob = "sha256:layer"): string =>
  JSON.stringify({ layers: records.map((_, at) => ({ blob: `${blob}${at}`, parent: at - 1 })), records })

const recordsOf = (text: string | undefined): ReadonlyArray<Record> =>
  (JSON.parse(text ?? "") as { records: ReadonlyArray<Record> }).records

/** The names that BuildKit would give the records: of a root its digest, of others a hash of all they follow. */
const names = (records: ReadonlyArray<Record>): ReadonlyArray<string> => {
  const known = new Map<number, string>()
  const name = (at: number): string => {
    const { digest = "", inputs = [] } = records[at] ?? {}
    const given = known.get(at)
      ?? (inputs.length === 0 ? digest : hash([
        digest,
        inputs.map((links) => links.map(({ link, selector }) => [name(link), selector]))
      ]))
    known.set(at, given)
    return given
  }
  return records.map((_, at) => name(at))
}

const hash = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex")

const follows = ({ inputs = [] }: Record): boolean => inputs.length > 0

describe("CacheConfig", () => {
  describe("withMarks", () => {
    it.prop("keeps every record, what it follows and its layers, in their places", [anyRecords], ([records]) => {
      const marked = recordsOf(CacheConfig.withMarks(print(records), "app"))
      const kept = marked.slice(0, records.length).map((record) =>
        record.inputs === undefined ? record : {
          ...record,
          inputs: record.inputs.map((links) => links.filter(({ link }) => link < records.length))
        }
      )
      assert.deepStrictEqual(kept, [...records])
    })

    it.prop("gives all that follow something other names, and roots the same", [anyRecords], ([records]) => {
      const one = names(recordsOf(CacheConfig.withMarks(print(records), "app")))
      const other = names(recordsOf(CacheConfig.withMarks(print(records), "web")))
      records.forEach((record, at) => {
        if (follows(record)) assert.notStrictEqual(one[at], other[at])
        else assert.strictEqual(one[at], names(records)[at])
      })
    })

    it.prop("lets no two records follow one mark", [anyRecords], ([records]) => {
      const marked = recordsOf(CacheConfig.withMarks(print(records), "app"))
      const links = marked.flatMap(({ inputs = [] }) => inputs.flat()).map(({ link }) => link)
      const marks = links.filter((link) => link >= records.length)
      assert.strictEqual(new Set(marks).size, marks.length)
      const digests = marked.slice(records.length).map(({ digest }) => digest)
      assert.strictEqual(new Set(digests).size, digests.length)
      assert.lengthOf(marks, digests.length)
      for (const digest of digests) assert.match(digest, /^sha256:[0-9a-f]{64}$/)
    })

    it.prop("changes nothing the second time, and takes other entries' marks out", [anyRecords], ([records]) => {
      const app = CacheConfig.withMarks(print(records), "app") ?? ""
      assert.strictEqual(CacheConfig.withMarks(app, "app"), app)
      const web = CacheConfig.withMarks(print(records), "web") ?? ""
      assert.strictEqual(CacheConfig.withMarks(web, "app"), app)
    })

    it("keeps what it does not know", () => {
      const text = `{"layers":[{"blob":"sha256:1","parent":-1,"x":1}],"records":[{"digest":"sha256:2","y":[1]}],"z":{}}`
      assert.strictEqual(CacheConfig.withMarks(text, "app"), text)
    })

    it.each([
      "",
      "[]",
      "{}",
      `{"records":{}}`,
      `{"records":[1]}`,
      `{"records":[{}]}`,
      `{"records":[{"digest":"sha256:1","inputs":[[]]}]}`,
      `{"records":[{"digest":"sha256:1","inputs":[[{"link":1}]]}]}`,
      `{"records":[{"digest":"sha256:1","inputs":[[{"link":-1}]]}]}`,
      `{"records":[{"digest":"sha256:1"},{"digest":"sha256:2","inputs":[[{"link":"0"}]]}]}`,
      `{"records":[{"digest":"sha256:1"},{"digest":"sha256:2","inputs":[[{"link":0.5}]]}]}`,
      `{"records":[{"digest":"sha256:1"},{"digest":"sha256:2","inputs":[[{"link":0}],[]]}]}`,
      `{"records":[{"digest":"sha256:1"},{"digest":"sha256:2","inputs":[[{"link":0},{"link":2}]]}]}`,
      `{"layers":{},"records":[]}`,
      `{"layers":[{}],"records":[]}`,
      `{"records":[{"digest":"sha256:1","layers":[{"layer":0}]}]}`,
      `{"layers":[{"blob":"sha256:1"}],"records":[{"digest":"sha256:1","layers":[{"layer":1}]}]}`,
      `{"layers":[{"blob":"sha256:1"}],"records":[{"digest":"sha256:1","chains":[{"layers":[-1]}]}]}`,
      `{"records":[{"digest":"sha256:1","chains":[{}]}]}`,
      `{"records":[{"digest":"sha256:${"0".repeat(64)}"},{"digest":"sha256:2","inputs":[[{"link":0}]]}]}`
    ])("leaves %j to BuildKit", (text) => {
      assert.isUndefined(CacheConfig.withMarks(text, "app"))
    })
  })

  describe("holds", () => {
    it.prop(
      "an export in the entry that it was published as, whatever the order of its records",
      [anyRecords],
      ([records]) => {
        const entry = CacheConfig.withMarks(print(records), "app") ?? ""
        assert.isTrue(CacheConfig.holds(entry, print(records)))
        assert.isTrue(CacheConfig.hasSteps(print(records), entry))
        assert.isTrue(CacheConfig.holds(entry, print(reversed(records))))
      }
    )

    it.prop("no export of a step that ran on other files", [anyRecords, FastCheck.nat()], ([records, nth]) => {
      const roots = records.flatMap((record, at) => follows(record) ? [] : [at])
      const changed = roots[nth % roots.length] ?? 0
      const other = records.map((record, at) =>
        at === changed ? { ...record, digest: `sha256:${"f".repeat(64)}` } : record
      )
      const lead = (at: number): boolean =>
        at === changed || (records[at]?.inputs ?? []).some((links) => links.every(({ link }) => lead(link)))
      const isNew = records.some((record, at) => follows(record) && lead(at))
      assert.strictEqual(CacheConfig.holds(print(records), print(other)), !isNew)
    })

    it.prop("an export without layers, and not one of layers that it lacks", [anyRecords], ([records]) => {
      const bare = records.map((record) => ({ ...record, layers: [] }))
      assert.isTrue(CacheConfig.holds(print(records), print(bare)))
      assert.strictEqual(CacheConfig.holds(print(bare), print(records)), !records.some(follows))
      assert.isTrue(CacheConfig.hasSteps(print(bare), print(records)))
    })

    it.prop("an export of other layers only as far as steps go", [anyRecords], ([records]) => {
      assert.strictEqual(CacheConfig.holds(print(records), print(records, "sha256:other")), !records.some(follows))
      assert.isTrue(CacheConfig.hasSteps(print(records), print(records, "sha256:other")))
    })

    it("all outcomes of a step, in either form, by the layers below them too", () => {
      const config = (layers: ReadonlyArray<readonly [blob: string, parent: number]>, left: object) =>
        JSON.stringify({
          layers: layers.map(([blob, parent]) => ({ blob, parent })),
          records: [{ digest: "a" }, { digest: "step", inputs: [[{ link: 0 }]], ...left }]
        })
      const entry = config([["base", -1], ["one", 0], ["two", 0]], { layers: [{ layer: 1 }, { layer: 2 }] })
      assert.isTrue(CacheConfig.holds(entry, config([["two", 1], ["base", -1]], { layers: [{ layer: 0 }] })))
      assert.isTrue(CacheConfig.holds(entry, config([["base", -1], ["one", -1]], { chains: [{ layers: [0, 1] }] })))
      assert.isFalse(CacheConfig.holds(entry, config([["base", -1], ["two", -1]], { layers: [{ layer: 1 }] })))
      assert.isFalse(CacheConfig.holds(config([["base", -1], ["one", 0]], { layers: [{ layer: 1 }] }), entry))
      for (const layers of [[0, 9], [9, 0]]) {
        const beyond = config([["base", -1], ["one", -1]], { chains: [{ layers: [0, 1] }, { layers }] })
        assert.isFalse(CacheConfig.holds(entry, beyond))
      }
      const circle = config([["base", 1], ["one", 0]], { layers: [{ layer: 1 }] })
      assert.isTrue(CacheConfig.holds(circle, circle))
    })

    it("nothing where a step has its inputs the other way round, or from another place", () => {
      const step = (...inputs: ReadonlyArray<ReadonlyArray<Link>>) =>
        print([{ digest: "a" }, { digest: "b" }, { digest: "step", inputs }])
      const entry = step([{ link: 0, selector: "x" }], [{ link: 1 }])
      assert.isFalse(CacheConfig.holds(entry, step([{ link: 1, selector: "x" }], [{ link: 0 }])))
      assert.isFalse(CacheConfig.holds(entry, step([{ link: 0, selector: "y" }], [{ link: 1 }])))
      assert.isFalse(CacheConfig.holds(entry, step([{ link: 0, selector: "x" }])))
      assert.isTrue(
        CacheConfig.holds(entry, step([{ link: 1, selector: "z" }, { link: 0, selector: "x" }], [{ link: 1 }]))
      )
    })

    it("nothing of what is no configuration, and ends where records lead back to themselves", () => {
      const circle = print([{ digest: "a", inputs: [[{ link: 1 }]] }, { digest: "b", inputs: [[{ link: 0 }]] }])
      assert.isFalse(CacheConfig.holds(circle, circle))
      for (const text of ["", "{}", "null"]) {
        assert.isFalse(CacheConfig.holds(text, print([])))
        assert.isFalse(CacheConfig.holds(print([]), text))
      }
    })
  })
})

/** The same records from the last to the first. */
const reversed = (records: ReadonlyArray<Record>): ReadonlyArray<Record> =>
  records.map((record) =>
    record.inputs === undefined ? record : {
      ...record,
      inputs: record.inputs.map((links) => links.map((one) => ({ ...one, link: records.length - 1 - one.link })))
    }
  ).reverse()
