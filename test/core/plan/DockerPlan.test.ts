import { assert, describe, it } from "@effect/vitest"
import { args, plan } from "./table.ts"

const env = { WORKSPACE_DIR: "/data/ses1" }

describe("DockerPlan", () => {
  it("changes paths of the daemon's, and no other word", () => {
    assert.deepStrictEqual(
      args("-D run --rm -v ./app:/app -e A=./app web ls ./app", { env }),
      "-D run --rm -v /data/ses1/app:/app -e A=./app web ls ./app".split(" ")
    )
  })

  it.each(["ps", "run --help -v ./app:/app", "exec web ls", "--version", "", "buildx ls"])("hands %s over", (words) => {
    const argv = words.split(" ").filter((word) => word !== "")
    const { plan: planned } = plan(argv, { env })
    assert.deepStrictEqual([planned.args, planned.changes, planned.files], [argv, [], []])
  })

  it("asks nothing for a command that it does not treat", () => {
    assert.deepStrictEqual(plan("images -a", { env }).questions, [])
  })

  it("says which parts a help text leaves alone", () => {
    const { leftAlone } = plan("run -v ./app:/app --help", { env }).plan
    assert.deepStrictEqual(leftAlone.map(({ what }) => what), ["--volume"])
  })

  it("goes to the session's daemon", () => {
    const host = { DOCKER_SHIM_DOCKER_HOST: "unix:///own.sock" }
    assert.deepStrictEqual(plan("ps", { env: host }).plan.env, { DOCKER_HOST: "unix:///own.sock" })
  })
})
