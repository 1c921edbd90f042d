import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { Environment } from "../../../src/shell/services/Environment.ts"
import { RealPrograms } from "../../../src/shell/services/RealPrograms.ts"

const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-programs-"))
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))
const at = (name: string): string => path.join(home, name)
for (const name of ["bin/docker", "bin/docker-compose", "config/cli-plugins/docker-compose", "shim"]) {
  fs.mkdirSync(path.dirname(at(name)), { recursive: true })
  fs.writeFileSync(at(name), "#!/bin/sh\n", { mode: 0o755 })
}
const env = { PATH: at("bin"), DOCKER_CONFIG: at("config") }
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
