import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as Facts from "../../../src/core/facts/Facts.ts"
import type * as Question from "../../../src/core/facts/Question.ts"
import * as PlanLoop from "../../../src/shell/fast-path/PlanLoop.ts"
import { builder, config, home, link } from "./questions.ts"

const real: Question.Of<"RealPath"> = { _tag: "RealPath", path: path.join(home, "real") }

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

describe("PlanLoop", () => {
  it("plans once where nothing is asked", () => {
    const { made, plan } = planning()
    const outcome = PlanLoop.run(plan, Facts.none)
    assert.deepStrictEqual(outcome, { _tag: "Settled", value: { _tag: "Planned" }, facts: Facts.none })
    assert.lengthOf(made, 1)
  })

  it("answers what a look at the file system can, and plans again until nothing is open", () => {
    const { made, plan } = planning(link, config, real)
    const outcome = PlanLoop.run(plan, Facts.none)
    assert.strictEqual(outcome._tag, "Settled")
    assert.lengthOf(made, 4)
    assert.isDefined(Facts.find<"RealPath">(outcome.facts, real))
  })

  it("hands on what it cannot answer, with what it knows by then", () => {
    const { plan } = planning(link, builder)
    const outcome = PlanLoop.run(plan, Facts.none)
    if (outcome._tag !== "Deferred") return assert.fail(outcome._tag)
    assert.deepStrictEqual(outcome.questions, [builder])
    assert.isDefined(Facts.find<"RealPath">(outcome.facts, link))
  })
})
