/** Which builds Compose leaves out is judged by real ones in test/e2e/compose-built-before.test.ts. */
import { assert, describe, it } from "@effect/vitest"
import { plan, type Table } from "../table.ts"
import { files, model, override, workspace } from "./project.ts"

const services = {
  web: { image: "team/web:1", build: { context: "/p/web" } },
  api: { build: { context: "/p/api" } }
}
const table: Table = {
  env: workspace,
  cwd: "/home/retro/work/shop",
  files: files({ directory: "/home/retro/work/shop" }),
  model: model(services),
  images: ["team/web:1", "work-api"]
}

/** The services that get a cache. */
const cached = (words: string, more: Partial<Table> = {}): ReadonlyArray<string> => {
  const printed = override(words, { ...table, ...more }) as { services?: Record<string, object> } | undefined
  return Object.keys(printed?.services ?? {})
}

const both = ["web", "api"]

describe("a service whose image is there", () => {
  it.each(["up", "up -d web api", "create", "run web", "up --pull always", "up --build=false"])(
    "is not built by %s, so it gets no cache, and nothing is looked at for it",
    (words) => {
      assert.deepStrictEqual(cached(`compose ${words}`), [])
      const { plan: planned, questions } = plan(`compose ${words}`, table)
      assert.deepStrictEqual(planned.before, [])
      assert.deepStrictEqual(planned.after, [])
      const kinds = questions.map(({ _tag }) => _tag as string)
      assert.notIncludeMembers(kinds, ["BuildFiles"])
      assert.notIncludeMembers(kinds, ["CacheDirectory"])
      assert.notIncludeMembers(kinds, ["Builder"])
      assert.include(
        planned.leftAlone.map(({ what, why }) => `${what}: ${why}`),
        "services.web.build: its image team/web:1 is there, so Compose does not build it; --build does"
      )
    }
  )

  it.each([
    "build",
    "up --build",
    "create --build",
    "run --build web",
    "up --watch",
    "up -w",
    "watch",
    "up --pull build"
  ])(
    "is built by %s, and the daemon is not asked",
    (words) => {
      assert.deepStrictEqual(cached(`compose ${words}`), words.startsWith("run") ? ["web"] : both)
      const { questions } = plan(`compose ${words}`, table)
      assert.notInclude(questions.map(({ _tag }) => _tag as string), "LocalImages")
    }
  )

  it("is asked for under the project's name, at the session's own socket", () => {
    const { questions } = plan("compose up", table)
    assert.deepInclude(questions, {
      _tag: "LocalImages",
      socket: "/var/run/docker.sock",
      images: ["team/web:1", "work-api"]
    })
  })

  it.each<[string, object]>([
    ["pull_policy: build", { pull_policy: "build" }],
    ["a platform", { platform: "linux/arm64" }],
    ["something watched", { develop: { watch: [{ path: "/p", action: "rebuild" }] } }]
  ])("is built for %s", (_, more) => {
    assert.deepStrictEqual(cached("compose up", { model: model({ ...services, web: { ...services.web, ...more } }) }), [
      "web"
    ])
  })

  it.each<[string, boolean]>([["up", true], ["up -d", false], ["up --wait", false], ["create", true]])(
    "is built again by %s if it is watched: %s",
    (words, isBuilt) => {
      const watched = { ...services.web, develop: { watch: [{ path: "/p", action: "rebuild" }] } }
      assert.deepStrictEqual(cached(`compose ${words}`, { model: model({ web: watched }) }), isBuilt ? ["web"] : [])
    }
  )

  it("is built if another starts from it", () => {
    const api = { build: { context: "/p/api", additional_contexts: { base: "service:web" } } }
    assert.deepStrictEqual(cached("compose up", { model: model({ ...services, api }), images: ["team/web:1"] }), both)
  })

  it.each<[string, Partial<Table>, ReadonlyArray<string>]>([
    ["another platform for all", { env: { ...workspace, DOCKER_DEFAULT_PLATFORM: "linux/arm64" } }, both],
    ["names by the old rule", { env: { ...workspace, COMPOSE_COMPATIBILITY: "1" } }, ["api"]],
    ["a daemon that is no socket", { env: { ...workspace, DOCKER_HOST: "tcp://127.0.0.1:2375" } }, both],
    ["a daemon that does not tell", { images: [] }, both],
    ["a name that is none", { model: model({ web: { ...services.web, image: "a b\r\nX: y" } }) }, ["web"]]
  ])("counts as missing with %s", (_, more, expected) => {
    assert.deepStrictEqual(cached("compose up", more), expected)
  })

  it("is not asked for where builds share nothing", () => {
    for (const env of [{ DOCKER_SHIM_CACHE: "off" }, { DOCKER_BUILDKIT: "0" }]) {
      const { questions } = plan("compose up", { ...table, env: { ...workspace, ...env } })
      assert.notInclude(questions.map(({ _tag }) => _tag as string), "LocalImages")
    }
  })
})
