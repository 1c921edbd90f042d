import { assert, describe, it } from "@effect/vitest"
import * as PlannedMark from "../../../src/core/plan/PlannedMark.ts"

describe("PlannedMark", () => {
  it("fits the same words only", () => {
    assert.strictEqual(PlannedMark.of(["compose", "up"]), PlannedMark.of(["compose", "up"]))
    const marks = [["compose", "up"], ["compose up"], ["compose", "up", ""], ["up", "compose"]].map(PlannedMark.of)
    assert.strictEqual(new Set(marks).size, marks.length)
  })
})
