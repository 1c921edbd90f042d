import { assert, describe, it } from "@effect/vitest"
import * as Question from "../../../src/core/facts/Question.ts"

describe("Question", () => {
  it("has one id for equal questions, and another for others", () => {
    const questions: ReadonlyArray<Question.Question> = [
      { _tag: "RealPath", path: "/a" },
      { _tag: "RealPath", path: "/b" },
      { _tag: "Dockerfile", file: "/a" },
      { _tag: "NameFile", name: "/a" },
      { _tag: "KeptOverrides", directory: "/a" }
    ]
    const ids = questions.map(Question.id)
    assert.strictEqual(new Set(ids).size, ids.length)
    assert.strictEqual(ids[0], "/a")
  })

  it("is asked once, in the order of the first time", () => {
    const first = { _tag: "RealPath", path: "/a" } as const
    const second = { _tag: "NameFile", name: "shop" } as const
    assert.deepStrictEqual(Question.distinct([first, second, { ...first }, { ...second }]), [first, second])
  })

  it("has words for every kind", () => {
    for (const kind of Object.values(Question.kinds)) {
      assert.isFunction(kind.question)
      assert.isFunction(kind.answer)
    }
    assert.include(Object.keys(Question.kinds), "RealPath")
  })
})
