import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { Environment } from "../../../src/shell/services/Environment.ts"
import { RealPrograms } from "../../../src/shell/services/RealPrograms.ts"
import { at, env, home } from "./programs.ts"

const here = (more: Readonly<Record<string, string>> = {}) => ({
  invocation: { argv0: "docker", argv: [], env: { ...env, ...more }, cwd: home },
  shim: at("shim")
})

describe("RealPrograms", () => {
  it("finds the real programs, or says why there is none", async () => {
    const locate = (more: Readonly<Record<string, string>> = {}) =>
      Effect.runPromise(
        Effect.flatMap(RealPrograms.make, (programs) => Effect.either(programs.locate("docker"))).pipe(
          Effect.provideService(Environment, here(more))
        )
      )
    const found = await locate()
    assert.strictEqual(found._tag === "Right" && found.right, at("bin/docker"))
    const none = await locate({ PATH: "/none" })
    assert.strictEqual(none._tag === "Left" && none.left._tag, "ProgramNotFound")
  })
})
