import { assert, describe, it } from "vitest"
import type { CacheDirectory } from "../../../src/core/cache/CacheDirectory.ts"
import * as Facts from "../../../src/core/facts/Facts.ts"
import type * as Question from "../../../src/core/facts/Question.ts"
import * as Correction from "../../../src/shell/services/Correction.ts"

const question: Question.Of<"CacheDirectory"> = {
  _tag: "CacheDirectory",
  directory: "/cache",
  readDirectories: ["/trusted"],
  wanted: []
}
const usable: CacheDirectory = {
  _tag: "Usable",
  directory: "/cache",
  id: "run",
  entries: { app: { _tag: "Sound" }, web: { _tag: "Sound" } },
  relatives: { api: { directory: "/trusted", key: "api@dev" }, db: { directory: "/cache", key: "app" } },
  unwritable: undefined,
  unread: []
}
const corrected = (correction: Correction.Correction, known: CacheDirectory = usable): CacheDirectory | undefined =>
  Facts.find<"CacheDirectory">(correction(Facts.answer(Facts.none, question, known)), question)?.answer

describe("Correction", () => {
  it("has nothing written to the cache directory any more", () => {
    assert.deepStrictEqual(corrected(Correction.unwritable("it is full")), { ...usable, unwritable: "it is full" })
  })

  it("has entries of the session's own directory imported no more, nor taken for another target's", () => {
    assert.deepStrictEqual(corrected(Correction.withoutEntries("/cache", ["app"])), {
      ...usable,
      entries: { app: { _tag: "Missing" }, web: { _tag: "Sound" } },
      relatives: { api: { directory: "/trusted", key: "api@dev" } }
    })
  })

  it("leaves the own entry where one of another directory has its name", () => {
    assert.deepStrictEqual(corrected(Correction.withoutEntries("/trusted", ["app", "api@dev"])), {
      ...usable,
      relatives: { db: { directory: "/cache", key: "app" } }
    })
  })

  it("has nothing done with a cache directory, for a reason", () => {
    assert.deepStrictEqual(corrected(Correction.unusable("it takes too long")), {
      _tag: "Unusable",
      why: "it takes too long"
    })
  })

  it("has several made one after the other", () => {
    const all = Correction.all([Correction.withoutEntries("/cache", ["app", "web"]), Correction.unwritable("no")])
    const found = corrected(all)
    assert.deepStrictEqual(found?._tag === "Usable" && [found.unwritable, found.entries["web"]?._tag], [
      "no",
      "Missing"
    ])
    assert.deepStrictEqual(corrected(Correction.all([])), usable)
  })

  it("changes nothing of a directory that cannot be used", () => {
    const unusable: CacheDirectory = { _tag: "Unusable", why: "it is not there" }
    for (const one of [Correction.unwritable("no"), Correction.withoutEntries("/cache", ["app"])]) {
      assert.deepStrictEqual(corrected(one, unusable), unusable)
    }
  })
})
