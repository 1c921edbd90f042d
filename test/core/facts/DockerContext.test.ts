import { assert, describe, it } from "@effect/vitest"
import * as DockerContext from "../../../src/core/facts/DockerContext.ts"

describe("DockerContext", () => {
  it.each<[DockerContext.Asked, DockerContext.Answer, string, string]>([
    [
      { directory: "/d", name: "a" },
      { host: undefined },
      "which endpoint does the context a have?",
      "that cannot be read"
    ],
    [
      { directory: "/d", name: "a" },
      { host: "ssh://me:secret@other" },
      "which endpoint does the context a have?",
      "ssh://me:***@other"
    ]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(DockerContext.kind.question(asked), question)
    assert.strictEqual(DockerContext.kind.answer(answer, asked), heard)
  })
})
