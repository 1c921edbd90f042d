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

  it("looks for containers and volumes of the earlier name", () => {
    const actions = OtherName.earlier(call("compose up"), "shop", "ses1-shop")
    const looks = actions.flatMap((action) => action._tag === "LookForOtherName" ? [action] : [])
    assert.deepStrictEqual(looks.map(({ kind, other }) => [kind, other]), [
      ["containers", "ses1-shop"],
      ["volumes", "ses1-shop"]
    ])
    assert.match(looks[0]?.text ?? "", /^project shop still runs under its earlier name ses1-shop: /)
    assert.match(looks[1]?.text ?? "", /^project shop does not use the volumes of project ses1-shop, which exist: /)
    assert.match(looks[1]?.text ?? "", /'docker compose -p ses1-shop' or DOCKER_SHIM_PROJECT_SCOPE=project uses them$/)
    assert.deepStrictEqual(OtherName.earlier(call("compose up"), "", "ses1-shop"), [])
  })
})
