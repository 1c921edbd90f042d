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

describe("FileList.descriptors", () => {
  it.each<[string, Env, ReadonlyArray<number>]>([
    ["compose up", {}, []],
    ["compose -f - -f /dev/fd/5 up", {}, [0, 5]],
    ["compose --env-file /dev/fd/63 up", {}, [63]],
    ["compose -f /dev/fd/3 --env-file /dev/fd/3 --env-file prod.env up", {}, [3]],
    ["compose up", { COMPOSE_ENV_FILES: "a.env,/dev/fd/4" }, [4]],
    ["compose up", { COMPOSE_FILE: "a.yaml:-" }, [0]]
  ])("of %s with %j are %j", (words, env, descriptors) => {
    const files = {
      files: ["/w/a.yaml"],
      directory: "/w",
      name: { _tag: "Computed" },
      settings: [],
      isChoice: false
    } as const
    const { questions } = plan(words, {
      cwd: "/w",
      env: { HELIX_TASK_NUMBER: "1", ...env },
      files,
      model: { _tag: "Refused", input: [] }
    })
    const asked = questions.flatMap((one) => one._tag === "ComposeModel" ? [one.descriptors] : [])
    assert.isAbove(asked.length, 0)
    for (const one of asked) assert.deepStrictEqual(one, descriptors)
  })
})
