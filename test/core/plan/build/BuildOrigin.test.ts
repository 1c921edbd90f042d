import { assert, describe, it } from "@effect/vitest"
import { plan, type Table } from "../table.ts"

const origin = (words: string, table: Table = {}) =>
  plan(words, table).questions.flatMap((question) =>
    question._tag === "CacheDirectory" ? question.wanted.map((one) => one.origin) : []
  )[0]

describe("BuildOrigin", () => {
  it("is 32 hex digits, the same for the same build", () => {
    assert.match(origin("build -t app .") ?? "", /^[0-9a-f]{32}$/)
    assert.strictEqual(origin("build -t app ."), origin("build -t app --pull ."))
    assert.strictEqual(
      origin("build -t app --build-arg A=1 --build-arg B=2 ."),
      origin("build -t app --build-arg B=2 --build-arg A=1 .")
    )
  })

  it("tells builds of one key apart", () => {
    const all = [
      "build -t app .",
      "build -t app api",
      "build -t app -f Dev .",
      "build -t app --build-arg A=1 .",
      "build -t app -"
    ]
    assert.strictEqual(new Set(all.map((words) => origin(words))).size, all.length)
  })

  it("is the same in all sessions", () => {
    const at = (directory: string) => origin("build -t app .", { cwd: directory, env: { WORKSPACE_DIR: directory } })
    assert.strictEqual(at("/data/ses1"), at("/data/ses2"))
  })

  it("does not depend on what was written into the Dockerfile", () => {
    const digest = (text: string) => origin("build -t app .", { buildFiles: () => ({ digest: text }) })
    assert.isDefined(digest("a"))
  })
})
