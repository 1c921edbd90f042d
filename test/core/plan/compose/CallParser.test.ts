import { assert, describe, it } from "@effect/vitest"
import { plan } from "../table.ts"
import { files, model } from "./project.ts"

const table = { env: { WORKSPACE_DIR: "/data" }, files: files(), model: model({}) }
const asked = (words: string, more = {}) =>
  plan(words, { ...table, ...more }).questions.flatMap((question) =>
    question._tag === "CommandFlags" || question._tag === "ComposeVersion" ? [question] : []
  )

describe("CallParser", () => {
  it("asks Compose what a flag takes that the grammar does not have", () => {
    assert.deepStrictEqual<unknown>(asked("compose up --new x"), [
      { _tag: "CommandFlags", program: "docker", command: ["compose", "up"], flag: "--new" }
    ])
  })

  it("asks nothing where all is understood, nor for a command that makes nothing", () => {
    assert.deepStrictEqual(asked("compose up -d"), [])
    assert.deepStrictEqual(asked("compose ps --new"), [])
  })

  it("asks a stand-alone Compose for its version, since it may be a v1", () => {
    assert.deepStrictEqual<unknown>(asked("up -d", { argv0: "docker-compose" }), [
      { _tag: "ComposeVersion", form: "standalone", globals: [] }
    ])
    assert.deepStrictEqual(asked("version", { argv0: "docker-compose" }), [])
  })

  it("leaves the call alone where Compose does not say, and says why", () => {
    const { notices } = plan("compose up --new x", { ...table, unanswered: "it hung" }).plan
    assert.isTrue(notices.some(({ text }) => text.includes("it hung")))
  })
})
