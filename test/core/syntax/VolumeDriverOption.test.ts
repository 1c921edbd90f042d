import { assert, describe, it } from "@effect/vitest"
import * as VolumeDriverOption from "../../../src/core/syntax/VolumeDriverOption.ts"

describe("VolumeDriverOption", () => {
  it.each([
    ["device=/home/data", ["/home/data"]],
    ["device=:/export", []],
    ["device=tmpfs", []],
    ["o=lowerdir=/a,upperdir=/b", ["/a", "/b"]],
    ["o=bind", []],
    ["type=/x", []]
  ])("%s holds %j", (text, sources) => {
    assert.deepStrictEqual(VolumeDriverOption.sources(text), sources)
  })

  it("takes other paths in their places", () => {
    assert.strictEqual(VolumeDriverOption.withSources("device=/a", ["/b"]), "device=/b")
    assert.strictEqual(
      VolumeDriverOption.withSources("o=lowerdir=/a,upperdir=/b", ["/c", "/d"]),
      "o=lowerdir=/c,upperdir=/d"
    )
  })
})
