import { assert, describe, it } from "@effect/vitest"
import { plan } from "../table.ts"
import { files, model } from "./project.ts"

const asked = (words: string, env = {}) =>
  plan(words, { env: { WORKSPACE_DIR: "/data", ...env }, files: files(), model: model({}) }).questions.flatMap((
    question
  ) => question._tag === "ComposeModel" ? [question] : [])

describe("ModelQuestion", () => {
  it("asks with the call's own flags, for all profiles, and the services that are named", () => {
    const [question] = asked("--context c compose -f a.yaml --profile dev up web")
    assert.deepStrictEqual(
      [question?.globals, question?.flags, question?.profiles, question?.services, question?.descriptors],
      [["--context", "c"], ["-f", "a.yaml", "--profile", "dev"], "all", ["web"], []]
    )
  })

  it("says which descriptors the files are read from", () => {
    assert.deepStrictEqual(asked("compose -f - up").map(({ descriptors }) => descriptors), [[0]])
  })

  it("says what the plan changes in the environment", () => {
    const [question] = asked("compose up", { HELIX_TASK_NUMBER: "12" })
    assert.deepStrictEqual(question?.env, { COMPOSE_PROJECT_NAME: "helix-task-12-work" })
  })
})
