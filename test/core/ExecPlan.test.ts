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

  it("without its reports has the files that its program reads", () => {
    const override = { _tag: "Override", placeholder: "@override@", content: "" } as const
    const confirm = (file: string) => ({ _tag: "ConfirmRegistryExport", file, place: "r.example/app" } as const)
    const plan: ExecPlan.ExecPlan = {
      ...ExecPlan.passThrough("docker", ["build", "--file=@override@", "--metadata-file=@report@", "."]),
      files: [override, { _tag: "Report", placeholder: "@report@" }],
      after: [confirm("@report@"), confirm("/own.json")]
    }
    const without = ExecPlan.withoutReports(plan)
    assert.deepStrictEqual(without.args, ["build", "--file=@override@", "."])
    assert.deepStrictEqual([without.files, without.after], [[override], [confirm("/own.json")]])
  })
})
