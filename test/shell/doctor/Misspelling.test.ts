import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Misspelling from "../../../src/shell/doctor/Misspelling.ts"

const names = ["DOCKER_SHIM_CACHE", "DOCKER_SHIM_CACHE_DIR", "WORKSPACE_DIR"]
const words = FastCheck.stringMatching(/^[A-C]{0,6}$/)

describe("Misspelling", () => {
  it.each([
    ["DOCKER_SHIM_CACHEDIR", "DOCKER_SHIM_CACHE_DIR"],
    ["DOCKER_SHIM_CACH", "DOCKER_SHIM_CACHE"],
    ["WORKSAPCE_DIR", "WORKSPACE_DIR"],
    ["WORKSPACE", undefined],
    ["", undefined]
  ])("%s is meant to be %s", (name, meant) => {
    assert.strictEqual(Misspelling.nearest(name, names), meant)
  })

  it("is within as many edits as the caller allows, and nothing is meant where there are no names", () => {
    assert.strictEqual(Misspelling.nearest("WORKSPACE", names, 4), "WORKSPACE_DIR")
    assert.isUndefined(Misspelling.nearest("WORKSAPCE_DIR", names, 1))
    assert.isUndefined(Misspelling.nearest("a", [], 9))
  })

  it.prop("is symmetric, and nothing is nearer than the name itself", [words, words], ([one, other]) => {
    const isNear = (from: string, to: string): boolean => Misspelling.nearest(from, [to]) !== undefined
    assert.strictEqual(isNear(one, other), isNear(other, one))
    assert.strictEqual(Misspelling.nearest(one, [other, one]), one)
  })
})
