import { assert, describe, it } from "@effect/vitest"
import * as DeviceSpec from "../../../src/core/syntax/DeviceSpec.ts"

describe("DeviceSpec", () => {
  it.each([
    ["/dev/snd", "/dev/snd"],
    ["/dev/snd:/dev/x:rwm", "/dev/snd"],
    ["vendor.com/class=name", undefined],
    ["", undefined]
  ])("%s has the source %s", (text, source) => {
    assert.strictEqual(DeviceSpec.source(text), source)
  })

  it.each([
    ["/dev/snd", "/x", "/x:/dev/snd"],
    ["/dev/snd:rw", "/x", "/x:/dev/snd:rw"],
    ["/dev/snd:rr", "/x", "/x:rr"],
    ["/dev/snd:/dev/y", "/x", "/x:/dev/y"],
    ["/dev/snd:/dev/y:m", "/x", "/x:/dev/y:m"],
    ["/dev/snd", "/a:b", undefined]
  ])("%s with %s is %s", (text, path, expected) => {
    assert.strictEqual(DeviceSpec.withSource(text, path), expected)
  })
})
