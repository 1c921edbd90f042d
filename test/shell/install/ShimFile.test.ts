import { assert, describe, it } from "vitest"
import * as ShimFile from "../../../src/shell/install/ShimFile.ts"
import { bare } from "../../../src/shell/install/Site.ts"
import * as Step from "../../../src/shell/install/Step.ts"
import { directory, site } from "./site.ts"

describe("ShimFile", () => {
  it("has its names in the usual directory that comes before docker and can be written", () => {
    assert.strictEqual(ShimFile.directoryFor(site(), bare)?.path, "/usr/local/bin")
    const real = directory("/usr/bin", { docker: "Program" })
    const behind = site({ path: [real, directory("/usr/local/bin")] })
    assert.isUndefined(ShimFile.directoryFor(behind, bare))
    const readOnly = site({ path: [directory("/usr/local/bin", {}, { isWritable: false }), real] })
    assert.isUndefined(ShimFile.directoryFor(readOnly, bare))
    const user = site({ path: [directory("/root/bin"), directory("/usr/local/bin"), real], isSuperuser: false })
    assert.strictEqual(ShimFile.directoryFor(user, bare)?.path, "/root/bin")
  })

  it("has them in the one that was asked for", () => {
    const given = directory("/opt/bin")
    const asked = { ...bare, directory: "/opt/bin" }
    assert.strictEqual(ShimFile.directoryFor(site({ given: [given] }), asked), given)
    assert.isUndefined(ShimFile.directoryFor(site(), asked))
  })

  it("finds where the real program stands on PATH", () => {
    const path = [
      directory("/a", { docker: "Shim" }),
      directory("/b", { docker: "Other" }),
      directory("/c", {
        docker: "Wrapper"
      })
    ]
    assert.strictEqual(ShimFile.realOf(site({ path }), "docker"), 2)
    assert.isUndefined(ShimFile.realOf(site({ path }), "docker-compose"))
  })

  it("is linked where it is a script, copied where it is one executable, and left where PATH leads to it", () => {
    const own = "/usr/local/bin/docker-shim"
    const placed = (shim: string, isExecutable: boolean, names: Parameters<typeof directory>[1] = {}) => {
      const one = directory("/usr/local/bin", names)
      const { part, target } = ShimFile.place(site({ shim: { file: shim, isExecutable }, path: [one] }), one)
      return { target, steps: part.steps, refusals: part.refusals }
    }
    const left = (target: string) => ({ target, steps: [], refusals: [] })
    const link = { target: "/o/shim.js", steps: [Step.link(own, "/o/shim.js")], refusals: [] }
    assert.deepStrictEqual(placed("/o/shim.js", false), link)
    assert.deepStrictEqual(placed("/o/shim", true), { target: own, steps: [Step.copy("/o/shim", own)], refusals: [] })
    assert.deepStrictEqual(placed("/o/shim", true, { "docker-shim": "Shim" }), left("/o/shim"))
    assert.deepStrictEqual(placed(own, true), left(own))
    assert.match(placed("/o/shim", true, { "docker-shim": "OtherShim" }).refusals[0] ?? "", /is another build/)
    assert.match(placed("/o/shim", true, { "docker-shim": "Program" }).refusals[0] ?? "", /is not this docker-shim$/)
  })
})
