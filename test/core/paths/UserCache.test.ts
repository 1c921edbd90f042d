import { assert, describe, it } from "@effect/vitest"
import * as UserCache from "../../../src/core/paths/UserCache.ts"

describe("UserCache", () => {
  it.each([
    [{ HOME: "/h" }, "/h/.cache/docker-shim"],
    [{ HOME: "/h", XDG_CACHE_HOME: "/x" }, "/x/docker-shim"],
    [{ HOME: "/h", XDG_CACHE_HOME: "x" }, "/h/.cache/docker-shim"],
    [{ HOME: "h" }, undefined],
    [{}, undefined]
  ])("%j: %s", (env, directory) => {
    assert.strictEqual(UserCache.directory(env), directory)
  })
})
