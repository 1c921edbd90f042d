import { assert, describe, it } from "@effect/vitest"
import * as MachineSettings from "../../../src/core/settings/MachineSettings.ts"

const file = "/etc/docker-shim.env"

describe("MachineSettings", () => {
  it("reads NAME=value lines as they stand", () => {
    assert.deepStrictEqual(MachineSettings.parse(file, "# a\n\n A=1 \nB=\"x=y\"\nA=2\n"), {
      file,
      values: { A: "2", B: "\"x=y\"" }
    })
  })

  it.each(["export A=1", "1A=2", "A"])("takes nothing from a file with the line %s", (line) => {
    assert.deepStrictEqual(MachineSettings.parse(file, `B=1\n${line}`), {
      file,
      values: {},
      mistake: { line: 2, text: line }
    })
  })

  it("counts where the environment has nothing, not even an empty value", () => {
    const machine = { file, values: { A: "m", B: "m" } }
    assert.deepStrictEqual(
      ["A", "B", "C"].map((one) => MachineSettings.valueOf(one, { A: "", C: undefined }, machine)),
      [
        "",
        "m",
        undefined
      ]
    )
    assert.strictEqual(MachineSettings.origin("A", { A: "" }, machine), "A")
    assert.strictEqual(MachineSettings.origin("B", {}, machine), `B in ${file}`)
    assert.strictEqual(MachineSettings.origin("C", {}, machine), "C")
  })
})
