import { assert, describe, it } from "@effect/vitest"
import * as ExecPlan from "../../src/core/ExecPlan.ts"

describe("ExecPlan", () => {
  it("can be become only where nothing is to be done before or after", () => {
    const plan = ExecPlan.passThrough("docker", [])
    assert.isTrue(ExecPlan.isReplaceable(plan))
    for (const name of ["files", "input", "before", "after"]) {
      assert.isFalse(ExecPlan.isReplaceable({ ...plan, [name]: [{}] }), name)
    }
  })
})
