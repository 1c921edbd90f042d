import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import * as ExecPlan from "../../../src/core/ExecPlan.ts"
import type { Env } from "../../../src/core/Invocation.ts"
import * as PlannedMark from "../../../src/core/plan/PlannedMark.ts"
import * as RecursionDepth from "../../../src/core/plan/RecursionDepth.ts"
import * as ChildProgram from "../../../src/shell/fast-path/ChildProgram.ts"

const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-child-"))
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))
const docker = path.join(home, "docker")
fs.writeFileSync(docker, "#!/bin/sh\n", { mode: 0o755 })
fs.writeFileSync(path.join(home, "shim"), "#!/bin/sh\n", { mode: 0o755 })

const prepare = (args: ReadonlyArray<string>, more: Partial<ExecPlan.ExecPlan> = {}, env: Env = {}) =>
  ChildProgram.prepare(
    { ...ExecPlan.passThrough("docker", args), ...more },
    { argv0: "/usr/bin/docker", argv: args, env: { PATH: home, ...env }, cwd: home },
    path.join(home, "shim")
  )

describe("ChildProgram", () => {
  it("is the real program, told the name the shim was called by, with one more in the count", () => {
    assert.deepStrictEqual(prepare(["ps"], {}, { [RecursionDepth.variable]: "2" }), {
      _tag: "ChildProgram",
      file: docker,
      argv0: "/usr/bin/docker",
      args: ["ps"],
      env: { PATH: home, [RecursionDepth.variable]: "3" }
    })
  })

  it("has the plan's changes to the environment, which come last", () => {
    const program = prepare(["ps"], { env: { A: "new", B: null, [RecursionDepth.variable]: null } }, {
      A: "old",
      B: "b"
    })
    assert.deepStrictEqual(program._tag === "ChildProgram" && program.env, { PATH: home, A: "new" })
  })

  it("marks a call of Compose as planned, by its words", () => {
    const program = prepare(["compose", "up"])
    assert.strictEqual(
      program._tag === "ChildProgram" && program.env[PlannedMark.variable],
      PlannedMark.forWords(["compose", "up"])
    )
  })

  it("is none where the shim called itself too often, or there is no docker", () => {
    const often = prepare(["ps"], {}, { [RecursionDepth.variable]: String(RecursionDepth.max) })
    assert.deepStrictEqual(often, { _tag: "Recursion", depth: RecursionDepth.max })
    assert.strictEqual(prepare(["ps"], {}, { PATH: "/none" })._tag, "ProgramNotFound")
  })

  it("tells why it could not be started", () => {
    const why = (error: unknown) => {
      const failure = ChildProgram.notStarted(docker, error)
      return failure._tag === "ProgramNotRunnable" ? failure.why : failure._tag
    }
    assert.deepStrictEqual([why(new Error("spawn E2BIG")), why("no")], ["spawn E2BIG", "no"])
  })
})
