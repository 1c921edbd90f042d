import { assert, describe, it } from "@effect/vitest"
import * as KeptOverrides from "../../../src/core/facts/KeptOverrides.ts"

describe("KeptOverrides", () => {
  it.each<[KeptOverrides.Asked, KeptOverrides.Answer, string, string]>([
    [{ directory: "/k" }, [], "which override files of earlier commands are in /k?", "none"],
    [
      { directory: "/k" },
      [{ file: "/k/a", name: "shop", isNamed: true, directory: "/w", files: [], mapping: "" }],
      "which override files of earlier commands are in /k?",
      "/k/a"
    ]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(KeptOverrides.kind.question(asked), question)
    assert.strictEqual(KeptOverrides.kind.answer(answer, asked), heard)
  })
})
