/** A project's command that needs no answer of a program: the shim leaves its override, and becomes docker at once. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import * as http from "node:http"
import * as path from "node:path"
import { text } from "node:stream/consumers"
import { afterAll, afterEach, assert, beforeEach, describe, it } from "vitest"
import * as ExecPlan from "../../../src/core/ExecPlan.ts"
import * as Facts from "../../../src/core/facts/Facts.ts"
import type * as Question from "../../../src/core/facts/Question.ts"
import * as ProjectCommands from "../../../src/shell/fast-path/ProjectCommands.ts"
import { form, shimDirectory } from "../program.ts"

const shim = shimDirectory("docker")
const at = (...names: ReadonlyArray<string>): string => path.join(shim.directory, ...names)
const socket = at("docker.sock")
afterAll(shim.remove)

const modelOf = (build: object) => ({
  name: "shop",
  services: {
    web: {
      image: "team/web",
      ...build,
      volumes: [{ type: "bind", source: at("work/src"), target: "/src", bind: { create_host_path: true } }]
    }
  }
})

/** A daemon whose builder exports cache. */
const info = { ServerVersion: "28.5.2", DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]] }

let server: http.Server | undefined

beforeEach(async () => {
  for (const name of ["home", "work"]) fs.rmSync(at(name), { recursive: true, force: true })
  for (const name of ["home/.docker/cli-plugins", "work", "cache"]) fs.mkdirSync(at(name), { recursive: true })
  fs.writeFileSync(at("work/compose.yaml"), JSON.stringify(modelOf({})))
  fs.writeFileSync(at("work/Dockerfile"), "FROM scratch\n")
  // docker tells its process, and the override that it gets
  fs.writeFileSync(
    at("docker.real"),
    `#!/bin/sh\necho $$\ncat "\${COMPOSE_FILE##*:}" 2> ${at("error")}\nexit 3\n`,
    { mode: 0o755 }
  )
  fs.writeFileSync(
    at("home/.docker/cli-plugins/docker-compose"),
    `#!/bin/sh\necho "$*" >> ${at("calls")}\ncat ${at("work/compose.yaml")}\n`,
    { mode: 0o755 }
  )
  fs.writeFileSync(at("home/.docker/cli-plugins/docker-buildx"), "#!/bin/sh\n", { mode: 0o755 })
  fs.rmSync(at("calls"), { force: true })
  server = http.createServer((request, response) => {
    response.writeHead(request.url === "/info" ? 200 : 404)
    response.end(JSON.stringify(info))
  })
  await new Promise((resolve) => server?.listen(socket, () => resolve(undefined)))
})
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((resolve) => server?.close(resolve))
})

const env = {
  PATH: "/usr/bin:/bin",
  HOME: at("home"),
  TMPDIR: at("home"),
  DOCKER_HOST: `unix://${socket}`,
  DOCKER_SHIM_USER_PATH: at("work"),
  WORKSPACE_DIR: "/data/w",
  DOCKER_SHIM_CACHE_DIR: at("cache")
}
const up = async () => {
  const child = spawn(at("docker"), ["compose", "up", "-d"], { cwd: at("work"), env })
  const [ended, stdout, stderr] = await Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)])
  const [pid = "", ...override] = stdout.split("\n")
  return { code: Number(ended[0]), stderr, isDocker: Number(pid) === child.pid, override: override.join("\n") }
}
const calls = (): number =>
  fs.existsSync(at("calls")) ? fs.readFileSync(at("calls"), "utf8").trim().split("\n").length : 0
const models = (): number => {
  const directory = at("home/.cache/docker-shim/models")
  return fs.existsSync(directory) ? fs.readdirSync(directory).length : 0
}
/** Until the model is remembered: only of files that have not changed for three seconds. */
const upUntilRemembered = async (): Promise<void> => {
  while (models() === 0) {
    await up()
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

describe("a project's command", () => {
  it("asks Compose nothing the second time, and gives it the same override", async () => {
    await upUntilRemembered()
    const before = calls()
    const { code, override, stderr } = await up()
    assert.deepStrictEqual([code, calls(), stderr], [3, before, ""])
    assert.include(override, "/data/w/src")
    assert.notInclude(override, "cache")
    assert.deepStrictEqual(fs.readdirSync(at("home")).filter((name) => name.startsWith("docker-shim-")), [])
  })

  it("is docker from then on in the stand-alone form: no process of the shim waits for it", async () => {
    await upUntilRemembered()
    assert.strictEqual((await up()).isDocker, form === "standalone")
  })

  it("that builds goes to the services", async () => {
    fs.writeFileSync(at("work/compose.yaml"), JSON.stringify(modelOf({ build: { context: at("work") } })))
    await upUntilRemembered()
    const { code, override } = await up()
    assert.strictEqual(code, 3)
    assert.include(override, "cache_to")
  })
})

describe("ProjectCommands", () => {
  const invocation = { argv0: "docker", argv: [], env: { HOME: at("home") }, cwd: at("work") }
  const answer = (...questions: ReadonlyArray<ProjectCommands.ProjectQuestion>) =>
    ProjectCommands.answer(Facts.none, questions, invocation, at("shim"))
  const kept: Question.Of<"KeptOverrides"> = { _tag: "KeptOverrides", directory: at("none") }

  it("answers what files tell", () => {
    assert.deepStrictEqual(Facts.all(answer(kept) ?? Facts.none, "KeptOverrides").map((one) => one.answer), [[]])
  })

  it("answers nothing if Compose has to be asked", () => {
    const asking: Question.Of<"ComposeModel"> = {
      _tag: "ComposeModel",
      form: "docker",
      globals: [],
      flags: [],
      env: {},
      profiles: "all",
      services: [],
      descriptors: [],
      search: { start: at("work"), files: undefined, projectDirectory: undefined, envFiles: undefined, isV1: false }
    }
    assert.isUndefined(answer(kept, asking))
  })

  const file: ExecPlan.Override = {
    _tag: "Override",
    placeholder: "@docker-shim/override@",
    content: "{}",
    kept: { name: "shop-0123456789abcdef.yaml", header: "# x\n", content: "{}" }
  }
  const plan = {
    ...ExecPlan.passThrough("docker", ["compose", "up"]),
    files: [file],
    env: { COMPOSE_FILE: `a:${file.placeholder}` }
  }

  it("puts the override into its place", () => {
    const placed = ProjectCommands.place(plan, { HOME: at("home") })
    const kept = placed?.env["COMPOSE_FILE"]?.split(":")[1] ?? ""
    assert.strictEqual(fs.readFileSync(kept, "utf8"), "# x\n{}")
  })

  it("leaves the plan to the services without such a place, or while there may be another name", () => {
    assert.isUndefined(ProjectCommands.place(plan, {}))
    const look = {
      _tag: "LookForOtherName",
      kind: "containers",
      other: "shop",
      text: "there is another",
      endpoint: { context: undefined, host: undefined, config: undefined }
    } as const
    assert.isUndefined(ProjectCommands.place({ ...plan, before: [look] }, { HOME: at("home") }))
    assert.isDefined(ProjectCommands.place({ ...plan, before: [look] }, { HOME: at("home"), DOCKER_HOST: "tcp://x:1" }))
  })
})
