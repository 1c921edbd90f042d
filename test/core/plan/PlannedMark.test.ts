import { assert, describe, it } from "@effect/vitest"
import * as PlannedMark from "../../../src/core/plan/PlannedMark.ts"

describe("PlannedMark", () => {
  it("fits the same words only", () => {
    assert.strictEqual(PlannedMark.forWords(["compose", "up"]), PlannedMark.forWords(["compose", "up"]))
    const marks = [["compose", "up"], ["compose up"], ["compose", "up", ""], ["up", "compose"]].map(
      PlannedMark.forWords
    )
    assert.strictEqual(new Set(marks).size, marks.length)
  })
})
