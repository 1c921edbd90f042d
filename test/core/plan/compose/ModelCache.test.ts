import { assert, describe, it } from "@effect/vitest"
import type { Env } from "../../../../src/core/Invocation.ts"
import { plan, type Table } from "../table.ts"
import { files, model, override, workspace } from "./project.ts"

describe("the cache of services", () => {
  const services = {
    web: { image: "reg:5000/team/web:1", build: { context: "/p/web", target: "dev" } },
    api: { build: { context: "/p/api" }, depends_on: { db: { condition: "service_started" } } },
    db: { build: { context: "/p/db", platforms: ["linux/arm64"] } },
    own: { build: { context: "/p", cache_from: ["x"] } },
    other: { build: { context: "/p", cache_to: ["x"] } },
    tagged: { image: "team/web:2", build: { context: "/p/web", target: "dev" } },
    same: { image: "team/web:1", build: { context: "/p/web", target: "dev" } },
    image: { image: "nginx" }
  }
  const table: Table = {
    env: workspace,
    cwd: "/home/retro/work/shop",
    files: files({ directory: "/home/retro/work/shop" }),
    model: model(services),
    entries: { "shop#api": { _tag: "Sound" }, "team+web:1@dev": { _tag: "Sound" } }
  }
  const to = (key: string) => [`type=local,dest=@docker-shim/cache-export/${key}/@,mode=max,ignore-error=true`]
  const from = (key: string) => [`type=local,src=@docker-shim/cache-import/${key}/@`]

  it("is one entry for each image", () => {
    assert.deepStrictEqual(override("compose build", table), {
      services: {
        web: { build: { cache_from: from("team+web:1@dev"), cache_to: to("team+web:1@dev") } },
        api: { build: { cache_from: from("shop#api"), cache_to: to("shop#api") } },
        db: { build: { cache_to: to("shop#db~linux+arm64") } },
        tagged: { build: { cache_to: to("team+web:2@dev") } },
        same: { build: { cache_from: from("team+web:1@dev") } }
      }
    })
    const { env } = plan("compose build", table).plan
    assert.strictEqual(env["BUILDX_BAKE_ENTITLEMENTS_FS"], "0")
  })

  it("is asked for along with the project's paths, so that all builds are planned once less", () => {
    const volumes = [{ type: "bind", source: "/home/retro/work/shop/src", target: "/src" }]
    const mounting = { ...table, model: model({ ...services, image: { image: "nginx", volumes } }) }
    const { questions } = plan("compose up", mounting)
    const kinds = questions.map((question) => question._tag)
    const path = questions.findIndex((one) => one._tag === "RealPath" && one.path.endsWith("/shop/src"))
    assert.isAbove(path, kinds.indexOf("BuildFiles"))
    assert.isBelow(path, kinds.indexOf("CacheDirectory"))
    // without builds they are asked for as well
    const { questions: others } = plan("compose up", {
      ...mounting,
      model: model({ image: { image: "nginx", volumes } })
    })
    assert.include(others.map((one) => one._tag === "RealPath" ? one.path : ""), "/home/retro/work/shop/src")
  })

  it("is left unread, the whole build over, where steps that were imported have to run", () => {
    const fill = "RUN --mount=type=cache,target=/c cp /lock /c/lock"
    const use = "RUN --mount=type=cache,target=/c cat /c/lock"
    const refreshed = (imported: ReadonlyArray<string>) =>
      override("compose build", {
        ...table,
        model: model({ api: services.api }),
        dockerfiles: { "/p/api/Dockerfile": `FROM bb AS one\n${fill}\n${use}` },
        imported
      })
    assert.deepStrictEqual(refreshed(["cp /lock /c/lock"]), {
      services: { api: { build: { no_cache: true, cache_to: to("shop#api") } } }
    })
    const other = JSON.stringify(refreshed(["another"]))
    assert.include(other, "cache_from")
    assert.notInclude(other, "no_cache")
  })

  it("is a variant for the second of two different builds of one image", () => {
    const two = { one: { image: "web", build: { context: "/p/a" } }, two: { image: "web", build: { context: "/p/b" } } }
    const printed = JSON.stringify(override("compose build", { ...table, model: model(two), entries: {} }))
    assert.match(printed, /dest=@docker-shim\/cache-export\/web\/@/)
    assert.match(printed, /dest=@docker-shim\/cache-export\/web\^[0-9a-f]{8}\/@/)
  })

  it("is named in a registry for the first of two different builds of one image", () => {
    const two = { one: { image: "web", build: { context: "/p/a" } }, two: { image: "web", build: { context: "/p/b" } } }
    const env = { ...workspace, DOCKER_SHIM_CACHE_BACKEND: "registry:r.example/c" }
    const { after } = plan("compose build", { ...table, env, model: model(two), registered: ["own"] }).plan
    const entries = after.flatMap((action) => action._tag === "NameRegistryEntries" ? action.entries : [])
    assert.deepStrictEqual(entries.map(({ names }) => names.length), [2])
  })

  it.each([["build", true], ["up --build", true], ["create --build", true], ["up", false], ["run one", false]])(
    "is missed in a registry after compose %s: %s",
    (words, isBuilt) => {
      const env = { ...workspace, DOCKER_SHIM_CACHE_BACKEND: "registry:r.example/c" }
      const one = { one: { image: "web", build: { context: "/p/a" } } }
      const { after } = plan(`compose ${words}`, { ...table, env, model: model(one), registered: ["own"] }).plan
      assert.deepStrictEqual(
        after.flatMap((action) => action._tag === "NameRegistryEntries" ? action.isBuilt : []),
        [isBuilt]
      )
    }
  )

  it("has the same origin as the same build by docker build", () => {
    const build = { context: "/home/retro/work/shop/web", dockerfile: "docker/Dev", args: { A: "1", B: null } }
    const env = { ...workspace, B: "2" }
    const composed = plan("compose build", {
      ...table,
      env,
      entries: {},
      model: model({ web: { image: "web", build } })
    })
    const words = "build -t web -f web/docker/Dev --build-arg B=2 --build-arg A=1 web"
    const origins = [composed, plan(words, { ...table, env })].map(({ plan: { after } }) =>
      after.flatMap((action) => action._tag === "PublishCacheExport" ? [action.expectation.origin] : [])
    )
    assert.lengthOf(origins[0] ?? [], 1)
    assert.deepStrictEqual(origins[0], origins[1])
  })

  it("leaves what the user says of bake's entitlements", () => {
    const own = { ...table, env: { ...workspace, BUILDX_BAKE_ENTITLEMENTS_FS: "1" } }
    assert.notProperty(plan("compose build", own).plan.env, "BUILDX_BAKE_ENTITLEMENTS_FS")
  })

  it.each<[string, Env, string]>([
    ["where the daemon has the files elsewhere", workspace, "/home/retro/work/shop"],
    ["where the daemon has them too", {}, "/home/retro/work/shop"],
    ["seen from where the daemon has them", workspace, "/data/workspaces/ses1/shop"],
    ["of a user with another directory", { DOCKER_SHIM_USER_PATH: "/home/u" }, "/home/u/shop"]
  ])("has the same key %s", (_, env, directory) => {
    const there = { ...table, env, cwd: directory, files: files({ directory }) }
    assert.deepNestedPropertyVal(override("compose build api", there), "services.api.build.cache_to", to("shop#api"))
  })

  it("has a key of the whole directory elsewhere", () => {
    const there = { ...table, cwd: "/srv/shop", files: files({ directory: "/srv/shop" }), entries: {} }
    assert.deepStrictEqual(override("compose build api", there), {
      services: { api: { build: { cache_to: to("+srv+shop#api") } } }
    })
  })

  it.each([
    ["compose build api", ["api"]],
    ["compose build --with-dependencies api", ["api", "db"]],
    ["compose up -d api", ["api", "db"]],
    ["compose run --build api sh", ["api", "db"]],
    ["compose up --no-build", []],
    ["compose scale api=2", []],
    ["compose build --print", []],
    ["compose build --check", []]
  ])("of %s is for %j", (words, names) => {
    const printed = override(words, table)
    const built = typeof printed === "object" && printed !== null && "services" in printed ? printed.services : {}
    assert.deepStrictEqual(Object.keys(built as object), names)
  })

  it.each([
    ["compose build", true],
    ["compose create", true],
    ["compose up -d", true],
    ["compose up --wait", true],
    ["compose up", false],
    ["compose run -d web", false],
    ["compose watch", false]
  ])("lets %s run a second time without a damaged entry: %s", (words, expected) => {
    const { after } = plan(words, table).plan
    assert.deepStrictEqual(
      after.flatMap((action) => action._tag === "HealCacheEntries" ? [action.canRunAgain] : []),
      [expected]
    )
  })

  it("is only exported with --no-cache", () => {
    assert.deepStrictEqual(override("compose build --no-cache api", table), {
      services: { api: { build: { cache_to: to("shop#api") } } }
    })
  })

  it("is left out with one line where the builder cannot export", () => {
    const planned = plan("compose build", { ...table, builder: { _tag: "ImportOnly", why: "classic" } }).plan
    assert.deepStrictEqual([planned.files, planned.notices.map(({ text }) => text)], [[], [
      "build cache not shared: classic; see 'docker-shim doctor'"
    ]])
  })

  it("asks for the builder that Compose uses", () => {
    const asked = plan("-c ctx compose build --builder b", table).questions.find(({ _tag }) => _tag === "Builder")
    assert.deepInclude(asked, { through: "buildx", name: "b", globals: ["-c", "ctx"] })
  })
})
