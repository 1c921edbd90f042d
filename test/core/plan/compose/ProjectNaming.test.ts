import { assert, describe, it } from "@effect/vitest"
import type { ComposeFiles } from "../../../../src/core/compose/ComposeFiles.ts"
import type { Env } from "../../../../src/core/Invocation.ts"
import { args, plan, type Table } from "../table.ts"
import { files, model, workspace } from "./project.ts"

describe("the project's name", () => {
  const named = (words: string, table: Table) =>
    plan(words, { ...table, canKeep: false }).plan.env["COMPOSE_PROJECT_NAME"]
  const session = { HELIX_TASK_NUMBER: "12" }

  it.each([
    ["compose ps", "/home/retro/work/shop", "helix-task-12-shop"],
    ["compose ps", "/home/retro/work/My Proj.X_1-é", "helix-task-12-myprojx_1-"],
    ["compose exec web ls", "/home/retro/work/_x", "helix-task-12-x"],
    ["compose config", "/a/b", "helix-task-12-b"],
    ["compose alpha viz", "/a/b", "helix-task-12-b"],
    ["compose ps", "/home/retro/work/é", undefined],
    ["compose ls", "/a/b", undefined],
    ["compose version", "/a/b", undefined],
    ["compose ps --help", "/a/b", undefined],
    ["compose", "/a/b", undefined],
    ["compose -p mine ps", "/a/b", undefined],
    ["compose --project-name= ps", "/a/b", "helix-task-12-b"],
    ["run compose ps", "/a/b", undefined]
  ])("of %s in %s is %s", (words, directory, name) => {
    assert.strictEqual(named(words, { env: session, cwd: directory, files: files({ directory }) }), name)
  })

  it.each([
    [{ HELIX_TASK_NUMBER: "12", HELIX_SESSION_ID: "s" }, "helix-task-12-shop"],
    [{ HELIX_SESSION_ID: "A b" }, "helix-session-ab-shop"],
    [{}, undefined],
    [{ ...session, DOCKER_SHIM_PROJECT_SCOPE: "session" }, "helix-task-12"],
    [{ ...session, DOCKER_SHIM_PROJECT_SCOPE: "off" }, undefined],
    [{ ...session, COMPOSE_PROJECT_NAME: "mine" }, undefined],
    [{ ...session, COMPOSE_PROJECT_NAME: "" }, "helix-task-12-shop"]
  ])("with %j is %s", (env, name) => {
    const found = files({ name: { _tag: "Plain", name: "Shop" } })
    assert.strictEqual(named("compose ps", { env, files: found }), name)
  })

  it.each<[string, Env, string | undefined]>([
    ["compose ps", { DOCKER_SHIM_DOCKER_HOST: "unix:///s.sock" }, undefined],
    ["compose ps", { DOCKER_SHIM_DOCKER_HOST: "unix:///s.sock", DOCKER_HOST: "unix:///s.sock" }, undefined],
    ["compose ps", { DOCKER_SHIM_DOCKER_HOST: "unix:///s.sock", DOCKER_HOST: "tcp://other" }, undefined],
    ["-H unix:///o compose ps", { DOCKER_SHIM_DOCKER_HOST: "unix:///s.sock" }, undefined],
    ["-c other compose ps", { DOCKER_SHIM_DOCKER_HOST: "unix:///s.sock" }, undefined],
    ["compose ps", { DOCKER_SHIM_DAEMON_SOCKET: "/s.sock" }, undefined],
    ["compose ps", { DOCKER_SHIM_DAEMON_SOCKET: "/s.sock", DOCKER_HOST: "unix:///s.sock" }, undefined],
    ["compose ps", { DOCKER_SHIM_DAEMON_SOCKET: "/s.sock", DOCKER_HOST: "ssh://other" }, undefined],
    ["compose ps", { DOCKER_HOST: "tcp://shared" }, "helix-task-12-shop"],
    ["compose ps", { DOCKER_SHIM_DAEMON_SOCKET: "/s.sock", DOCKER_HOST: "tcp://other" }, "helix-task-12-shop"],
    ["compose ps", { DOCKER_SHIM_DAEMON_SOCKET: "/s.sock", DOCKER_CONTEXT: "of-a-socket" }, undefined],
    ["compose ps", { DOCKER_SHIM_DAEMON_SOCKET: "/s.sock", DOCKER_SHIM_PROJECT_SCOPE: "project" }, "helix-task-12-shop"]
  ])("of %s with %j, by the daemon, is %s", (words, env, name) => {
    const found = files({ name: { _tag: "Plain", name: "shop" } })
    assert.strictEqual(named(words, { env: { ...session, ...env }, files: found }), name)
  })

  it("is no change where the directory gives none", () => {
    const found = files({ directory: "/home/retro/work/é" })
    const { changes, env } = plan("compose ps", { env: session, files: found, canKeep: false }).plan
    assert.deepStrictEqual([changes, env], [[], {}])
  })

  it("has what exists under another name looked for when containers are created", () => {
    const looked = (words: string, env: Env) =>
      plan(words, {
        env: { ...session, ...env },
        files: files({ name: { _tag: "Plain", name: "shop" } }),
        model: model({}, { name: "shop" })
      }).plan.before
        .map((action) => action._tag === "LookForOtherName" ? `${action.kind} of ${action.other}` : action._tag)
    const own = { DOCKER_SHIM_DAEMON_SOCKET: "/s.sock", DOCKER_SHIM_CACHE: "off" }
    assert.deepStrictEqual(looked("compose up", { DOCKER_SHIM_CACHE: "off" }), ["volumes of shop"])
    assert.deepStrictEqual(looked("compose ps", {}), [])
    assert.deepStrictEqual(looked("compose -p mine up", { DOCKER_SHIM_CACHE: "off" }), [])
    const earlier = ["containers of helix-task-12-shop", "volumes of helix-task-12-shop"]
    assert.deepStrictEqual(looked("compose up", own), earlier)
    assert.deepStrictEqual(looked("compose up --dry-run", own), [])
    assert.deepStrictEqual(looked("compose ps", own), [])
    assert.deepStrictEqual(looked("compose build", own), [])
  })

  const byName = [
    "attach",
    "commit",
    "cp",
    "down",
    "events",
    "exec",
    "export",
    "images",
    "kill",
    "logs",
    "pause",
    "port",
    "ps",
    "restart",
    "rm",
    "start",
    "stats",
    "stop",
    "top",
    "unpause",
    "volumes",
    "wait"
  ]
  const found: Table = { env: session, files: files({ files: ["/p/compose.yaml"] }) }
  const kept = "/kept/helix-task-12-work.json"

  it.each(byName)("is in one more file for %s, which would not read the files if it knew the name", (command) => {
    const { env, args: words } = plan(`compose ${command}`, found).plan
    assert.deepStrictEqual(words, ["compose", command])
    assert.deepStrictEqual(env, { COMPOSE_FILE: `/p/compose.yaml:${kept}` })
  })

  it("is in the environment where an old Compose may refuse one more file beside an empty list", () => {
    const lists = files({ files: ["/p/compose.yaml"], mayHaveEmptyLists: true })
    const variable = { COMPOSE_PROJECT_NAME: "helix-task-12-work" }
    assert.deepStrictEqual(plan("compose ps", { env: session, files: lists, minor: 26 }).plan.env, variable)
    assert.deepStrictEqual(plan("compose ps", { env: session, files: lists }).plan.env, {
      COMPOSE_FILE: `/p/compose.yaml:${kept}`
    })
  })

  it.each(["config", "pull", "push", "publish", "bridge", "up --dry-run", "alpha", "alpha viz", "unheard-of"])(
    "is in the environment for %s, which reads the files in any case, or may",
    (words) => {
      const { plan: { env }, questions } = plan(`compose ${words}`, found)
      assert.deepStrictEqual(env, { COMPOSE_PROJECT_NAME: "helix-task-12-work" })
      assert.notInclude(questions.map(({ _tag }) => _tag), "NameFile")
    }
  )

  it("is in one more -f after those that the user gave", () => {
    const { changes, env, ...ran } = plan("compose -f a.yaml --ansi never -f b.yaml exec web ls", found).plan
    assert.strictEqual(ran.args.join(" "), `compose -f a.yaml --ansi never -f b.yaml --file=${kept} exec web ls`)
    assert.deepStrictEqual(env, {})
    assert.deepStrictEqual(ran.files, [])
    assert.deepStrictEqual(changes, [{
      what: "name",
      from: "",
      to: "helix-task-12-work",
      why: `the project work of this session (HELIX_TASK_NUMBER), in ${kept}`
    }])
  })

  it.each<[string, Record<string, string>]>([
    ["a.yaml;b.yaml", { COMPOSE_FILE: `a.yaml;b.yaml;${kept}` }],
    ["a.yaml", { COMPOSE_FILE: `a.yaml;${kept}` }]
  ])("is in one more file of a COMPOSE_FILE that is %s", (list, expected) => {
    const env = { ...session, COMPOSE_FILE: list, COMPOSE_PATH_SEPARATOR: ";" }
    assert.deepStrictEqual(plan("compose exec web ls", { ...found, env }).plan.env, expected)
  })

  it("is in the environment where no file can be kept", () => {
    const { args: words, env } = plan("compose exec web ls", { ...found, canKeep: false }).plan
    assert.strictEqual(words.join(" "), "compose exec web ls")
    assert.deepStrictEqual(env, { COMPOSE_PROJECT_NAME: "helix-task-12-work" })
  })

  it.each<[string, Partial<ComposeFiles>]>([
    ["an environment file names files", { settings: [{ file: "/p/.env", name: "COMPOSE_FILE", value: "x" }] }],
    ["Compose was asked for it", { name: { _tag: "Computed" } }],
    ["Compose says which of several files it takes", { isChoice: true }]
  ])("is in the environment where %s", (_why, more) => {
    const table: Table = {
      ...found,
      files: files({ files: ["/p/compose.yaml"], ...more }),
      model: model({}),
      minor: 26
    }
    const { args: words, env } = plan("compose exec web ls", table).plan
    assert.strictEqual(words.join(" "), "compose exec web ls")
    assert.deepStrictEqual(env, { COMPOSE_PROJECT_NAME: "helix-task-12-work" })
  })

  it("is in one more -f also where there is a choice among files that the user did not make use of", () => {
    const table: Table = { ...found, files: files({ isChoice: true }) }
    assert.include(args("compose -f a.yaml exec web ls", table), `--file=${kept}`)
  })

  it("is in the environment for a Compose v1, which knows no name:", () => {
    const table: Table = { ...found, argv0: "docker-compose", version: 1 }
    const { env, questions } = { ...plan("exec web ls", table).plan, ...plan("exec web ls", table) }
    assert.deepStrictEqual(env, { COMPOSE_PROJECT_NAME: "helix-task-12-work" })
    assert.notInclude(questions.map(({ _tag }) => _tag), "NameFile")
    assert.deepStrictEqual(plan("exec web ls", { ...table, version: 2 }).plan.env, {
      COMPOSE_FILE: `/p/compose.yaml:${kept}`
    })
  })

  it("goes with the session's endpoint unless the user named one", () => {
    const table: Table = { env: { ...session, DOCKER_SHIM_DOCKER_HOST: "unix:///s" }, files: files() }
    const host = (words: string) => plan(words, table).plan.env["DOCKER_HOST"]
    assert.strictEqual(host("compose exec web ls"), "unix:///s")
    assert.isUndefined(host("--context c compose exec web ls"))
  })

  it("is the user's where an environment file of the project sets it", () => {
    const settings = [{ file: "/home/retro/work/.env", name: "COMPOSE_PROJECT_NAME", value: "mine" }]
    assert.strictEqual(named("compose ps", { env: session, files: files({ settings }) }), undefined)
  })

  it("is Compose's own answer where it is computed, and none where Compose refuses", () => {
    const found = files({ name: { _tag: "Computed" } })
    assert.strictEqual(
      named("compose ps", { env: session, files: found, model: model({}) }),
      "helix-task-12-work"
    )
    assert.strictEqual(
      named("compose ps", { env: session, files: found, model: { _tag: "Refused", input: [] } }),
      undefined
    )
  })

  it.each([
    ["of another directory", [{ file: "/home/retro/.env", name: "COMPOSE_FILE", value: "other.yaml" }]],
    ["with a computed value", [{ file: "/home/retro/work/.env", name: "COMPOSE_FILE", value: undefined }]],
    ["with a separator", [
      { file: "/home/retro/work/.env", name: "COMPOSE_PATH_SEPARATOR", value: ";" },
      { file: "/home/retro/work/.env", name: "COMPOSE_FILE", value: "other.yaml" }
    ]]
  ])("is Compose's own answer where an environment file %s may name other files", (_, settings) => {
    const found = files({ settings, name: { _tag: "Plain", name: "shop" } })
    const table = { env: session, files: found, model: model({}), minor: 39 }
    assert.strictEqual(named("compose ps", table), "helix-task-12-work")
  })

  it("is Compose's own answer where an older Compose may take other environment files than the newest", () => {
    const settings = [{ file: "/home/retro/work/.env", name: "COMPOSE_FILE", value: "deploy/other.yaml" }]
    const found = files({ settings, name: { _tag: "Plain", name: "shop" } })
    const table = { env: session, files: found, model: model({}) }
    assert.strictEqual(named("compose ps", { ...table, minor: 39 }), "helix-task-12-work")
    assert.strictEqual(named("compose ps", table), "helix-task-12-shop")
  })

  it.each<[string, string, number]>([
    ["the newest Compose", "compose up", 40],
    ["an older Compose, which is asked", "compose up", 26],
    ["one that is told the environment file", "compose --env-file .env up", 26]
  ])("is the user's where an .env beside the files that another .env names sets it: %s", (_, words, minor) => {
    const settings = [{ file: "/home/retro/work/.env", name: "COMPOSE_FILE", value: "deploy/a.yaml" }]
    const told = { file: "/home/retro/work/deploy/.env", name: "COMPOSE_PROJECT_NAME", value: "mine" }
    const named = model({}, { name: "mine" })
    const { plan: { env } } = plan(words, {
      env: { ...session, ...workspace },
      files: (question) =>
        question.files === undefined
          ? files({ settings, files: [] })
          : files({ settings: [...settings, told], files: question.files, directory: "/home/retro/work/deploy" }),
      model: named,
      minor
    })
    assert.notProperty(env, "COMPOSE_PROJECT_NAME")
  })

  it("is what the files say that the user names, whatever files an environment file names", () => {
    const settings = [{ file: "/home/retro/work/.env", name: "COMPOSE_FILE", value: "deploy/other.yaml" }]
    const found = files({ settings, name: { _tag: "Plain", name: "shop" } })
    assert.strictEqual(named("compose -f a.yaml ps", { env: session, files: found }), "helix-task-12-shop")
  })

  it("is what the files say that the project's own .env names, without a question to Compose", () => {
    const settings = [{ file: "/home/retro/work/.env", name: "COMPOSE_FILE", value: "a.yaml:b.yaml" }]
    const found = files({ settings, name: { _tag: "Plain", name: "shop" } })
    const { plan: { env }, questions } = plan("compose up", { env: session, files: found, model: model({}) })
    assert.strictEqual(env["COMPOSE_PROJECT_NAME"], "helix-task-12-shop")
    assert.deepStrictEqual(
      questions.flatMap((one) => one._tag === "ComposeFiles" ? [one.files] : []),
      [undefined, ["/home/retro/work/a.yaml", "/home/retro/work/b.yaml"]]
    )
    assert.lengthOf(questions.filter((one) => one._tag === "ComposeModel" && one.profiles === "own"), 0)
  })

  it.each<[string, Env, boolean]>([
    ["up", session, true],
    ["ps", session, true],
    ["up", {}, false],
    ["-p mine up", session, false],
    ["up", { ...session, COMPOSE_PROJECT_NAME: "mine" }, false],
    ["up", { ...session, DOCKER_SHIM_DOCKER_HOST: "unix:///s.sock" }, false],
    ["up", { ...session, DOCKER_SHIM_PROJECT_SCOPE: "off" }, false]
  ])("is read from the files by %s with %j: %s", (words, env, isRead) => {
    const { questions } = plan(`compose ${words}`, { env: { ...workspace, ...env }, files: files(), model: model({}) })
    const asked = questions.flatMap((one) => one._tag === "ComposeFiles" ? [one.isNameless !== true] : [])
    assert.deepStrictEqual(asked, [isRead])
  })

  it("asks Compose for nothing else on commands that only read", () => {
    const { questions } = plan("compose logs -f web", { env: { ...session, ...workspace }, files: files() })
    assert.deepStrictEqual(questions.map(({ _tag }) => _tag), ["DockerConfig", "ComposeFiles", "NameFile"])
  })

  describe("does not set apart what a project shares by its own word", () => {
    const external = { volumes: [{ type: "volume", source: "v", target: "/v" }], networks: { proxy: null } }
    const shared = {
      web: { container_name: "one", ports: [{ target: 80, published: "8080" }], depends_on: { db: {} } },
      db: { container_name: "two", ...external },
      debug: { container_name: "three", profiles: ["debug"], ...external }
    }
    const said = (words: string, more: Env = {}) =>
      plan(words, {
        env: { ...session, ...workspace, ...more },
        files: files(),
        model: model(shared, { volumes: { v: { external: true } }, networks: { proxy: { external: true } } })
      }).plan.notices.map(({ isOnce, text }) => `${isOnce === true ? "once: " : ""}${text.replace(/^.*daemon: /, "")}`)
    const names = "external volume v; external network proxy"

    it.each([
      ["compose up", {}, `container_name one, two; port 8080; ${names}`],
      ["compose up db", {}, `container_name two; ${names}`],
      ["compose run web", {}, `container_name two; ${names}`],
      ["compose --profile debug up", {}, `container_name one, two, three; port 8080; ${names}`],
      ["compose up", { COMPOSE_PROFILES: "a,debug" }, `container_name one, two, three; port 8080; ${names}`],
      ["compose create debug", {}, `container_name three; ${names}`]
    ])("which one line says of %s with %j", (words, env, line) => {
      assert.deepStrictEqual(said(words, env), [`once: ${line}`])
    })

    it.each(["compose build", "compose up --dry-run", "compose ps"])("and says nothing of that for %s", (words) => {
      assert.deepStrictEqual(said(words, { DOCKER_SHIM_CACHE: "off" }), [])
    })
  })
})
