/**
 * What `DOCKER_SHIM_PATH_MAP=auto` makes of a daemon's answers: the built program in mount and pid namespaces of its own that
 * look like a container's, and something at the socket that answers as a daemon does, or does not.
 */
import * as fs from "node:fs"
import * as http from "node:http"
import * as path from "node:path"
import { afterAll, afterEach, assert, beforeEach, describe, it } from "vitest"
import { type Ran, run, shimDirectory, starting } from "../program.ts"

const shim = shimDirectory("docker")
const at = (name: string): string => path.join(shim.directory, name)
const socket = at("docker.sock")
const id = "0123456789abcdef".repeat(4)
const hostname = at(`containers/${id}/hostname`)
const home = at("home")
afterAll(shim.remove)

fs.mkdirSync(path.dirname(hostname), { recursive: true })
fs.writeFileSync(hostname, "desktop\n")
for (const name of ["data", "work"]) fs.mkdirSync(at(name))
fs.writeFileSync(at("docker.real"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n", { mode: 0o755 })

type Answer = { readonly status?: number; readonly body?: unknown; readonly isSilent?: boolean }

let server: http.Server | undefined
let answers: Readonly<Record<string, Answer>> = {}
let asked: Array<string> = []

const listen = (): Promise<void> => {
  server = http.createServer((request, response) => {
    asked.push(request.url ?? "")
    const answer = answers[request.url ?? ""] ?? { status: 404, body: { message: "not found" } }
    if (answer.isSilent === true) return
    response.writeHead(answer.status ?? 200, { "Content-Type": "application/json" })
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body))
  })
  return new Promise((resolve) => server?.listen(socket, resolve))
}

const close = async (): Promise<void> => {
  server?.closeAllConnections()
  await new Promise((resolve) => server?.close(resolve))
  fs.rmSync(socket, { force: true })
}

const container = (changes: Readonly<Record<string, unknown>> = {}): Answer => ({
  body: {
    Id: id,
    State: { Running: true },
    HostConfig: { NetworkMode: "bridge" },
    Mounts: [{ Type: "bind", Source: at("data/ws"), Destination: at("work") }],
    ...changes
  }
})

const daemon = { [`/containers/${id}/json`]: container(), "/containers/json": { body: [] } }

beforeEach(async () => {
  asked = []
  answers = daemon
  fs.rmSync(home, { recursive: true, force: true })
  fs.mkdirSync(home)
  await listen()
})
afterEach(close)

/**
 * `docker run` in a container with the user's directory at `work`, or in what a script makes of it. What the daemon has is on a
 * file system of its own. Each run has other numbers of mounts, so `again` is where the same container runs it twice.
 */
const docker = async (
  more: Readonly<Record<string, string>> = {},
  script = "",
  again?: () => Promise<void>
): Promise<Ran> => {
  const [file, ...words] = starting(at("docker"))
  const steps = [
    `mount -t tmpfs none ${at("data")}`,
    `mkdir -p ${at("data/ws/app")} ${at("data/other/ws")}`,
    `mount --bind ${hostname} /etc/hostname`,
    `mount --bind ${at("data/ws")} ${at("work")}`
  ]
  const twice = `"$@" && touch ${at("first")} && while [ ! -e ${at("second")} ]; do sleep 0.05; done && "$@"`
  const running = run("unshare", [
    ...["--mount", "--pid", "--fork", "--mount-proc", "sh", "-c"],
    ...[`${steps.join(" && ")} && ${again === undefined ? `${script} "$@"` : twice}`, "sh"],
    ...[file, ...words, "run", "-v", `${at("work")}/app:/app`, "web"]
  ], {
    env: {
      PATH: process.env["PATH"],
      HOME: home,
      DOCKER_HOST: `unix://${socket}`,
      DOCKER_SHIM_PATH_MAP: "auto",
      DOCKER_SHIM_CACHE: "off",
      ...more
    },
    timeout: 60_000
  })
  if (again !== undefined) {
    while (!fs.existsSync(at("first"))) await new Promise((resolve) => setTimeout(resolve, 20))
    await again()
    fs.writeFileSync(at("second"), "")
  }
  const ran = await running
  for (const name of ["first", "second"]) fs.rmSync(at(name), { force: true })
  return ran
}

/** The source that docker is given, and what is said. */
const outcome = async (ran: Promise<Ran>): Promise<readonly [source: string, said: string]> => {
  const { code, stderr, stdout } = await ran
  assert.strictEqual(code, 0, stderr)
  const [source = "", ...others] = new Set([...stdout.matchAll(/^(.*):\/app$/gm)].map(([, one = ""]) => one))
  assert.deepStrictEqual(others, [])
  return [source.replace(shim.directory, ""), stderr]
}
const mapped = ["/data/ws/app", ""] as const
const unknown = (why: string): readonly [string, string] => [
  "/work/app",
  `docker-shim: DOCKER_SHIM_PATH_MAP=auto: no path is translated: the shim cannot tell where the daemon has the files seen here: ${why}; `
  + "see 'docker-shim doctor'\n"
]

describe("mappings that are found", () => {
  it("are asked for once, and again of a daemon that was started again", async () => {
    const requests = ["/_docker-shim/gateway", `/containers/${id}/json`, "/containers/json"]
    assert.deepStrictEqual(await outcome(docker({}, "", () => Promise.resolve())), mapped)
    assert.deepStrictEqual(asked, requests)
    asked = []
    fs.rmSync(home, { recursive: true })
    const restart = async (): Promise<void> => {
      await close()
      await listen()
    }
    assert.deepStrictEqual(await outcome(docker({}, "", restart)), mapped)
    assert.deepStrictEqual(asked, [...requests, ...requests])
  })

  it("have holes where something else is mounted", async () => {
    const [source, said] = await outcome(docker({}, `mount -t tmpfs none ${at("work")}/app &&`))
    assert.strictEqual(source, "/work/app")
    assert.include(said, `the daemon does not have ${at("work")}/app: it is mounted over ${at("work")}`)
  })

  it("are not asked for by other commands, nor without the setting", async () => {
    assert.deepStrictEqual(await outcome(docker({ DOCKER_SHIM_PATH_MAP: "" })), ["/work/app", ""])
    assert.deepStrictEqual(asked, [])
  })

  it("a WORKSPACE_DIR counts where nothing is certain, and else not", async () => {
    const other = { WORKSPACE_DIR: "/set", DOCKER_SHIM_USER_PATH: at("work") }
    const [source, said] = await outcome(docker(other))
    assert.strictEqual(source, "/data/ws/app")
    assert.include(said, "WORKSPACE_DIR says that the daemon has")
    assert.deepStrictEqual(await outcome(docker(other)), mapped, "said once")
    answers = {}
    fs.rmSync(home, { recursive: true })
    assert.deepStrictEqual(await outcome(docker(other)), ["/set/app", ""])
  })

  it.each<[name: string, answers: Readonly<Record<string, Answer>>, why: string]>([
    [
      "a daemon that has no such container",
      {},
      "the daemon knows no container 0123456789ab, and no dockerd that sees the same files can be found"
    ],
    [
      "a daemon that refuses",
      { ...daemon, [`/containers/${id}/json`]: { status: 403, body: {} } },
      "the daemon's description of a container is not understood"
    ],
    [
      "a daemon that does not list its containers",
      { ...daemon, "/containers/json": { status: 500, body: {} } },
      "the daemon does not tell which containers share a network"
    ],
    [
      "half an answer",
      { ...daemon, [`/containers/${id}/json`]: { body: "{\"Id\":\"" } },
      "the daemon's description of a container is not understood"
    ],
    [
      "another container than the one asked for",
      { ...daemon, [`/containers/${id}/json`]: container({ Id: "f".repeat(64) }) },
      "the daemon describes another container than the one asked for"
    ],
    [
      "a container that does not run",
      { ...daemon, [`/containers/${id}/json`]: container({ State: { Running: false } }) },
      "none of its containers is the one that this process is in"
    ]
  ])("with %s nothing is mapped, and it is said once", async (_, given, why) => {
    answers = given
    assert.deepStrictEqual(await outcome(docker()), unknown(why))
    assert.deepStrictEqual(await outcome(docker()), ["/work/app", ""])
    // what is not certain is asked each time
    answers = daemon
    assert.deepStrictEqual(await outcome(docker()), mapped)
  })

  it("a gateway that answers translates itself", async () => {
    const presence = { program: "docker-shim gateway", version: "1", daemon: "unix:///d", mappings: [] }
    answers = { ...daemon, "/_docker-shim/gateway": { body: presence } }
    assert.deepStrictEqual(await outcome(docker()), ["/work/app", ""])
    assert.deepStrictEqual(asked, ["/_docker-shim/gateway"])
  })

  it("a process with other mounts than the first of its container gets none", async () => {
    assert.deepStrictEqual(
      await outcome(docker({}, `unshare --mount sh -c 'mount --bind ${at("data/other/ws")} ${at("work")} && "$@"' sh`)),
      unknown("this process has other mounts than the first one of its container")
    )
  })

  it("a daemon that does not answer is not waited for without end", async () => {
    answers = { "/_docker-shim/gateway": { isSilent: true } }
    const [source, said] = await outcome(docker())
    assert.strictEqual(source, "/work/app")
    assert.include(said, `the daemon at ${socket} gave no answer within 10s`)
  }, 40_000)

  it("a socket that is not there is nobody's", async () => {
    await close()
    assert.deepStrictEqual(await outcome(docker()), unknown(`there is no socket at ${socket}`))
    await listen()
  })
})
