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
})
