import { assert, describe, it } from "@effect/vitest"
import type { Flag } from "../../../../src/core/argv/grammar/Grammar.ts"
import { args, plan, type Table } from "../table.ts"
import { bind, files, web } from "./project.ts"

describe("a Compose that sets fields on the command line", () => {
  const flags: ReadonlyArray<Flag> = [{ name: "set", shorthand: "", arity: "list" }]
  const table: Table = {
    ...web({ build: { context: "/p" }, volumes: [bind("/etc")] }),
    files: files({ directory: "/home/retro/work/shop" }),
    entries: { "shop#web": { _tag: "Sound" } }
  }
  const set = [
    "--set=web.build.cache_from=type=local,src=@docker-shim/cache-import/shop#web/@",
    "--set=web.build.cache_to=type=local,dest=@docker-shim/cache-export/shop#web/@,mode=max,ignore-error=true"
  ]

  it("is given the cache of `build` so, without a file", () => {
    const planned = plan("compose build -q", { ...table, flags }).plan
    assert.deepStrictEqual([planned.args, planned.files], [["compose", "build", ...set, "-q"], []])
  })

  it("is not taken for one where its help does not list the flag, nor for `up`", () => {
    assert.deepStrictEqual(args("compose build -q", { ...table, flags: [] }), ["compose", "build", "-q"])
    assert.deepStrictEqual(args("compose up", { ...table, flags }), ["compose", "up"])
  })
})
