import { assert, describe, it } from "@effect/vitest"
import * as BuildFiles from "../../../src/core/facts/BuildFiles.ts"

describe("BuildFiles", () => {
  it.each<[BuildFiles.Asked, BuildFiles.Answer, string, string]>([
    [
      { path: "/w/Dockerfile", context: "/w", cache: "/c" },
      { digest: "abc", sendsCache: false },
      "what does /w/Dockerfile say?",
      "a text with the digest abc"
    ],
    [
      { path: undefined, context: "/w", cache: "/w/c" },
      { digest: undefined, sendsCache: true },
      "what does /w say?",
      "it cannot be read, the cache directory is in the context"
    ]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(BuildFiles.kind.question(asked), question)
    assert.strictEqual(BuildFiles.kind.answer(answer, asked), heard)
  })
})
