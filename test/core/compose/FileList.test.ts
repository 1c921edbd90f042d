import { assert, describe, it } from "@effect/vitest"
import * as FileList from "../../../src/core/compose/FileList.ts"
import type { Env } from "../../../src/core/Invocation.ts"
import { plan } from "../plan/table.ts"

describe("FileList.search", () => {
  const searched = (words: string) => {
    const files = { files: [], directory: "/w", name: { _tag: "None" }, settings: [], isChoice: false } as const
    const { questions } = plan(words, { cwd: "/w", env: { HELIX_TASK_NUMBER: "1" }, files })
    return questions.flatMap((one) => one._tag === "ComposeFiles" ? [[one.start, one.projectDirectory]] : [])
  }

  it.each<[string, string, string | undefined]>([
    ["compose ps", "/w", undefined],
    ["compose --project-directory sub ps", "/w/sub", "/w/sub"],
    ["compose --workdir sub ps", "/w/sub", "/w/sub"],
    ["compose --workdir /other -f a/compose.yaml ps", "/other", "/other"],
    ["compose --project-directory= --workdir sub ps", "/w/sub", "/w/sub"],
    ["compose --project-directory= -f a/compose.yaml ps", "/w/a", undefined]
  ])("of %s begins in %s, with the directory %s", (words, start, directory) => {
    assert.deepStrictEqual(searched(words), [[start, directory]])
  })
})

describe("FileList.environment", () => {
  it.each<[ReadonlyArray<string>, Env, boolean, object]>([
    [["a", "b"], {}, true, { COMPOSE_FILE: "a:b" }],
    [["a", "b"], { COMPOSE_PATH_SEPARATOR: "" }, true, { COMPOSE_FILE: "a:b" }],
    [["a", "b"], { COMPOSE_PATH_SEPARATOR: ";" }, true, { COMPOSE_FILE: "a;b" }],
    [["a:b", "c"], {}, true, { COMPOSE_FILE: "a:b;c", COMPOSE_PATH_SEPARATOR: ";" }],
    [["a", "b"], {}, false, { COMPOSE_FILE: "a:b", COMPOSE_PATH_SEPARATOR: ":" }]
  ])("of %j with %j, certain of the separator: %s", (files, env, isCertain, expected) => {
    assert.deepStrictEqual({ ...FileList.environment(files, env, isCertain) }, expected)
  })
})
