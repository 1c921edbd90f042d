import { assert, describe, it } from "vitest"
import { attempt } from "../../../src/shell/files/Attempt.ts"

describe("attempt", () => {
  it("gives what the call gives, and nothing where it throws", () => {
    assert.deepStrictEqual([attempt(() => 0), attempt(() => ""), attempt(() => null)], [0, "", null])
    const fail = (): number => {
      throw new Error("ENOENT")
    }
    assert.isUndefined(attempt(fail))
  })
})
