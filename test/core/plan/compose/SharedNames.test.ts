import { assert, describe, it } from "@effect/vitest"
import * as ComposeCommandLine from "../../../../src/core/argv/ComposeCommandLine.ts"
import * as ComposeModel from "../../../../src/core/compose/ComposeModel.ts"
import * as SharedNames from "../../../../src/core/plan/compose/SharedNames.ts"

const call = (words: string) =>
  ({
    form: "docker",
    line: ComposeCommandLine.parse(words.split(" ")),
    isV1: false
  }) as const
const model = ComposeModel.decode({
  services: {
    web: {
      container_name: "shop-web",
      ports: [{ published: "80", target: 80 }, { target: 9 }],
      depends_on: { db: {} }
    },
    db: { ports: ["127.0.0.1:5432:5432"] },
    debug: { profiles: ["debug"], container_name: "shop-debug" }
  },
  volumes: { own: {}, other: { external: true } },
  networks: { lan: { external: true } }
})
const said = (words: string, env = {}) =>
  SharedNames.notices(call(words), model, "s", env).map(({ text }) => text.replace(/^.*daemon: /, ""))

describe("SharedNames", () => {
  it.each([
    ["compose up", ["container_name shop-web; port 80, 127.0.0.1:5432; external volume other; external network lan"]],
    ["compose up db", ["port 127.0.0.1:5432; external volume other; external network lan"]],
    ["compose --profile debug create debug", [
      "container_name shop-debug; external volume other; external network lan"
    ]],
    ["compose run web", ["port 127.0.0.1:5432; external volume other; external network lan"]],
    ["compose ps", []],
    ["compose up --dry-run", []]
  ])("%s: %j", (words, texts) => {
    assert.deepStrictEqual(said(words), texts)
  })

  it("counts a profile of the environment", () => {
    assert.include(said("compose up", { COMPOSE_PROFILES: "debug" })[0], "shop-web, shop-debug")
  })

  it("names five, and how many more", () => {
    const services = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`s${at}`, { container_name: `c${at}` }]))
    const [notice] = SharedNames.notices(call("compose up"), ComposeModel.decode({ services }), "s", {})
    assert.include(notice?.text, "container_name c0, c1, c2, c3, c4 and 2 more")
    assert.isTrue(notice?.isOnce)
  })
})
