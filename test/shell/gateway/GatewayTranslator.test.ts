import { assert, describe, it } from "vitest"
import * as Settings from "../../../src/core/settings/Settings.ts"
import type { FoundSettings } from "../../../src/shell/gateway/FoundSettings.ts"
import * as GatewayTranslator from "../../../src/shell/gateway/GatewayTranslator.ts"

const decoded = Settings.decode({ WORKSPACE_DIR: "/data/ses1", DOCKER_SHIM_QUIET: "1" })
const settings = "_tag" in decoded ? assert.fail(decoded.variable) : decoded
const none = { ...settings, mappings: [] }

const found = (asks: boolean, last: Settings.Settings, current = last): FoundSettings => ({
  asks,
  current: () => Promise.resolve(current),
  last: () => last
})
const make = (settled: FoundSettings) => GatewayTranslator.make(settled, "/run/gateway.sock")

const target = "/v1.47/containers/create"
const body = JSON.stringify({ Image: "x", HostConfig: { Binds: ["/home/retro/work/app:/app"] } })
const translated = { _tag: "Body", body: body.replace("/home/retro/work", "/data/ses1"), target }

describe("GatewayTranslator", () => {
  it("takes requests with paths, if anything can be translated", () => {
    assert.isTrue(make(found(false, settings)).translates("POST", target))
    assert.isFalse(make(found(false, settings)).translates("GET", "/_ping"))
    assert.isFalse(make(found(false, none)).translates("POST", target))
    assert.isTrue(make(found(true, none)).translates("POST", target))
  })

  it("translates by the settings as they are, or as they are found", async () => {
    assert.deepStrictEqual<unknown>(make(found(false, settings)).translate("POST", target, body), translated)
    assert.deepStrictEqual<unknown>(await make(found(true, none, settings)).translate("POST", target, body), translated)
    assert.deepStrictEqual(make(found(false, none)).translate("POST", target, body), { _tag: "Body", body, target })
  })

  it("refuses what it cannot read", () => {
    const deep = `{"X":${"[".repeat(2_000)}${"]".repeat(2_000)}}`
    const outcome = make(found(false, settings)).translate("POST", target, deep)
    assert.strictEqual("_tag" in outcome && outcome._tag, "Refused")
  })
})
