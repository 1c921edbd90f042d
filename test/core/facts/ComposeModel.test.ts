import { assert, describe, it } from "@effect/vitest"
import * as ComposeModel from "../../../src/core/facts/ComposeModel.ts"

describe("ComposeModel", () => {
  it.each<[ComposeModel.Asked, ComposeModel.Answer, string, string]>([
    [
      {
        form: "docker",
        globals: [],
        flags: [],
        env: {},
        profiles: "all",
        services: [],
        descriptors: [],
        sought: undefined
      },
      { _tag: "Model", config: { services: { a: {}, b: {} } }, input: [] },
      "what does Compose say the project is, with all its profiles (config)?",
      "2 services"
    ],
    [
      {
        form: "docker",
        globals: [],
        flags: [],
        env: {},
        profiles: "own",
        services: [],
        descriptors: [],
        sought: undefined
      },
      { _tag: "Refused", input: [], why: "no such file" },
      "what does Compose say the project is (config)?",
      "it does not say: no such file"
    ],
    [
      {
        form: "docker",
        globals: [],
        flags: [],
        env: {},
        profiles: "own",
        services: [],
        descriptors: [],
        sought: undefined
      },
      { _tag: "Refused", input: [] },
      "what does Compose say the project is (config)?",
      "it does not say"
    ]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(ComposeModel.kind.question(asked), question)
    assert.strictEqual(ComposeModel.kind.answer(answer, asked), heard)
  })
})
