import { assert, describe, it } from "@effect/vitest"
import * as ComposeCommandLine from "../../../../src/core/argv/ComposeCommandLine.ts"
import * as ComposeModel from "../../../../src/core/compose/ComposeModel.ts"
import * as StartedServices from "../../../../src/core/plan/compose/StartedServices.ts"

const call = (words: string) =>
  ({ form: "docker", line: ComposeCommandLine.parse(words.split(" ")), isV1: false }) as const
const model = ComposeModel.decode({
  services: {
    web: { depends_on: { db: {} } },
    db: {},
    debug: { profiles: ["debug"], network_mode: "service:db" }
  }
})

describe("StartedServices", () => {
  it.each<[string, Readonly<Record<string, string>>, ReadonlyArray<string>]>([
    ["compose up", {}, ["web", "db"]],
    ["compose --profile debug up", {}, ["web", "db", "debug"]],
    ["compose --profile * up", {}, ["web", "db", "debug"]],
    ["compose create", { COMPOSE_PROFILES: "a,debug" }, ["web", "db", "debug"]],
    ["compose up web", {}, ["web", "db"]],
    ["compose up debug", {}, ["db", "debug"]],
    ["compose up --no-deps web", {}, ["web"]],
    ["compose run web db", {}, ["web", "db"]],
    ["compose run debug web", {}, ["db", "debug"]],
    ["compose scale db=2", {}, ["db"]],
    ["compose build", {}, []],
    ["compose ps", {}, []]
  ])("%s with %j: %j", (words, env, expected) => {
    assert.deepStrictEqual(StartedServices.find(call(words), model, env).map(({ name }) => name), expected)
  })

  it("knows run", () => {
    assert.isTrue(StartedServices.isRun(call("compose run web")))
    assert.isFalse(StartedServices.isRun(call("compose up")))
  })
})
