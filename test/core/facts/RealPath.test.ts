import { assert, describe, it } from "@effect/vitest"
import * as RealPath from "../../../src/core/facts/RealPath.ts"

describe("RealPath", () => {
  it.each<[RealPath.Asked, RealPath.Answer, string, string]>([
    [{ path: "/w/l" }, { resolved: "/x", exists: true }, "where does /w/l lead?", "/x"],
    [{ path: "/w" }, { resolved: "/w", exists: false }, "where does /w lead?", "/w (which does not exist)"]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(RealPath.kind.question(asked), question)
    assert.strictEqual(RealPath.kind.answer(answer, asked), heard)
  })
})
