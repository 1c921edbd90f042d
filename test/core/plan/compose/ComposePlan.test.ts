import { assert, describe, it } from "@effect/vitest"
import type { Flag } from "../../../../src/core/argv/grammar/Grammar.ts"
import type { ComposeFiles } from "../../../../src/core/compose/ComposeFiles.ts"
import type * as Question from "../../../../src/core/facts/Question.ts"
import type { Env } from "../../../../src/core/Invocation.ts"
import * as PlannedMark from "../../../../src/core/plan/PlannedMark.ts"
import { args, plan, type Table } from "../table.ts"

const placeholder = "@docker-shim/compose-override@"

const workspace = { WORKSPACE_DIR: "/data/workspaces/ses1" }

const files = (more: Partial<ComposeFiles> = {}): ComposeFiles => ({
  files: ["/home/retro/work/compose.yaml"],
  directory: "/home/retro/work",
  name: { _tag: "None" },
  settings: [],
  isChoice: false,
  ...more
})

const model = (services: Readonly<Record<string, unknown>>, more: object = {}): Question.Answers["ComposeModel"] => ({
  _tag: "Model",
  config: { name: "work", services, ...more },
  input: []
})

const bind = (source: string, more: object = {}) => ({ type: "bind", source, target: "/app", ...more })

const web = (fields: object, more: object = {}): Table => ({
  env: workspace,
  cwd: "/home/retro/work",
  files: files(),
  model: model({ web: fields }, more)
})

const override = (words: string, table: Table): unknown => {
  const [file] = plan(words, table).plan.files
  return file === undefined ? undefined : JSON.parse(file.content)
}

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

  it("has what exists under another name looked for when containers are created", () => {
    const looked = (words: string, env: Env) =>
      plan(words, {
        env: { ...session, ...env },
        files: files({ name: { _tag: "Plain", name: "shop" } }),
        model: model({})
      }).plan.before
        .map((action) => action._tag === "LookForOtherName" ? `${action.kind} of ${action.other}` : action._tag)
    const own = { DOCKER_SHIM_DAEMON_SOCKET: "/s.sock", DOCKER_SHIM_CACHE: "off" }
    assert.deepStrictEqual(looked("compose up", { DOCKER_SHIM_CACHE: "off" }), ["volumes of shop"])
    assert.deepStrictEqual(looked("compose ps", {}), [])
    assert.deepStrictEqual(looked("compose -p mine up", { DOCKER_SHIM_CACHE: "off" }), [])
    assert.deepStrictEqual(looked("compose up", own), ["containers of helix-task-12-shop"])
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
    const table: Table = { ...found, files: files({ files: ["/p/compose.yaml"], ...more }), model: model({}) }
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

  it("is Compose's own answer where an environment file may name other files", () => {
    const settings = [{ file: "/home/retro/work/.env", name: "COMPOSE_FILE", value: "other.yaml" }]
    const found = files({ settings, name: { _tag: "Plain", name: "shop" } })
    assert.strictEqual(named("compose ps", { env: session, files: found, model: model({}) }), "helix-task-12-work")
  })

  it("asks Compose for nothing else on commands that only read", () => {
    const { questions } = plan("compose logs -f web", { env: { ...session, ...workspace }, files: files() })
    assert.deepStrictEqual(questions.map(({ _tag }) => _tag), ["DockerConfig", "ComposeFiles", "NameFile"])
  })

  describe("does not set apart what a project shares by its own word", () => {
    const shared = {
      web: { container_name: "one", ports: [{ target: 80, published: "8080" }], depends_on: { db: {} } },
      db: { container_name: "two" },
      debug: { container_name: "three", profiles: ["debug"] }
    }
    const said = (words: string, more: Env = {}) =>
      plan(words, {
        env: { ...session, ...workspace, ...more },
        files: files(),
        model: model(shared, { volumes: { v: { external: true } }, networks: { proxy: { external: true } } })
      }).plan.notices.map(({ isOnce, text }) => `${isOnce === true ? "once: " : ""}${text.replace(/^.*daemon: /, "")}`)
    const external = "external volume v; external network proxy"

    it.each([
      ["compose up", {}, `container_name one, two; port 8080; ${external}`],
      ["compose up db", {}, `container_name two; ${external}`],
      ["compose run web", {}, `container_name two; ${external}`],
      ["compose --profile debug up", {}, `container_name one, two, three; port 8080; ${external}`],
      ["compose up", { COMPOSE_PROFILES: "a,debug" }, `container_name one, two, three; port 8080; ${external}`],
      ["compose create debug", {}, `container_name three; ${external}`]
    ])("which one line says of %s with %j", (words, env, line) => {
      assert.deepStrictEqual(said(words, env), [`once: ${line}`])
    })

    it.each(["compose build", "compose up --dry-run", "compose ps"])("and says nothing of that for %s", (words) => {
      assert.deepStrictEqual(said(words, { DOCKER_SHIM_CACHE: "off" }), [])
    })
  })
})

describe("paths of the project", () => {
  it("are translated, every other field kept, what does not change left out", () => {
    const table = web({
      volumes: [
        bind("/home/retro/work/a", { read_only: true, bind: { create_host_path: true, selinux: "z" } }),
        bind("/etc/hosts"),
        { type: "volume", source: "data", target: "/data" },
        { type: "tmpfs", target: "/t" }
      ],
      devices: [{ source: "/home/retro/work/dev", target: "/d", permissions: "rwm" }, { source: "/dev/null" }]
    }, {
      volumes: { data: { driver: "local", driver_opts: { type: "none", o: "bind", device: "/home/retro/work/data" } } },
      secrets: { s: { name: "work_s", file: "/home/retro/work/s.txt" }, e: { environment: "E" } },
      configs: { c: { file: "/home/retro/work/c$$x.txt" }, d: { file: "/etc/d" } }
    })
    assert.deepStrictEqual(override("compose up -d", table), {
      services: {
        web: {
          volumes: [
            bind("/data/workspaces/ses1/a", { read_only: true, bind: { create_host_path: true, selinux: "z" } })
          ],
          devices: [{ source: "/data/workspaces/ses1/dev", target: "/d", permissions: "rwm" }]
        }
      },
      volumes: { data: { driver_opts: { device: "/data/workspaces/ses1/data" } } },
      secrets: { s: { file: "/data/workspaces/ses1/s.txt" } },
      configs: { c: { file: "/data/workspaces/ses1/c$$x.txt" } }
    })
  })

  it("of an overlay's directories and a logging driver's socket are translated", () => {
    const o = "lowerdir=/home/retro/work/a:/srv/b,upperdir=/home/retro/work/u,workdir=/home/retro/work/w"
    const table = web({
      logging: { driver: "syslog", options: { "syslog-address": "unix:///home/retro/work/l$$og", "tag": "x" } }
    }, { volumes: { data: { driver_opts: { type: "overlay", device: "overlay", o } } } })
    const data = "/data/workspaces/ses1"
    assert.deepStrictEqual(override("compose up", table), {
      services: { web: { logging: { driver: "syslog", options: { "syslog-address": `unix://${data}/l$$og` } } } },
      volumes: { data: { driver_opts: { o: `lowerdir=${data}/a:/srv/b,upperdir=${data}/u,workdir=${data}/w` } } }
    })
  })

  it("that stay as they are have the reason with them", () => {
    const table = web({
      volumes: [bind("/etc/hosts"), bind("/home/retro")],
      blkio_config: { weight: 3, device_read_bps: [{ path: "/home/retro/work/d", rate: "1mb" }, { path: "/dev/sda" }] }
    })
    const { leftAlone, notices } = plan("compose up", table).plan
    const parent =
      "the daemon's own /home/retro is used, without this session's /home/retro/work; mount that path itself"
    const blocked = "an override file cannot replace it; write the daemon's path there"
    assert.deepStrictEqual(leftAlone.filter(({ what }) => what !== "services.web.build"), [
      { what: "services.web.volumes", value: "/etc/hosts", why: "it lies outside every mapping" },
      { what: "services.web.volumes", value: "/home/retro", why: parent },
      { what: "services.web.blkio_config.device_read_bps", value: "/home/retro/work/d", why: blocked },
      { what: "services.web.blkio_config.device_read_bps", value: "/dev/sda", why: "it lies outside every mapping" }
    ])
    assert.deepStrictEqual(notices.map(({ text }) => text), [
      `services.web.volumes: /home/retro: ${parent}`,
      `services.web.blkio_config.device_read_bps: /home/retro/work/d: ${blocked}`
    ])
  })

  it("take the session's own socket", () => {
    const env = { DOCKER_SHIM_DAEMON_SOCKET: "/data/ses1/docker.sock" }
    const table = { ...web({ volumes: [bind("/var/run/docker.sock")] }), env }
    assert.deepStrictEqual(override("compose up", table), {
      services: { web: { volumes: [bind("/data/ses1/docker.sock")] } }
    })
  })

  it("cannot be given for `use_api_socket`, which one line says", () => {
    const table = { ...web({ use_api_socket: true }), env: { DOCKER_SHIM_DAEMON_SOCKET: "/data/ses1/docker.sock" } }
    assert.deepStrictEqual(plan("compose up", table).plan.notices.map(({ text }) => text), [
      "service web: use_api_socket gives it the daemon's /var/run/docker.sock, not DOCKER_SHIM_DAEMON_SOCKET; "
      + "bind /var/run/docker.sock instead"
    ])
    assert.deepStrictEqual(plan("compose up", { ...table, env: workspace }).plan.notices, [])
  })

  it("need no override where nothing changes", () => {
    const planned = plan("compose up", web({ volumes: [bind("/etc")] })).plan
    assert.deepStrictEqual([planned.args, planned.files, planned.env], [["compose", "up"], [], {}])
  })

  it.each([
    "compose ps",
    "compose down -v",
    "compose config",
    "compose --dry-run build",
    "compose build --dry-run",
    "compose start"
  ])(
    "are not looked at for %s",
    (words) => {
      assert.deepStrictEqual(plan(words, { env: workspace }).questions, [])
    }
  )

  it.each(["compose --dry-run up", "compose up --dry-run"])(
    "are translated for %s, which says what up does",
    (words) => {
      const table = web({ build: { context: "." }, volumes: [bind("/home/retro/work/a")] })
      assert.deepStrictEqual(override(words, table), {
        services: { web: { volumes: [bind("/data/workspaces/ses1/a")] } }
      })
      assert.deepStrictEqual(plan(words, table).plan.before, [], "and no cache entry is made ready")
    }
  )

  it("of `run -v` are the client's, relative ones included", () => {
    const table = { ...web({}), cwd: "/home/retro/work/sub" }
    assert.deepStrictEqual(
      args("compose run -v ./a:/a -T -v=/etc:/e web sh -v ./b:/b", table),
      "compose run -v /data/workspaces/ses1/sub/a:/a -T -v=/etc:/e web sh -v ./b:/b".split(" ")
    )
  })

  it("stay as they are where Compose refuses the project", () => {
    const table: Table = { env: workspace, files: files(), model: { _tag: "Refused", input: [] } }
    assert.deepStrictEqual(args("compose up -d", table), ["compose", "up", "-d"])
  })
})

describe("the override", () => {
  const table = web({ volumes: [bind("/home/retro/work/a")] })
  const compose = (words: string, more: Table = {}) => {
    const { args: words_, env } = plan(words, { ...table, ...more }).plan
    return { args: words_.join(" "), env }
  }

  it("comes after the files that Compose found", () => {
    const found = files({ files: ["/p/compose.yaml", "/p/compose.override.yaml"] })
    assert.deepStrictEqual(compose("-D compose --profile x up -d", { files: found }), {
      args: "-D compose --profile x up -d",
      env: { COMPOSE_FILE: `/p/compose.yaml:/p/compose.override.yaml:${placeholder}` }
    })
  })

  it.each([
    ["compose -f - up", {}, "compose -f - --project-directory=. --file=@ up"],
    ["compose up", { COMPOSE_FILE: "-" }, "compose --project-directory=. up"],
    ["compose --project-directory sub -f - up", {}, "compose --project-directory sub -f - --file=@ up"],
    ["compose -f - -f a.yaml up", {}, "compose -f - -f a.yaml --file=@ up"]
  ])("does not move the project's directory for %s with %j", (words, env, wanted) => {
    const table = web({ volumes: [bind("/home/retro/work/a")] })
    const planned = args(words, { ...table, env: { ...workspace, ...env }, files: files({ files: ["-"] }) })
    assert.strictEqual(planned.join(" ").replace(placeholder, "@"), wanted)
  })

  it("comes after the user's -f", () => {
    assert.deepStrictEqual(compose("-c c compose -fa.yaml -p x -f - up web"), {
      args: `-c c compose -fa.yaml -p x -f - --file=${placeholder} up web`,
      env: {}
    })
  })

  it.each([
    [{ COMPOSE_FILE: "a.yaml:b.yaml" }, { COMPOSE_FILE: `a.yaml:b.yaml:${placeholder}` }],
    [
      { COMPOSE_FILE: "a:1.yaml;b.yaml", COMPOSE_PATH_SEPARATOR: ";" },
      { COMPOSE_FILE: `a:1.yaml;b.yaml;${placeholder}` }
    ],
    [
      { COMPOSE_FILE: "a-b", COMPOSE_PATH_SEPARATOR: "-" },
      { COMPOSE_FILE: `a:b:${placeholder}`, COMPOSE_PATH_SEPARATOR: ":" }
    ]
  ])("comes after %j", (env, expected) => {
    assert.deepStrictEqual(compose("compose up", { env: { ...workspace, ...env } }).env, expected)
  })

  it("separates paths with a colon in them otherwise", () => {
    assert.deepStrictEqual(compose("compose up", { files: files({ files: ["/a:b/compose.yaml"] }) }).env, {
      COMPOSE_FILE: `/a:b/compose.yaml;${placeholder}`,
      COMPOSE_PATH_SEPARATOR: ";"
    })
  })

  describe("of a project whose files an environment file may name", () => {
    const setting = (name: string, value: string | undefined) => ({ file: "/p/.env", name, value })
    const discovered = "/home/retro/work/compose.yaml"

    /** A Compose that gives the project's model for one list of files, and for the user's own words. */
    const judge = (list: string, separator: string): Table["model"] => ({ env }) =>
      env["COMPOSE_FILE"] === undefined || (env["COMPOSE_FILE"] === list && env["COMPOSE_PATH_SEPARATOR"] === separator)
        ? model({ web: { volumes: [bind("/home/retro/work/a")] } })
        : model({ other: {} })

    const planned = (settings: ComposeFiles["settings"], judged: Table["model"], env: Env = {}) =>
      plan("compose up", {
        ...table,
        env: { ...workspace, ...env },
        files: files({ settings }),
        ...(judged === undefined ? {} : { model: judged })
      })

    it.each<[string, ComposeFiles["settings"], string, string, Env]>([
      ["the file's", [setting("COMPOSE_FILE", "a.yaml:b.yaml")], "a.yaml:b.yaml", ":", {}],
      ["those that are found", [setting("COMPOSE_FILE", "a.yaml:b.yaml")], discovered, ":", {}],
      ["those that are found, of a computed value", [setting("COMPOSE_FILE", undefined)], discovered, ":", {}],
      [
        "the file's, by its own separator",
        [setting("COMPOSE_PATH_SEPARATOR", "-"), setting("COMPOSE_FILE", "a.yaml-b.yaml")],
        "a.yaml:b.yaml",
        ":",
        {}
      ],
      [
        "the file's, not by its separator",
        [setting("COMPOSE_PATH_SEPARATOR", "-"), setting("COMPOSE_FILE", "a-1.yaml:b.yaml")],
        "a-1.yaml:b.yaml",
        ":",
        {}
      ],
      [
        "the variable's, by the file's separator",
        [setting("COMPOSE_PATH_SEPARATOR", "-")],
        "a.yaml:b.yaml",
        ":",
        { COMPOSE_FILE: "a.yaml-b.yaml" }
      ],
      [
        "the variable's, of which the file's separator is a part",
        [setting("COMPOSE_PATH_SEPARATOR", "-")],
        "a-1.yaml",
        ":",
        { COMPOSE_FILE: "a-1.yaml" }
      ]
    ])("comes after %s, where that gives the same model", (_, settings, list, separator, env) => {
      const { args: words, env: given } = planned(settings, judge(list, separator), env).plan
      assert.deepStrictEqual(words, ["compose", "up"])
      assert.deepStrictEqual(given, {
        COMPOSE_FILE: `${list}${separator}${placeholder}`,
        COMPOSE_PATH_SEPARATOR: separator
      })
    })

    it("comes after the variable's by the variable's own separator, without a question", () => {
      const settings = [setting("COMPOSE_PATH_SEPARATOR", ";"), setting("COMPOSE_FILE", "c.yaml")]
      const { plan: { env }, questions } = planned(settings, table.model, {
        COMPOSE_FILE: "a|b",
        COMPOSE_PATH_SEPARATOR: "|"
      })
      assert.strictEqual(env["COMPOSE_FILE"], `a|b|${placeholder}`)
      assert.lengthOf(questions.filter(({ _tag }) => _tag === "ComposeModel"), 1)
    })

    it("has the same keys in any directory, and the directory is in them", () => {
      const image = { image: undefined, build: { context: "." } }
      const from = (cwd: string) =>
        plan("compose build", {
          env: workspace,
          cwd,
          files: files({
            files: [],
            directory: cwd,
            settings: [{ file: `${cwd}/.env`, name: "COMPOSE_FILE", value: "a.yaml:b.yaml" }]
          }),
          model: model({ web: image })
        }).plan.changes.find(({ what }) => what === "services.web.build.cache_to")?.to ?? ""
      assert.include(from("/home/retro/work/one"), "/one#web")
      assert.include(from("/home/retro/work/two"), "/two#web")
    })

    it("is left out with a line where none gives the same model, each asked for with all profiles", () => {
      const nobody = judge("nobody's", ":")
      const { plan: { files: made, notices, env }, questions } = planned([setting("COMPOSE_FILE", "a.yaml")], nobody)
      assert.deepStrictEqual([made, env], [[], {}])
      assert.lengthOf(notices.filter(({ text }) => text.startsWith("nothing changed but the project's name")), 1)
      assert.deepStrictEqual(
        questions.flatMap((one) => one._tag === "ComposeModel" ? [[one.profiles, one.env["COMPOSE_FILE"]]] : []),
        [["all", undefined], ["all", "a.yaml"], ["all", discovered]]
      )
    })

    it("is left out where Compose refuses each list", () => {
      const refusing: Table["model"] = ({ env }) =>
        env["COMPOSE_FILE"] === undefined
          ? model({ web: { volumes: [bind("/home/retro/work/a")] } })
          : { _tag: "Refused", input: [] }
      assert.deepStrictEqual(planned([setting("COMPOSE_FILE", "a.yaml")], refusing).plan.files, [])
    })
  })

  it("goes to a stand-alone docker-compose behind all its flags", () => {
    assert.deepStrictEqual(
      args("--host unix:///x -f a.yaml up -d", {
        ...table,
        env: { ...table.env, DOCKER_HOST: "unix:///x" },
        argv0: "/usr/bin/docker-compose"
      }).join(" "),
      `--host unix:///x -f a.yaml --file=${placeholder} up -d`
    )
  })

  describe("through docker's plugin", () => {
    const env = { ...workspace, DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: "docker" }
    const words = "-D compose -f a.yaml up".split(" ")

    it("is added where docker was not called through the shim", () => {
      assert.strictEqual(
        args(words, { ...table, argv0: "docker-compose", env }).join(" "),
        `-D compose -f a.yaml --file=${placeholder} up`
      )
    })

    it("is not added again where it was, and the mark ends there", () => {
      const marked = { ...env, [PlannedMark.variable]: PlannedMark.of(words) }
      const planned = plan(words, { ...table, argv0: "docker-compose", env: marked })
      assert.deepStrictEqual([planned.plan.args, planned.questions], [words, []])
      assert.deepStrictEqual(planned.plan.env, { [PlannedMark.variable]: null })
    })

    it("is added to a call below with other words", () => {
      const marked = { ...env, [PlannedMark.variable]: PlannedMark.of(["compose", "up"]) }
      assert.lengthOf(plan(words, { ...table, argv0: "docker-compose", env: marked }).plan.files, 1)
    })

    it.each(["docker-cli-plugin-metadata", "__complete compose up ", "help compose"])("leaves %j alone", (line) => {
      const planned = plan(line, { argv0: "docker-compose", env: { ...env, HELIX_TASK_NUMBER: "1" } })
      assert.deepStrictEqual([planned.plan.args, planned.questions, planned.plan.env], [line.split(" "), [], {}])
    })
  })

  it("is added where Compose has flags that only its help knows", () => {
    const flags: ReadonlyArray<Flag> = [{ name: "new", shorthand: "", arity: "value" }]
    assert.deepStrictEqual(
      compose("compose --new up -f a.yaml run --new web -v ./a:/b web", { flags }).args.split(" "),
      [
        ..."compose --new up -f a.yaml".split(" "),
        `--file=${placeholder}`,
        ..."run --new web -v /data/workspaces/ses1/a:/b web".split(" ")
      ]
    )
    assert.strictEqual(compose("compose --newer up").args, "compose --newer up")
  })
})

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

  it("is a variant for the second of two different builds of one image", () => {
    const two = { one: { image: "web", build: { context: "/p/a" } }, two: { image: "web", build: { context: "/p/b" } } }
    const printed = JSON.stringify(override("compose build", { ...table, model: model(two), entries: {} }))
    assert.match(printed, /dest=@docker-shim\/cache-export\/web\/@/)
    assert.match(printed, /dest=@docker-shim\/cache-export\/web\^[0-9a-f]{8}\/@/)
  })

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

describe("a Compose before 2.40", () => {
  const service = {
    image: "a",
    build: { context: "." },
    volumes: [bind("/home/retro/work/a")],
    lacks: ["security_opt", "build.cache_to", "build.platforms"]
  }

  it("has empty lists of the user's taken away, which it would refuse, but for those that are added to", () => {
    const table = { ...web(service, {}), minor: 26 }
    const [file] = plan("compose up", table).plan.files
    assert.include(file?.content, "\"security_opt\": !reset null")
    assert.include(file?.content, "\"platforms\": !reset null")
    assert.notInclude(file?.content, "\"cache_to\": !reset")
    assert.notInclude(plan("compose up", { ...table, minor: 40 }).plan.files[0]?.content, "!reset")
  })
})

describe("Compose v1", () => {
  const table: Table = {
    argv0: "docker-compose",
    env: { ...workspace, HELIX_TASK_NUMBER: "12" },
    version: 1,
    files: files({ name: { _tag: "Plain", name: "other" } }),
    model: {
      _tag: "Model",
      config: {
        services: { web: { build: { context: "/p" }, volumes: ["/home/retro/work/a:/app:rw", "data:/d:rw"] } }
      },
      input: []
    }
  }

  it("gets what it can take: the directory's name and short volumes, no cache", () => {
    const planned = plan("up -d", table)
    assert.deepStrictEqual(planned.plan.env, {
      COMPOSE_PROJECT_NAME: "helix-task-12-work",
      COMPOSE_FILE: `/home/retro/work/compose.yaml:${placeholder}`
    })
    assert.deepStrictEqual(JSON.parse(planned.plan.files[0]?.content ?? ""), {
      services: { web: { volumes: ["/data/workspaces/ses1/a:/app:rw"] } }
    })
    assert.isTrue(planned.questions.some((asked) => asked._tag === "ComposeFiles" && asked.isV1))
  })

  it("is told apart by its version, which is asked of a stand-alone docker-compose only", () => {
    assert.include(plan("ps", table).questions.map(({ _tag }) => _tag), "ComposeVersion")
    const through = plan("compose ps", { ...table, argv0: "docker" })
    assert.notInclude(through.questions.map(({ _tag }) => _tag), "ComposeVersion")
  })
})
