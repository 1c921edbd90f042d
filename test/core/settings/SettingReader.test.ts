import { assert, describe, it } from "@effect/vitest"
import * as MachineSettings from "../../../src/core/settings/MachineSettings.ts"
import * as SettingReader from "../../../src/core/settings/SettingReader.ts"

const reader = (env: Readonly<Record<string, string>>) => SettingReader.make(env, MachineSettings.none)

describe("SettingReader", () => {
  it("counts an empty value as unset", () => {
    const { flag, path, text } = reader({ A: "" })
    assert.deepStrictEqual([text("A"), path("A"), flag("A")], [undefined, undefined, false])
  })

  it("takes the first choice where nothing is said", () => {
    assert.strictEqual(reader({}).choice("A", ["on", "off"]), "on")
    assert.strictEqual(reader({ A: "off" }).choice("A", ["on", "off"]), "off")
  })

  it("notes what is not accepted, and goes on with the default", () => {
    const one = reader({ A: "maybe", B: "relative", C: "2" })
    assert.deepStrictEqual([one.choice("A", ["on", "off"]), one.path("B"), one.flag("C")], ["on", undefined, false])
    assert.deepStrictEqual(one.errors, [
      { _tag: "SettingError", variable: "A", value: "maybe", accepted: "on, off" },
      { _tag: "SettingError", variable: "B", value: "relative", accepted: "an absolute path" },
      { _tag: "SettingError", variable: "C", value: "2", accepted: "1, true, on, 0, false, off" }
    ])
  })

  it("names the machine's file where a mistake is from there", () => {
    const one = SettingReader.make({}, { file: "/etc/x", values: { A: "no" } })
    one.flag("A")
    assert.deepStrictEqual(one.errors.map(({ file }) => file), ["/etc/x"])
  })
})
