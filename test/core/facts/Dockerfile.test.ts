import { assert, describe, it } from "@effect/vitest"
import * as Dockerfile from "../../../src/core/facts/Dockerfile.ts"

describe("Dockerfile", () => {
  it.each<[Dockerfile.Asked, Dockerfile.Answer, string, string]>([
    [{ file: "/D" }, undefined, "what does /D say, and does it use cache mounts?", "it cannot be read"],
    [
      { file: "/D" },
      "FROM a\nRUN true",
      "what does /D say, and does it use cache mounts?",
      "no step needs what an earlier one left in a cache mount"
    ],
    [
      { file: "/D" },
      "FROM a\nRUN --mount=type=cache,target=/c a\nRUN --mount=type=cache,target=/c b",
      "what does /D say, and does it use cache mounts?",
      "a step may need what an earlier one left in a cache mount"
    ],
    [
      { file: "/D" },
      "FROM a\nONBUILD RUN --mount=type=cache,target=/c a",
      "what does /D say, and does it use cache mounts?",
      "that cannot be told"
    ]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(Dockerfile.kind.question(asked), question)
    assert.strictEqual(Dockerfile.kind.answer(answer, asked), heard)
  })
})
