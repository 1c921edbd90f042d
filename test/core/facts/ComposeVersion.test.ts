import { assert, describe, it } from "@effect/vitest"
import * as ComposeVersion from "../../../src/core/facts/ComposeVersion.ts"

describe("ComposeVersion", () => {
  it.each<[ComposeVersion.Asked, ComposeVersion.Answer, string, string]>([
    [{ form: "docker", globals: [] }, { major: 2, minor: 40 }, "which version is the real Compose?", "2.40"],
    [
      { form: "standalone", globals: [] },
      { major: 0, minor: 0 },
      "which version is the real Compose?",
      "it cannot be read"
    ]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(ComposeVersion.kind.question(asked), question)
    assert.strictEqual(ComposeVersion.kind.answer(answer, asked), heard)
  })
})
