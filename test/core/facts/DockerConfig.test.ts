import { assert, describe, it } from "@effect/vitest"
import * as DockerConfig from "../../../src/core/facts/DockerConfig.ts"

describe("DockerConfig", () => {
  it.each<[DockerConfig.Asked, DockerConfig.Answer, string, string]>([
    [
      { directory: "/h/.docker" },
      { currentContext: undefined, builderAlias: undefined },
      "what does /h/.docker/config.json say?",
      "no current context"
    ],
    [
      { directory: "/d" },
      { currentContext: "a", builderAlias: "buildx" },
      "what does /d/config.json say?",
      "current context a, builds go to buildx"
    ]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(DockerConfig.kind.question(asked), question)
    assert.strictEqual(DockerConfig.kind.answer(answer, asked), heard)
  })
})
