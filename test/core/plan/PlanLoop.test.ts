import { assert, describe, it } from "vitest"
import * as Facts from "../../../src/core/facts/Facts.ts"
import * as Question from "../../../src/core/facts/Question.ts"
import * as PlanLoop from "../../../src/core/plan/PlanLoop.ts"

const path = (name: string): Question.Of<"RealPath"> => ({ _tag: "RealPath", path: `/${name}` })
const config: Question.Of<"DockerConfig"> = { _tag: "DockerConfig", directory: "/c" }

/** Planning that asks for each of these after the other, and notes how often it was done. */
const planning = (...questions: ReadonlyArray<Question.Question>) => {
  const made: Array<number> = []
  const plan = (facts: Facts.Facts) => {
    made.push(made.length)
    const open = questions.find((question) => Facts.find(facts, question as never) === undefined)
    return open === undefined ? { _tag: "Planned" } as const : { _tag: "OpenQuestions", questions: [open] } as const
  }
  return { plan, made }
}

/** Knows paths, and nothing else; notes what it was asked. */
const asked: Array<string> = []
const answer: PlanLoop.Answer<Question.Question> = (facts, questions) => {
  asked.push(...questions.map(Question.id))
  return {
    facts: questions.reduce(
      (known, one) =>
        one._tag === "RealPath" ? Facts.answer(known, one, { resolved: `/real${one.path}`, exists: true }) : known,
      facts
    ),
    open: questions.filter(({ _tag }) => _tag !== "RealPath")
  }
}

describe("PlanLoop", () => {
  it("plans once where nothing is asked", () => {
    const { made, plan } = planning()
    assert.deepStrictEqual(PlanLoop.run(plan, answer, Facts.none), {
      _tag: "Settled",
      value: { _tag: "Planned" },
      facts: Facts.none
    })
    assert.lengthOf(made, 1)
  })

  it("plans again with each answer until nothing is open, and asks nothing twice", () => {
    asked.length = 0
    const { made, plan } = planning(path("a"), path("b"), path("c"))
    const outcome = PlanLoop.run(plan, answer, Facts.none)
    assert.strictEqual(outcome._tag, "Settled")
    assert.lengthOf(made, 4)
    assert.deepStrictEqual(asked, [path("a"), path("b"), path("c")].map(Question.id))
    assert.strictEqual(Facts.find<"RealPath">(outcome.facts, path("b"))?.answer.resolved, "/real/b")
  })

  it("hands on what has no answer, with what is known by then", () => {
    const { plan } = planning(path("a"), config, path("b"))
    const outcome = PlanLoop.run(plan, answer, Facts.none)
    if (outcome._tag !== "Deferred") return assert.fail(outcome._tag)
    assert.deepStrictEqual(outcome.questions, [config])
    assert.isDefined(Facts.find<"RealPath">(outcome.facts, path("a")))
    assert.isUndefined(Facts.find<"RealPath">(outcome.facts, path("b")))
  })

  it("goes on from what is known", () => {
    const { made, plan } = planning(config, path("a"))
    const known = Facts.answer(Facts.none, config, { currentContext: "default" } as Question.Answers["DockerConfig"])
    assert.strictEqual(PlanLoop.run(plan, answer, known)._tag, "Settled")
    assert.lengthOf(made, 2)
  })
})
