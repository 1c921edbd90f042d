import { assert, describe, it } from "@effect/vitest"
import * as ComposeFiles from "../../../src/core/facts/ComposeFiles.ts"

describe("ComposeFiles", () => {
  it.each<[ComposeFiles.Asked, ComposeFiles.Answer, string, string]>([
    [
      { start: "/w", files: undefined, projectDirectory: undefined, envFiles: undefined, isV1: false },
      { files: [], directory: "/w", name: { _tag: "None" }, settings: [], isChoice: false },
      "which files make the Compose project of /w?",
      "none"
    ],
    [
      { start: "/w", files: ["/w/a.yaml"], projectDirectory: undefined, envFiles: undefined, isV1: false },
      {
        files: ["/w/a.yaml"],
        directory: "/w",
        name: { _tag: "Plain", name: "shop" },
        settings: [{ file: "/w/.env", name: "COMPOSE_FILE", value: "b" }],
        isChoice: false
      },
      "what do /w/a.yaml say of the project's name?",
      "/w/a.yaml, named shop, /w/.env sets COMPOSE_FILE"
    ],
    [
      {
        start: "/w",
        files: ["/w/a.yaml"],
        projectDirectory: undefined,
        envFiles: undefined,
        isV1: false,
        isNameless: true
      },
      { files: ["/w/a.yaml"], directory: "/w", name: { _tag: "None" }, settings: [], isChoice: false },
      "what belongs to /w/a.yaml?",
      "/w/a.yaml"
    ],
    [
      { start: "/w", files: ["-"], projectDirectory: undefined, envFiles: undefined, isV1: false },
      { files: ["-"], directory: "/w", name: { _tag: "Computed" }, settings: [], isChoice: false },
      "what do - say of the project's name?",
      "-, the name is computed"
    ]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(ComposeFiles.kind.question(asked), question)
    assert.strictEqual(ComposeFiles.kind.answer(answer, asked), heard)
  })
})
