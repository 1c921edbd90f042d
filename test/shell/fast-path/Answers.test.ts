import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as Facts from "../../../src/core/facts/Facts.ts"
import type * as Question from "../../../src/core/facts/Question.ts"
import * as Answers from "../../../src/shell/fast-path/Answers.ts"
import { builder, config, home, link } from "./questions.ts"

describe("Answers", () => {
  it("gives what plain calls can, and leaves the rest open", () => {
    fs.writeFileSync(path.join(home, "config.json"), "{\"currentContext\": \"mine\"}")
    const context: Question.Of<"DockerContext"> = { _tag: "DockerContext", directory: home, name: "none" }
    const { facts, open } = Answers.lookUp(Facts.none, [link, builder, config, context])
    assert.deepStrictEqual(open, [builder])
    const found = Facts.find<"RealPath">(facts, link)?.answer
    assert.include(JSON.stringify(found), `${home}/real`)
    assert.strictEqual(Facts.find<"DockerConfig">(facts, config)?.answer.currentContext, "mine")
    assert.deepStrictEqual(Facts.find<"DockerContext">(facts, context)?.answer, { host: undefined })
  })

  it("settle a plan as far as they can, and hand on the rest with what is known by then", () => {
    const asking = (...questions: ReadonlyArray<Question.Question>) => (facts: Facts.Facts) => {
      const open = questions.find((question) => Facts.find(facts, question as never) === undefined)
      return open === undefined ? { _tag: "Planned" } as const : { _tag: "OpenQuestions", questions: [open] } as const
    }
    const settled = Answers.settle(asking(link, config), Facts.none)
    assert.strictEqual(settled._tag, "Settled")
    assert.isDefined(Facts.find<"DockerConfig">(settled.facts, config))
    const deferred = Answers.settle(asking(link, builder, config), Facts.none)
    if (deferred._tag !== "Deferred") return assert.fail(deferred._tag)
    assert.deepStrictEqual(deferred.questions, [builder])
    assert.isDefined(Facts.find<"RealPath">(deferred.facts, link))
  })
})
