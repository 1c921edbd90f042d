import { assert, describe, it } from "vitest"
import * as Failure from "../../src/shell/Failure.ts"

describe("a failure of the shim's own", () => {
  it("advises no sticky bit for a cache that this user may not write: `cache init` refuses it", () => {
    const said = Failure.message({ _tag: "CacheUnusable", why: "/buildkit-cache may not be written by this user" })
    const [, mode] = /docker-shim cache init --root DIR --mode (\d+) --repair/.exec(said) ?? []
    assert.strictEqual(mode, "0777")
  })
})
