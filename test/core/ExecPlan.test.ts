import { assert, describe, it } from "@effect/vitest"
import * as CacheView from "../../src/core/cache/CacheView.ts"
import * as ExecPlan from "../../src/core/ExecPlan.ts"
import * as RegistryReport from "../../src/core/plan/build/RegistryReport.ts"
import * as ComposePlan from "../../src/core/plan/compose/ComposePlan.ts"
import * as StackFiles from "../../src/core/plan/compose/StackFiles.ts"

describe("ExecPlan", () => {
  it("can be become only where nothing is to be done before or after", () => {
    const plan = ExecPlan.passThrough("docker", [])
    assert.isTrue(ExecPlan.isReplaceable(plan))
    for (const name of ["files", "input", "before", "after"]) {
      assert.isFalse(ExecPlan.isReplaceable({ ...plan, [name]: [{}] }), name)
    }
  })

  it("only keeps overrides if they are the same afterwards, and nothing else is to be done", () => {
    const file = { _tag: "Override", placeholder: "@docker-shim/x@", content: "{}" } as const
    const kept = { name: "shop.yaml", header: "", content: "{}" }
    const plan = ExecPlan.passThrough("docker", ["-f", "@docker-shim/x@"])
    const look = { _tag: "LookForOtherName" } as ExecPlan.ExecPlan["before"][number]
    assert.isTrue(ExecPlan.onlyKeeps({ ...plan, files: [{ ...file, kept }], before: [look] }))
    for (
      const more of [
        { files: [file] },
        { files: [{ ...file, kept: { ...kept, content: "{ }" } }] },
        { files: [{ _tag: "Report", placeholder: "@docker-shim/x@" }] },
        { files: [{ ...file, kept }], before: [{ _tag: "PrepareCacheExport" }] },
        { files: [{ ...file, kept }], after: [look] },
        { files: [{ ...file, kept }], input: [look] }
      ] as ReadonlyArray<object>
    ) assert.isFalse(ExecPlan.onlyKeeps({ ...plan, ...more }), JSON.stringify(more))
    const placed = ExecPlan.placed(
      { ...plan, env: { A: "1:@docker-shim/x@", B: null } },
      new Map([["@docker-shim/x@", "/f"]])
    )
    assert.deepStrictEqual([placed.args, placed.env], [["-f", "/f"], { A: "1:/f", B: null }])
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

  it("puts paths where placeholders stand, whatever else looks like one", () => {
    const names = [
      CacheView.exported("app@1"),
      CacheView.imported("app@1"),
      CacheView.imported("s200#web%", 2),
      CacheView.imported("web", undefined, 1),
      ComposePlan.placeholder,
      StackFiles.placeholder,
      RegistryReport.placeholder
    ]
    const paths = new Map(names.map((name, at) => [name, `/tmp/${at}`]))
    for (const [name, file] of paths) {
      assert.strictEqual(ExecPlan.fill(`a=${name},b=${name}:@x`, paths), `a=${file},b=${file}:@x`)
    }
    assert.strictEqual(ExecPlan.fill(names.join("@docker-shim/"), paths), [...paths.values()].join("@docker-shim/"))
    for (const text of ["", "@docker-shim/other@", "@docker-shim/cache-export/app/", "me@docker-shim/x:1"]) {
      assert.strictEqual(ExecPlan.fill(text, paths), text)
    }
  })
})
