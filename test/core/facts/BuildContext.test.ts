import { assert, describe, it } from "@effect/vitest"
import * as BuildContext from "../../../src/core/facts/BuildContext.ts"

describe("BuildContext", () => {
  it.each<[BuildContext.Asked, BuildContext.Answer, string, string]>([
    [
      { directory: "/w", dockerfile: undefined },
      undefined,
      "what can a build read in /w?",
      "that cannot be told, or not cheaply"
    ],
    [{ directory: "/w", dockerfile: "/w/D" }, "abc", "what can a build read in /w?", "files with the digest abc"]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(BuildContext.kind.question(asked), question)
    assert.strictEqual(BuildContext.kind.answer(answer, asked), heard)
  })
})
