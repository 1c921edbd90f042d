import { assert, describe, it } from "@effect/vitest"
import * as ComposeCommandLine from "../../../src/core/argv/ComposeCommandLine.ts"
import * as ComposeCall from "../../../src/core/compose/ComposeCall.ts"

const call = (words: string, isV1 = false): ComposeCall.ComposeCall => ({
  form: "docker",
  line: ComposeCommandLine.parse(words.split(" ")),
  isV1
})

describe("ComposeCall", () => {
  it.each([
    ["compose up", "model"],
    ["compose run web", "model"],
    ["compose build", "model"],
    ["compose build --print", "name"],
    ["compose build --check", "name"],
    ["compose --dry-run build", "name"],
    ["compose up --dry-run", "model"],
    ["compose ps", "name"],
    ["compose alpha viz", "name"],
    ["compose ls", "nothing"],
    ["compose version", "nothing"],
    ["compose __complete up", "nothing"],
    ["compose up --help", "nothing"],
    ["compose", "nothing"]
  ])("%s needs %s", (words, need) => {
    assert.strictEqual(ComposeCall.projectDetail(call(words)), need)
  })

  it.each([
    ["compose up web db", ["web", "db"]],
    ["compose up", []],
    ["compose scale web=2 db=1", ["web", "db"]],
    ["compose run web ls", ["web"]]
  ])("%s names %j", (words, services) => {
    assert.deepStrictEqual(ComposeCall.services(call(words)), services)
  })

  it("goes by its name alone for what does not read the files", () => {
    assert.isTrue(ComposeCall.goesByName(call("compose exec web ls")))
    assert.isFalse(ComposeCall.goesByName(call("compose up")))
    assert.isFalse(ComposeCall.goesByName(call("compose exec web ls", true)))
  })

  it("creates containers, or only says so", () => {
    assert.isTrue(ComposeCall.creates(call("compose create")))
    assert.isFalse(ComposeCall.creates(call("compose build")))
    assert.isTrue(ComposeCall.isDryRun(call("compose --dry-run up").line))
    assert.isFalse(ComposeCall.isDryRun(call("compose up --dry-run=false").line))
  })

  it("has docker's flags in docker's form, also where they stand among Compose's", () => {
    assert.deepStrictEqual(ComposeCall.dockerFlags(call("-H unix:///x compose -f a up")), ["-H", "unix:///x"])
    const line = ComposeCommandLine.parseStandalone("-H unix:///x -f a up".split(" "))
    const standalone = { form: "standalone", line, isV1: false } as const
    assert.deepStrictEqual(ComposeCall.dockerFlags(standalone), ["-H", "unix:///x"])
    assert.strictEqual(ComposeCall.endpoint(standalone).host, "unix:///x")
    assert.deepStrictEqual([ComposeCall.program(standalone), ComposeCall.program(call("compose up"))], [
      "docker-compose",
      "docker"
    ])
  })
})
