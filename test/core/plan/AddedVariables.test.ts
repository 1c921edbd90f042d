import { it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { assert, describe } from "vitest"
import * as Plan from "../../../src/core/Plan.ts"
import * as AddedVariables from "../../../src/core/plan/AddedVariables.ts"
import * as PlannedMark from "../../../src/core/plan/PlannedMark.ts"

const names = ["COMPOSE_FILE", "COMPOSE_PROJECT_NAME", "COMPOSE_PATH_SEPARATOR", "DOCKER_HOST", "PATH"]
const variables = FastCheck.dictionary(FastCheck.constantFrom(...names), FastCheck.string())
const below = (env: Record<string, string>, changes: Record<string, string>) => ({
  ...env,
  ...changes,
  ...AddedVariables.mark(changes, env)
})

describe("AddedVariables", () => {
  it.prop("undo gives back what was there, but the session's endpoint", [variables, variables], ([env, changes]) => {
    const { DOCKER_HOST, PATH, ...ours } = changes
    const kept = { ...DOCKER_HOST === undefined ? {} : { DOCKER_HOST }, ...PATH === undefined ? {} : { PATH } }
    assert.deepStrictEqual(AddedVariables.undo(below(env, { ...ours, ...kept })), { ...env, ...kept })
  })

  it("leaves a value that a program between has set", () => {
    const env = below({}, { COMPOSE_FILE: "/a:/o", COMPOSE_PROJECT_NAME: "outer" })
    assert.deepStrictEqual(AddedVariables.undo({ ...env, COMPOSE_FILE: "/mine" }), { COMPOSE_FILE: "/mine" })
  })

  it.each(["", "{", "[]", "null", "7", "{\"PATH\":[\"/bin\",null]}", "{\"COMPOSE_FILE\":[]}"])(
    "takes nothing from a mark that is not its own: %s",
    (mark) => {
      const env = { PATH: "/bin", COMPOSE_FILE: "a" }
      assert.deepStrictEqual(AddedVariables.undo({ ...env, [AddedVariables.variable]: mark }), env)
    }
  )
})

describe("Plan.withoutAdded", () => {
  const added = below({}, { COMPOSE_FILE: "/a:/o", COMPOSE_PROJECT_NAME: "outer" })

  it("takes back what was added for a Compose above", () => {
    const call = { argv0: "docker", argv: ["compose", "up"], env: added, cwd: "/other" }
    assert.deepStrictEqual(Plan.withoutAdded(call), { ...call, env: {} })
  })

  it("leaves the Compose alone for which it was added", () => {
    const argv = ["compose", "up"]
    const env = {
      ...added,
      DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: "docker",
      [PlannedMark.variable]: PlannedMark.forWords(argv)
    }
    const call = { argv0: "docker-compose", argv, env, cwd: "/project" }
    assert.strictEqual(Plan.withoutAdded(call), call)
  })
})
