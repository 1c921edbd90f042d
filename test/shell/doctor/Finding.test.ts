import { assert, describe, it } from "vitest"
import * as Finding from "../../../src/shell/doctor/Finding.ts"

describe("Finding", () => {
  it.each<[ReadonlyArray<Finding.Finding>, number]>([
    [[], 0],
    [[Finding.ok("a", ""), Finding.unchecked("b", "")], 0],
    [[Finding.ok("a", ""), Finding.warn("b", "", "")], 1],
    [[Finding.fail("a", "", ""), Finding.warn("b", "", "")], 2]
  ])("the exit status of %j is %i", (all, code) => {
    assert.strictEqual(Finding.exitCode(all), code)
  })

  it.each([
    [[], "no problems"],
    [[Finding.ok("a", "b")], "no problems"],
    [[Finding.unchecked("a", "b")], "no problems; 1 not checked"],
    [[Finding.fail("a", "b", "c"), Finding.fail("a", "b", "c"), Finding.warn("a", "b", "c")], "2 problems, 1 warning"],
    [[Finding.warn("a", "b", "c"), Finding.warn("a", "b", "c")], "2 warnings"]
  ])("ends with a verdict: %#", (findings, verdict) => {
    assert.strictEqual(Finding.verdict(findings), verdict)
  })
})
