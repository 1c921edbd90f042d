import { assert, describe, it } from "vitest"
import * as Site from "../../../src/shell/install/Site.ts"

describe("Site", () => {
  it("takes for another's what can be run and is not the shim", () => {
    const entries: ReadonlyArray<Site.Entry> = [
      { _tag: "Absent" },
      { _tag: "Shim" },
      { _tag: "OtherShim" },
      { _tag: "Wrapper" },
      { _tag: "Program" },
      { _tag: "Other", what: "a directory" }
    ]
    assert.deepStrictEqual(entries.map(Site.isForeign), [false, false, false, true, true, false])
  })
})
