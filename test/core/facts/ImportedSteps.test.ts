import { assert, describe, it } from "@effect/vitest"
import * as ImportedSteps from "../../../src/core/facts/ImportedSteps.ts"

describe("ImportedSteps", () => {
  it.each<[ImportedSteps.Asked, ImportedSteps.Answer, string, string]>([
    [{ endpoint: "[]" }, [], "which steps that fill cache mounts were imported, and never ran here?", "none"],
    [
      { endpoint: "[]" },
      ["a", "b"],
      "which steps that fill cache mounts were imported, and never ran here?",
      "2 of earlier builds"
    ]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(ImportedSteps.kind.question(asked), question)
    assert.strictEqual(ImportedSteps.kind.answer(answer, asked), heard)
  })
})
