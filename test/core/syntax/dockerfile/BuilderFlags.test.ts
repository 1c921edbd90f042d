import { assert, describe, it } from "@effect/vitest"
import * as BuilderFlags from "../../../../src/core/syntax/dockerfile/BuilderFlags.ts"

describe("BuilderFlags", () => {
  it.each([
    ["--from=build /a /b", ["--from=build"], "/a /b"],
    ["  --a  --b=c  rest --d", ["--a", "--b=c"], "rest --d"],
    ["--mount=\"type=cache,target=/a b\" x", ["--mount=type=cache,target=/a b"], "x"],
    ["--a='b c' x", ["--a=b c"], "x"],
    ["--a=b\\ c x", ["--a=b c"], "x"],
    ["-- --a x", [], "--a x"],
    ["x", [], "x"]
  ])("takes the flags off %s", (line, flags, text) => {
    assert.deepStrictEqual(BuilderFlags.parse(line, "\\"), { flags, text })
  })

  it("has the values of one flag", () => {
    assert.deepStrictEqual(BuilderFlags.values(["--from=a", "--fromage=b", "--from=c=d", "--from"], "from"), [
      "a",
      "c=d"
    ])
  })
})
