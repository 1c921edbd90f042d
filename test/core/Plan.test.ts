import { assert, describe, it } from "@effect/vitest"
import * as Facts from "../../src/core/facts/Facts.ts"
import * as Plan from "../../src/core/Plan.ts"
import * as PlannedMark from "../../src/core/plan/PlannedMark.ts"

const invocation = (argv: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}, argv0 = "docker") => ({
  argv0,
  argv,
  env,
  cwd: "/home/retro/work"
})

describe("Plan", () => {
  it("asks, and plans when it was told", () => {
    const call = invocation(["run", "-v", "/home/retro/work/a:/a", "web"], {
      WORKSPACE_DIR: "/data",
      DOCKER_HOST: "unix:///var/run/docker.sock"
    })
    const open = Plan.plan(call, Facts.none)
    assert(open._tag === "OpenQuestions")
    const facts = open.questions.reduce(
      (known, question) =>
        question._tag === "RealPath"
          ? Facts.answer(known, question, { resolved: question.path, exists: true })
          : assert.fail(question._tag),
      Facts.none
    )
    const planned = Plan.plan(call, facts)
    assert(planned._tag === "ExecPlan")
    assert.deepStrictEqual(planned.args, ["run", "-v", "/data/a:/a", "web"])
    // the same input gives the same result
    assert.deepStrictEqual(Plan.plan(call, facts), planned)
  })

  it("looks at nothing where it is switched off, whatever else is set", () => {
    const planned = Plan.plan(
      invocation(["run", "x"], { DOCKER_SHIM_DISABLE: "1", DOCKER_SHIM_CACHE: "?" }),
      Facts.none
    )
    assert(planned._tag === "ExecPlan")
    assert.deepStrictEqual(planned.leftAlone, [
      { what: "docker", value: "", why: "the shim is switched off (DOCKER_SHIM_DISABLE)" }
    ])
  })

  it("refuses a setting that it does not understand", () => {
    const refused = Plan.plan(invocation(["ps"], { DOCKER_SHIM_CACHE: "?" }), Facts.none)
    assert(refused._tag === "SettingError")
    assert.strictEqual(refused.variable, "DOCKER_SHIM_CACHE")
  })

  it("does not plan twice what the shim above docker planned", () => {
    const argv = ["compose", "up"]
    const env = {
      DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: "docker",
      [PlannedMark.variable]: PlannedMark.forWords(argv)
    }
    const planned = Plan.plan(invocation(argv, env, "/plugins/docker-compose"), Facts.none)
    assert(planned._tag === "ExecPlan")
    assert.deepStrictEqual([planned.args, planned.env], [argv, { [PlannedMark.variable]: null }])
  })

  it("says that the machine's file is not used", () => {
    const machine = { file: "/etc/docker-shim.env", values: {}, ignored: "it belongs to user 1000" }
    const planned = Plan.plan({ ...invocation(["ps"]), machine }, Facts.none)
    assert(planned._tag === "ExecPlan")
    assert.deepStrictEqual(planned.notices, [
      { text: "/etc/docker-shim.env is ignored: it belongs to user 1000" }
    ])
  })
})
