import { assert, describe, it } from "@effect/vitest"
import * as Facts from "../../../src/core/facts/Facts.ts"

const question = (path: string) => ({ _tag: "RealPath", path }) as const
const real = (resolved: string) => ({ resolved, exists: true })
const cache = { _tag: "CacheDirectory", directory: "/c", readDirectories: [], wanted: [] } as const
const model = (profiles: "all" | "own") =>
  ({
    _tag: "ComposeModel",
    form: "docker",
    globals: [],
    flags: [],
    env: {},
    profiles,
    services: [],
    descriptors: [],
    search: undefined
  }) as const

describe("Facts", () => {
  it("knows what was answered, and the last answer of several", () => {
    assert.isUndefined(Facts.find(Facts.none, question("/a")))
    const once = Facts.answer(Facts.none, question("/a"), real("/x"))
    assert.deepStrictEqual(Facts.find(once, question("/a"))?.answer, real("/x"))
    assert.isUndefined(Facts.find(once, question("/b")))
    const twice = Facts.answer(once, question("/a"), real("/y"))
    assert.deepStrictEqual(Facts.find(twice, question("/a"))?.answer, real("/y"))
    // the facts before stay as they were
    assert.deepStrictEqual(Facts.find(once, question("/a"))?.answer, real("/x"))
  })

  it("lists what is known of a kind in the order in which it was asked", () => {
    const known = ["/b", "/a", "/c"].map((path) => ({ question: question(path), answer: real(path) }))
    const facts = Facts.answerAll(Facts.none, "RealPath", known)
    assert.deepStrictEqual(Facts.all(facts, "RealPath"), known)
    assert.deepStrictEqual(Facts.all(facts, "NameFile"), [])
    assert.strictEqual(Facts.answerAll(facts, "RealPath", []), facts)
  })

  it("can be revised about the cache directory", () => {
    const facts = Facts.answer(Facts.none, cache, { _tag: "Unusable", why: "first" })
    const revised = Facts.reviseCacheDirectory(facts, (known) => ({ _tag: "Unusable", why: `${known._tag} before` }))
    assert.deepStrictEqual(Facts.find(revised, cache)?.answer, { _tag: "Unusable", why: "Unusable before" })
    assert.deepStrictEqual(Facts.reviseCacheDirectory(Facts.none, () => assert.fail("asked")), {})
  })

  it("forgets models, but for those that only tell a name", () => {
    const answer = { _tag: "Model", config: {}, input: [] } as const
    const stack = { _tag: "StackModel", globals: [], files: [], descriptors: [] } as const
    const facts = Facts.answer(
      Facts.answer(Facts.answer(Facts.none, model("all"), answer), model("own"), answer),
      stack,
      answer
    )
    const without = Facts.withoutModels(facts)
    assert.strictEqual(Facts.find(without, model("all"))?.answer._tag, "Refused")
    assert.strictEqual(Facts.find(without, model("own"))?.answer._tag, "Model")
    assert.strictEqual(Facts.find(without, stack)?.answer._tag, "Refused")
  })
})
