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
      depends_on: { db: {} },
      networks: { default: null, lan: { aliases: ["w"] } }
    },
    db: { ports: ["127.0.0.1:5432:5432"], volumes: [{ type: "volume", source: "other", target: "/d" }] },
    plain: { networks: ["own"], volumes: [{ type: "bind", source: "/other", target: "/d" }] },
    v1: { networks: ["lan"], volumes: ["other:/d:rw"] },
    host: { network_mode: "host" },
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
    ["compose up db", ["port 127.0.0.1:5432; external volume other"]],
    ["compose up --no-deps web", ["container_name shop-web; port 80; external network lan"]],
    ["compose up plain host", []],
    ["compose up v1", ["external volume other; external network lan"]],
    ["compose --profile debug create debug", ["container_name shop-debug"]],
    ["compose run --no-deps web", ["external network lan"]],
    ["compose run web", ["port 127.0.0.1:5432; external volume other; external network lan"]],
    ["compose ps", []],
    ["compose up --dry-run", []]
  ])("%s: %j", (words, texts) => {
    assert.deepStrictEqual(said(words), texts)
  })

  it("counts the network of services that name none, if the project has another network for that", () => {
    const services = { web: {}, named: { networks: ["back"] }, alone: { network_mode: "none" } }
    const networks = { default: { external: true, name: "lan" }, back: {} }
    const model = ComposeModel.decode({ services, networks })
    const texts = (words: string) => SharedNames.notices(call(words), model, "s", {}).map(({ text }) => text)
    assert.deepStrictEqual(texts("compose up named alone"), [])
    assert.match(texts("compose up web")[0] ?? "", /: external network lan$/)
  })

  it("counts a profile of the environment", () => {
    assert.include(said("compose up", { COMPOSE_PROFILES: "debug" })[0], "shop-web, shop-debug")
  })

  it("names five, and how many more", () => {
    const services = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`s${at}`, { container_name: `c${at}` }]))
    const [notice] = SharedNames.notices(call("compose up"), ComposeModel.decode({ services }), "s", {})
    assert.include(notice?.text, "container_name c0, c1, c2, c3, c4 and 2 more")
    assert.isTrue(notice?.isOnce)
    const topics = ["up", "up s1"].map((words) =>
      SharedNames.notices(call(`compose ${words}`), ComposeModel.decode({ services }), "s", {})[0]?.topic
    )
    assert.deepStrictEqual(topics, ["what project s shares", "what project s shares"])
  })
})
