import { assert, describe, it } from "vitest"
import * as ComposeModel from "../../../../src/core/compose/ComposeModel.ts"
import * as ComposeOverride from "../../../../src/core/compose/ComposeOverride.ts"
import * as ModelWatch from "../../../../src/core/plan/compose/ModelWatch.ts"

const volume = (source: string) => ({ type: "bind", source, target: "/src" })

const watched = (watch: ReadonlyArray<object>): string => {
  const model = ComposeModel.decode({
    services: { web: { volumes: [volume("/u/src")], develop: { watch } }, other: { develop: { watch } } }
  })
  const additions = [{ section: "services", name: "web", fields: { volumes: [volume("/d/src")] } }] as const
  return ComposeOverride.print(ComposeOverride.fromAdditions(ModelWatch.additions(model, additions)))
}

const replaced = (triggers: string): string =>
  `{\n  "services": {\n    "web": {\n      "develop": {\n        "watch": !override ${triggers}\n      }\n    }\n  }\n}\n`

const text = (triggers: ReadonlyArray<object>): string =>
  JSON.stringify(triggers, undefined, 2).replaceAll("\n", "\n        ")

describe("ModelWatch", () => {
  it("gives a sync inside a translated bind the daemon's path, and keeps the other rules", () => {
    const rebuild = { action: "rebuild", path: "/u/src/package.json" }
    const aside = { action: "sync", path: "/u/srcs", target: "/x" }
    assert.strictEqual(
      watched([{ action: "sync", path: "/u/src/a", target: "/src/a" }, rebuild, {
        action: "sync+restart",
        path: "/u/src"
      }, aside]),
      replaced(text([
        { action: "sync", path: "/d/src/a", target: "/src/a" },
        rebuild,
        { action: "sync+restart", path: "/d/src" },
        aside
      ]))
    )
  })

  it("leaves a bind out of the initial sync of the directory around it", () => {
    assert.strictEqual(
      watched([{ action: "sync", path: "/u", target: "/x", initial_sync: true, ignore: ["b"] }]),
      replaced(text([{ action: "sync", path: "/u", target: "/x", initial_sync: true, ignore: ["b", "src"] }]))
    )
  })

  it.each([
    [{ action: "rebuild", path: "/u/src" }],
    [{ action: "sync", path: "/u", target: "/x" }],
    [{ action: "sync", path: "/other", target: "/x" }]
  ])("says nothing of %j", (trigger) => {
    assert.strictEqual(watched([trigger]), "{}\n")
  })
})
