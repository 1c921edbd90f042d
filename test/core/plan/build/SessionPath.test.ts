import { assert, describe, it } from "@effect/vitest"
import * as PathMapping from "../../../../src/core/paths/PathMapping.ts"
import * as SessionPath from "../../../../src/core/plan/build/SessionPath.ts"

const session = {
  userPath: "/home/retro/work",
  mappings: [PathMapping.make("/home/retro/work", "/data/ses1", "WORKSPACE_DIR")]
}

describe("SessionPath", () => {
  it.each([
    ["/home/retro/work/shop", "shop"],
    ["/home/retro/work", "."],
    ["/data/ses1/shop", "shop"],
    ["/data/ses2/shop", "/data/ses2/shop"],
    ["/home/retro/workshop", "/home/retro/workshop"]
  ])("%s is %s to all sessions", (path, printed) => {
    assert.strictEqual(SessionPath.print(path, session), printed)
  })
})
