import { assert, describe, it } from "@effect/vitest"
import * as BlockDevice from "../../../src/core/syntax/BlockDevice.ts"

describe("BlockDevice", () => {
  it("finds a device and replaces it", () => {
    assert.strictEqual(BlockDevice.source("/dev/sda:1mb"), "/dev/sda")
    assert.strictEqual(BlockDevice.withSource("/dev/sda:1mb", "/dev/sdb"), "/dev/sdb:1mb")
  })

  it("finds none in what docker refuses, and writes nothing that it would refuse", () => {
    for (const text of ["/home/x:1mb", "dev/sda:1", "/dev/sda", ":1", ""]) assert.isUndefined(BlockDevice.source(text))
    assert.isUndefined(BlockDevice.withSource("/dev/sda:1mb", "/data/dev"))
    assert.isUndefined(BlockDevice.withSource("/dev/sda:1mb", "/dev/a:b"))
  })
})
