import { assert, describe, it } from "@effect/vitest"
import * as CommandLine from "../../../src/core/argv/CommandLine.ts"
import * as CommandReview from "../../../src/core/plan/CommandReview.ts"
import { web } from "./compose/project.ts"
import { plan } from "./table.ts"

const parse = (words: string) => CommandLine.parse(words.split(" "))

describe("CommandReview", () => {
  it.each([
    ["run -v /a:/b --device /dev/x img", [["--volume", "/a:/b"], ["--device", "/dev/x"]]],
    ["build -t app .", [["build", ""]]],
    ["stack deploy -c a.yml -c b.yml s", [["--compose-file", "a.yml"], ["--compose-file", "b.yml"]]],
    ["ps", []]
  ])("names every part of %s", (words, parts) => {
    assert.deepStrictEqual(
      CommandReview.leaveAll(parse(words), "why"),
      parts.map(([what = "", value = ""]) => ({ what, value, why: "why" }))
    )
  })

  it("names the flag that hides the rest", () => {
    assert.deepStrictEqual(CommandReview.notUnderstood(parse("run --new x img"), undefined), [
      { what: "--new", value: "", why: "docker does not know this flag either" }
    ])
    assert.deepStrictEqual(CommandReview.notUnderstood(parse("run --new x img"), "it hung"), [
      { what: "--new", value: "", why: "it hung" }
    ])
    assert.deepStrictEqual(CommandReview.notUnderstood(parse("run img"), undefined), [])
    assert.deepStrictEqual(CommandReview.notUnderstood(parse("ps --new"), undefined), [])
  })

  it.each([["--new up", "--new"], ["up --new", "--new"], ["ps --new", undefined], ["up", undefined]])(
    "names the flag of Compose that hides the rest of %s: %s",
    (words, flag) => {
      const { leftAlone } = plan(`compose ${words}`, web({})).plan
      const why = "Compose does not know this flag either"
      assert.deepStrictEqual(
        leftAlone.filter((one) => one.why === why).map(({ what }) => what),
        flag === undefined ? [] : [flag]
      )
    }
  )
})
