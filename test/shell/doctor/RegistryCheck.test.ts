/**
 * What doctor says of a registry, by what docker answers.
 */
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import * as RegistryCheck from "../../../src/shell/doctor/RegistryCheck.ts"

const examine = async (code: number, stderr: string) => {
  const asked: Array<ReadonlyArray<string>> = []
  const finding = await Effect.runPromise(RegistryCheck.examine("registry:5000/cache", (words) => {
    asked.push(words)
    return Effect.succeed({ code, stdout: "", stderr })
  }))
  assert.deepStrictEqual(asked, [
    ["buildx", "imagetools", "inspect", "registry:5000/cache/docker-shim-doctor:none"]
  ])
  return finding
}

describe("RegistryCheck", () => {
  it("is content where docker says that there is no such entry", async () => {
    const finding = await examine(1, "ERROR: registry:5000/cache/docker-shim-doctor:none: not found\n")
    assert.deepStrictEqual(finding, {
      part: "cache",
      state: "ok",
      evidence: "in a registry, registry:5000/cache (DOCKER_SHIM_CACHE_BACKEND), which answers"
    })
  })

  it("tells docker's words, and the next step, where docker cannot tell", async () => {
    const finding = await examine(1, "ERROR: unexpected status: 401 Unauthorized\n")
    assert.strictEqual(finding.state, "warn")
    assert.include(finding.evidence, "docker cannot tell what is there: unexpected status: 401 Unauthorized")
    assert.include(finding.next, "docker login")
  })
})
