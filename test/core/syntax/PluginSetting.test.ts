import { assert, describe, it } from "@effect/vitest"
import * as PluginSetting from "../../../src/core/syntax/PluginSetting.ts"

describe("PluginSetting", () => {
  it("finds a mount's source and a device's path, and replaces them", () => {
    assert.strictEqual(PluginSetting.source("data.source=/a=b"), "/a=b")
    assert.strictEqual(PluginSetting.source("my.dev.path=/dev/x"), "/dev/x")
    assert.strictEqual(PluginSetting.withSource("data.source=/a", "/$1"), "data.source=/$1")
  })

  it("finds none in other settings, and in names of plugins", () => {
    const texts = ["DEBUG=/a", "data=/a", "data.source=a", "data.options=/a", "a=b.source=/c", "vieux/sshfs:latest", ""]
    for (const text of texts) assert.isUndefined(PluginSetting.source(text))
  })
})
