import { assert, describe, it } from "vitest"
import * as PathLookup from "../../../src/shell/docker/PathLookup.ts"

describe("PathLookup", () => {
  it.each<[string | undefined, ReadonlyArray<string>]>([
    ["/usr/bin:/bin", ["/usr/bin/docker", "/bin/docker"]],
    ["/usr/bin/:/a//b", ["/usr/bin/docker", "/a/b/docker"]],
    [":/bin", ["./docker", "/bin/docker"]],
    [".:bin", ["./docker", "./bin/docker"]],
    ["", []],
    [undefined, []]
  ])("looks in %j in its order", (value, expected) => {
    const found = PathLookup.candidates("docker", value === undefined ? {} : { PATH: value })
    assert.deepStrictEqual(found, expected)
  })

  it("knows what depends on the working directory", () => {
    assert.deepStrictEqual(["./docker", "bin/docker", "/bin/docker"].map(PathLookup.isRelative), [true, true, false])
  })
})
