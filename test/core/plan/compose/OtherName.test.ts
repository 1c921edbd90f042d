import { assert, describe, it } from "@effect/vitest"
import * as ComposeCommandLine from "../../../../src/core/argv/ComposeCommandLine.ts"
import * as OtherName from "../../../../src/core/plan/compose/OtherName.ts"

const call = (words: string) =>
  ({
    form: "docker",
    line: ComposeCommandLine.parse(words.split(" ")),
    isV1: false
  }) as const

describe("OtherName", () => {
  it.each([
    ["compose up", true],
    ["compose run web", true],
    ["compose up --dry-run", false],
    ["compose build", false],
    ["compose ps", false]
  ])("matters for %s: %s", (words, expected) => {
    assert.strictEqual(OtherName.isAsked(call(words)), expected)
  })

  it("looks for volumes of the plain name", () => {
    const [action, ...others] = OtherName.volumes(call("-H unix:///x compose up"), "shop", "ses1-shop")
    assert.deepStrictEqual(others, [])
    assert(action?._tag === "LookForOtherName")
    assert.deepStrictEqual([action.kind, action.other], ["volumes", "shop"])
    assert.include(action.text, "project ses1-shop does not use the volumes of project shop")
    assert.deepStrictEqual(OtherName.volumes(call("compose up"), "shop", "shop"), [])
    assert.deepStrictEqual(OtherName.volumes(call("compose ps"), "shop", "ses1-shop"), [])
  })

  it("looks for containers of the earlier name", () => {
    const [action] = OtherName.containers(call("compose up"), "shop", "ses1-shop")
    assert(action?._tag === "LookForOtherName")
    assert.deepStrictEqual([action.kind, action.other], ["containers", "ses1-shop"])
    assert.deepStrictEqual(OtherName.containers(call("compose up"), "", "ses1-shop"), [])
  })
})
