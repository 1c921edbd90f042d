import { assert, describe, it } from "@effect/vitest"
import * as ComposeModel from "../../../src/core/facts/ComposeModel.ts"
import { composeModel } from "./questions.ts"

const asked = composeModel()

describe("ComposeModel", () => {
  it.each<[ComposeModel.Asked, ComposeModel.Answer, string, string]>([
    [
      asked,
      { _tag: "Model", config: { services: { a: {}, b: {} } }, input: [] },
      "what does Compose say the project is, with all its profiles (config)?",
      "2 services"
    ],
    [
      { ...asked, profiles: "own" },
      { _tag: "Refused", input: [], why: "no such file" },
      "what does Compose say the project is (config)?",
      "it does not say: no such file"
    ],
    [
      { ...asked, profiles: "own" },
      { _tag: "Refused", input: [] },
      "what does Compose say the project is (config)?",
      "it does not say"
    ]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(ComposeModel.kind.question(asked), question)
    assert.strictEqual(ComposeModel.kind.answer(answer, asked), heard)
  })
})
