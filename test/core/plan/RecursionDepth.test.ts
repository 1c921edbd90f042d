import { assert, describe, it } from "@effect/vitest"
import * as RecursionDepth from "../../../src/core/plan/RecursionDepth.ts"

describe("ofProgram", () => {
  it.each<[string, Readonly<Record<string, string | null>>, Readonly<Record<string, string>>, number]>([
    ["ps", {}, {}, 0],
    ["ps", {}, { DOCKER_SHIM_DEPTH: "3" }, 3],
    ["ps", {}, { DOCKER_SHIM_DEPTH: "much" }, 0],
    ["run img --environment --environment --environment", {}, { DOCKER_SHIM_DEPTH: "1" }, 1],
    ["compose config --environment --environment", { DOCKER_SHIM_DEPTH: null }, { DOCKER_SHIM_DEPTH: "9" }, 1],
    ["compose config --environment --environment=true", { DOCKER_SHIM_DEPTH: null }, {}, 0]
  ])("of %j with %j in %j is %i", (words, changes, env, depth) => {
    assert.strictEqual(RecursionDepth.forProgram(words.split(" "), changes, env), depth)
  })
})
