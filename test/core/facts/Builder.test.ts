import { assert, describe, it } from "@effect/vitest"
import * as Builder from "../../../src/core/facts/Builder.ts"

describe("Builder", () => {
  it.each<[Builder.Asked, Builder.Answer, string, string]>([
    [
      {
        through: "docker",
        name: undefined,
        endpoint: { context: undefined, host: undefined, config: undefined },
        env: {},
        globals: []
      },
      { _tag: "Exporting", driver: "docker" },
      "which builder does docker build use, and can it export cache?",
      "it can: driver docker"
    ],
    [
      {
        through: "buildx",
        name: "b",
        endpoint: { context: undefined, host: undefined, config: undefined },
        env: {},
        globals: []
      },
      { _tag: "Legacy", why: "no buildx" },
      "which builder does docker buildx build use (b), and can it export cache?",
      "it cannot: no buildx"
    ]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(Builder.kind.question(asked), question)
    assert.strictEqual(Builder.kind.answer(answer, asked), heard)
  })
})
