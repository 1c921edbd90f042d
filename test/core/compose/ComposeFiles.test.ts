import { assert, describe, it } from "@effect/vitest"
import * as ComposeFiles from "../../../src/core/compose/ComposeFiles.ts"

describe("ComposeFiles", () => {
  it.each([
    ["oci://r/app", true],
    ["https://host/r.git", true],
    ["git@host:r", true],
    ["github.com/a/b", true],
    ["compose.yaml", false],
    ["/w/https/compose.yaml", false],
    ["-", false]
  ])("%s is fetched: %s", (file, expected) => {
    assert.strictEqual(ComposeFiles.isRemote(file), expected)
  })
})
