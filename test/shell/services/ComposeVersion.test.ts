import { assert, describe, it } from "vitest"
import { read } from "../../../src/shell/services/ComposeVersion.ts"

describe("ComposeVersion", () => {
  it.each([
    ["2.40.3-3", 2, 40],
    ["v2.26.1", 2, 26],
    ["5.0.1-desktop.1\n", 5, 0],
    ["1.29.2", 1, 29],
    ["dev", 0, 0],
    ["", 0, 0]
  ])("reads %j", (text, major, minor) => assert.deepStrictEqual(read(text), { major, minor }))
})
