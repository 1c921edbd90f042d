import { assert, describe, it } from "@effect/vitest"
import * as StackModel from "../../../src/core/facts/StackModel.ts"

describe("StackModel", () => {
  it.each<[StackModel.Asked, StackModel.Answer, string, string]>([
    [
      { globals: [], files: ["a.yml", "b.yml"], descriptors: [] },
      { _tag: "Refused", input: [] },
      "what does docker say a.yml, b.yml are (stack config)?",
      "it refuses them"
    ],
    [
      { globals: [], files: ["a.yml"], descriptors: [] },
      { _tag: "Model", config: { services: { a: {} } }, input: [] },
      "what does docker say a.yml are (stack config)?",
      "1 service"
    ]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(StackModel.kind.question(asked), question)
    assert.strictEqual(StackModel.kind.answer(answer, asked), heard)
  })
})
