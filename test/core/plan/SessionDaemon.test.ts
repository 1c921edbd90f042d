import { assert, describe, it } from "@effect/vitest"
import type { Env } from "../../../src/core/Invocation.ts"
import { plan, type Table } from "./table.ts"

const work = "/home/retro/work"
const data = "/data/workspaces/ses1"
const workspace = { WORKSPACE_DIR: data }
const dockerContexts = { other: "ssh://other", local: "unix:///run/local.sock", tcp: "tcp://10.0.0.1:2376" }
const own = { DOCKER_SHIM_DOCKER_HOST: "unix:///run/s.sock" }

/** Whether the path of a `run` with these words in front is translated. */
const translates = (globals: string, env: Env, more: Table = {}): boolean => {
  const argv = [...globals.split(" ").filter((word) => word !== ""), "run", "-v", `${work}/a:/b`, "img"]
  const planned = plan(argv, { dockerContexts, ...more, env: { ...workspace, ...env } }).plan
  const isTranslated = planned.args.includes(`${data}/a:/b`)
  assert.strictEqual(planned.changes.some(({ what }) => what === "--volume"), isTranslated)
  assert.strictEqual(planned.leftAlone.some(({ what }) => what === "--volume"), !isTranslated)
  assert.strictEqual(planned.notices.some(({ text }) => text.startsWith("no path is translated: ")), !isTranslated)
  return isTranslated
}

describe("the session's daemon", () => {
  it.each<[string, Env, boolean, Table?]>([
    ["", {}, true],
    ["", { DOCKER_HOST: "unix:///run/s.sock" }, true],
    ["", { DOCKER_HOST: "tcp://10.0.0.1:2375" }, false],
    ["", { DOCKER_HOST: "ssh://me@other" }, false],
    ["", { DOCKER_CONTEXT: "local" }, true],
    ["", { DOCKER_CONTEXT: "other" }, false],
    ["", { DOCKER_CONTEXT: "absent" }, false],
    ["", {}, true, { config: { currentContext: "local" } }],
    ["", {}, false, { config: { currentContext: "tcp" } }],
    ["", { DOCKER_HOST: "unix:///run/s.sock" }, true, { config: { currentContext: "tcp" } }],
    ["-H unix:///var/run/docker.sock", {}, true],
    ["-H unix:///run/docker.sock", {}, true, { links: { "/var/run/docker.sock": "/run/docker.sock" } }],
    ["-H unix:///run/s.sock", {}, false],
    ["-H unix:///run/s.sock", { DOCKER_HOST: "unix:///run//s.sock" }, true],
    ["-H unix:///run/t.sock", { DOCKER_HOST: "unix:///run/s.sock" }, false],
    ["--host ssh://other", {}, false],
    ["--context other", {}, false],
    ["--context default", {}, true],
    ["--context default", { DOCKER_CONTEXT: "other" }, true],
    ["--context local", { DOCKER_HOST: "unix:///run/local.sock" }, true],
    ["--context absent", {}, false],
    ["--config /c", {}, true]
  ])("is the one for %j with %j: %s", (globals, env, expected, more) => {
    assert.strictEqual(translates(globals, env, more), expected)
  })

  it.each<[string, Env, boolean]>([
    ["", {}, true],
    ["", { DOCKER_HOST: "unix:///run/s.sock" }, true],
    ["", { DOCKER_HOST: "unix:///var/run/docker.sock" }, false],
    ["", { DOCKER_CONTEXT: "other" }, false],
    ["-H unix:///run/s.sock", {}, true],
    ["-H tcp://h", {}, false],
    ["--context default", {}, false]
  ])("is the one of DOCKER_SHIM_DOCKER_HOST for %j with %j: %s", (globals, env, expected) => {
    assert.strictEqual(translates(globals, { ...own, ...env }), expected)
  })

  it("can be one that is no socket, where the setting names it", () => {
    const env = { DOCKER_SHIM_DOCKER_HOST: "tcp://Docker:2375/" }
    assert.isTrue(translates("", env))
    assert.isTrue(translates("-H docker:2375", env))
    assert.isTrue(translates("", { ...env, DOCKER_HOST: "tcp://docker:2375" }))
    assert.isFalse(translates("", { ...env, DOCKER_HOST: "tcp://docker:2376" }))
  })

  it("is asked about only where something of the command is concerned", () => {
    const kinds = (words: string, env: Env) => plan(words, { env }).questions.map(({ _tag }) => _tag)
    assert.deepStrictEqual(kinds("ps -a", workspace), [])
    assert.deepStrictEqual(kinds("run -v data:/x img", workspace), [])
    assert.deepStrictEqual(kinds(`run -v ${work}:/x img`, {}), [])
    assert.deepStrictEqual(kinds(`run -v ${work}:/x img`, { ...workspace, DOCKER_HOST: "unix:///s" }), ["RealPath"])
    assert.deepStrictEqual(kinds(`run -v ${work}:/x img`, { ...workspace, ...own }), ["RealPath"])
    assert.deepStrictEqual(kinds("--context c ps", workspace), [])
  })

  it("gives its socket, under the client's name, as the daemon's", () => {
    const env = { DOCKER_HOST: "unix:///tmp/ses1/docker.sock", DOCKER_SHIM_DAEMON_SOCKET: "/data/s.sock" }
    const argv = ["run", "-v", "/tmp/ses1/docker.sock:/var/run/docker.sock", "img"]
    assert.strictEqual(plan(argv, { env }).plan.args[2], "/data/s.sock:/var/run/docker.sock")
    const elsewhere = plan(["-H", "ssh://other", "run", "-v", "/var/run/docker.sock:/s", "img"], { env }).plan
    assert.strictEqual(elsewhere.args[4], "/var/run/docker.sock:/s")
  })

  it("is named with its password hidden", () => {
    const { notices } = plan(`run -v ${work}:/x img`, {
      env: { ...workspace, DOCKER_HOST: "tcp://me:secret@host:1" }
    }).plan
    assert.deepStrictEqual(notices.map(({ text }) => text), [
      "no path is translated: tcp://***@host:1 is not known to be this session's daemon; "
      + "if it is, set DOCKER_SHIM_DOCKER_HOST to it"
    ])
  })

  it("alone shares the build cache", () => {
    const { args, leftAlone, notices } = plan("-H ssh://other build -t app .").plan
    const why = "ssh://other is not this session's daemon, unix:///var/run/docker.sock"
    assert.deepStrictEqual(args, "-H ssh://other build -t app .".split(" "))
    assert.deepStrictEqual(leftAlone, [{ what: "build", value: "", why }])
    assert.deepStrictEqual(notices.map(({ text }) => text), [
      `build cache not shared: ${why}; see 'docker-shim doctor'`
    ])
  })

  it("alone has projects with paths, builds and names of the session", () => {
    const env = { ...workspace, HELIX_TASK_NUMBER: "12" }
    const up = plan("-c other compose up", { dockerContexts, env, model: { _tag: "Refused", input: [] } })
    const why = "ssh://other is not this session's daemon, unix:///var/run/docker.sock"
    assert.deepStrictEqual(up.questions.map(({ _tag }) => _tag), ["DockerConfig", "DockerContext", "ComposeModel"])
    assert.deepStrictEqual([up.plan.args, up.plan.env], [["-c", "other", "compose", "up"], {}])
    assert.deepStrictEqual(up.plan.leftAlone, [{ what: "project", value: "", why }])
    assert.deepStrictEqual(up.plan.notices, [])
    const ps = plan("-c other compose ps", { dockerContexts, env }).plan
    assert.deepStrictEqual([ps.env, ps.notices], [{}, []])
  })

  it.each<[string, Env, boolean]>([
    ["compose up -d", {}, true],
    ["compose create", {}, true],
    ["compose run web sh", {}, true],
    ["compose up -d", { DOCKER_SHIM_PROJECT_SCOPE: "session" }, true],
    ["compose up -d", { DOCKER_SHIM_CACHE: "off", WORKSPACE_DIR: undefined }, true],
    ["compose ps", {}, false],
    ["compose build", {}, false],
    ["compose up -d --dry-run", {}, false],
    ["compose -p own up -d", {}, false],
    ["compose up -d", { COMPOSE_PROJECT_NAME: "own" }, false],
    ["compose up -d", { HELIX_TASK_NUMBER: undefined }, false],
    ["compose up -d", { DOCKER_SHIM_PROJECT_SCOPE: "off" }, false],
    ["compose up -d", { DOCKER_SHIM_DAEMON_SOCKET: "/s.sock" }, false],
    ["compose up -d", { DOCKER_SHIM_DOCKER_HOST: "unix:///run/s.sock" }, false],
    ["compose up -d", { DOCKER_SHIM_DOCKER_HOST: "ssh://shared" }, false],
    ["-H ssh://shared compose up -d", {}, false],
    ["-c other compose up -d", {}, false],
    ["--config /c compose up -d", {}, false]
  ])(
    "that is shared by ssh:// and not declared gets no name, and one line says so: %j with %j: %s",
    (words, env, expected) => {
      const given = { ...workspace, HELIX_TASK_NUMBER: "12", DOCKER_HOST: "ssh://shared", ...env }
      const files = {
        files: [`${work}/compose.yaml`],
        directory: `${work}/shop`,
        name: { _tag: "None" },
        settings: [],
        isChoice: false
      } as const
      const planned = plan(words, { dockerContexts, env: given, files, model: { _tag: "Refused", input: [] } }).plan
      const session = env["DOCKER_SHIM_PROJECT_SCOPE"] === "session" ? "helix-task-12" : "helix-task-12-shop"
      const text = `the project is not named ${session}: ssh://shared is not known to be this session's daemon; `
        + "if it is, set DOCKER_SHIM_DOCKER_HOST to it, and DOCKER_SHIM_PROJECT_SCOPE=project too"
      assert.deepStrictEqual(
        planned.notices.filter(({ isOnce }) => isOnce === true),
        expected ? [{ text, isOnce: true }] : []
      )
      if (expected) assert.deepStrictEqual([planned.args, planned.env], [words.split(" "), {}])
    }
  )

  it.each<[string, Env, string?]>([
    ["compose up", {}],
    ["compose up", { DOCKER_HOST: "unix:///run/s.sock" }],
    ["compose up", { DOCKER_CONTEXT: "local" }],
    ["compose up", { DOCKER_HOST: "tcp://docker:2375", DOCKER_SHIM_DOCKER_HOST: "tcp://docker:2375" }],
    ["compose up", { DOCKER_HOST: "tcp://docker:2375" }, "tcp://docker:2375 is not known to be this session's daemon"],
    ["compose up --no-build", { DOCKER_HOST: "tcp://docker:2375" }, "tcp://docker:2375 is not known"],
    ["compose up", { DOCKER_CONTEXT: "tcp" }, "tcp://10.0.0.1:2376 is not known to be this session's daemon"],
    ["compose up", { DOCKER_HOST: "ssh://other" }, "ssh://other is not known to be this session's daemon"],
    ["-c other compose up", {}, "ssh://other is not this session's daemon"]
  ])("gets the paths of a project, or one line says why not: %j with %j", (words, env, why) => {
    const planned = (source: string) =>
      plan(words, {
        dockerContexts,
        env: { ...workspace, ...env },
        files: {
          files: [`${work}/compose.yaml`],
          directory: work,
          name: { _tag: "None" },
          settings: [],
          isChoice: false
        },
        model: {
          _tag: "Model",
          config: {
            name: "app",
            services: { web: { image: "img", volumes: [{ type: "bind", source, target: "/b" }] } }
          },
          input: []
        }
      }).plan
    const { changes, notices } = planned(`${work}/a`)
    assert.strictEqual(changes.some(({ to }) => to === `${data}/a`), why === undefined)
    assert.strictEqual(notices.length, why === undefined ? 0 : 1)
    assert.isTrue(why === undefined || notices[0]?.text.startsWith(`no path of the project is translated: ${why}`))
    assert.deepStrictEqual(planned("/srv/a").notices, [])
  })

  it("alone shares the cache of a project's builds, and one line says so where a build is asked for", () => {
    const notices = (words: string, env: Env) => plan(words, { env }).plan.notices.map(({ text }) => text)
    const why = "ssh://other is not this session's daemon, unix:///var/run/docker.sock"
    assert.deepStrictEqual(notices("-H ssh://other compose build", {}), [
      `build cache not shared: ${why}; see 'docker-shim doctor'`
    ])
    assert.deepStrictEqual(notices("-H ssh://other compose up", {}), [])
    assert.deepStrictEqual(notices("-H ssh://other compose build", { DOCKER_SHIM_CACHE: "off" }), [])
  })
})
