import { assert, describe, it } from "@effect/vitest"
import * as FileList from "../../../src/core/compose/FileList.ts"
import type { Env } from "../../../src/core/Invocation.ts"

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
