/**
 * What the shim learns of a builder from the daemon's own socket, and where it starts a program instead.
 */
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as net from "node:net"
import * as path from "node:path"
import { afterAll, afterEach, assert, beforeEach, describe, it } from "vitest"
import { EngineInfo } from "../../../src/shell/services/EngineInfo.ts"
import { fixtures, run, shimDirectory } from "../program.ts"

const shim = shimDirectory("docker")
const real = path.join(shim.directory, "docker.real")
const calls = path.join(shim.directory, "calls")
const config = path.join(shim.directory, "config")
const socket = path.join(shim.directory, "docker.sock")
const env = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  HOME: "/dev/null/x",
  DOCKER_CONFIG: config,
  DOCKER_HOST: `unix://${socket}`,
  DOCKER_SHIM_CACHE_DIR: path.join(shim.directory, "cache")
}
afterAll(shim.remove)

let server: net.Server | undefined
let requests: Array<string> = []

/** A daemon that answers each connection with a text, keeps it open, or closes it unread. */
const listen = (answer: string | undefined | null): Promise<void> => {
  server = net.createServer((connection) => {
    connection.on("error", () => undefined)
    if (answer === null) {
      connection.destroy()
      return
    }
    connection.once("data", (chunk) => {
      requests.push(chunk.toString().split("\r\n")[0] ?? "")
      if (answer !== undefined) connection.end(answer)
    })
  })
  return new Promise((resolve) => server?.listen(socket, resolve))
}
const daemon = (...driver: ReadonlyArray<string>): string =>
  `HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n${
    JSON.stringify({ ServerVersion: "28.5.2", DriverStatus: [driver] })
  }\n`
const containerd = daemon("driver-type", "io.containerd.snapshotter.v1")

beforeEach(() => {
  requests = []
  fs.rmSync(config, { recursive: true, force: true })
  fs.mkdirSync(path.join(config, "cli-plugins"), { recursive: true })
  for (const one of [env.DOCKER_SHIM_CACHE_DIR, path.join(shim.directory, "app")]) {
    fs.mkdirSync(one, { recursive: true })
  }
  for (const file of [real, path.join(config, "cli-plugins", "docker-buildx")]) {
    fs.writeFileSync(file, `#!/bin/sh\necho "$*" >> ${calls}\nexec ${fixtures}/mirror "$@"\n`, { mode: 0o755 })
  }
})
afterEach(async () => {
  await new Promise((resolve) => server === undefined ? resolve(undefined) : server.close(resolve))
  fs.rmSync(socket, { force: true })
})

const build = async (
  words: ReadonlyArray<string> = ["buildx", "build", "."],
  more: Readonly<Record<string, string>> = {}
): Promise<{ readonly called: ReadonlyArray<string>; readonly said: string }> => {
  fs.rmSync(calls, { force: true })
  const ran = await run(path.join(shim.directory, "docker"), words, {
    env: { ...env, ...more },
    // the cache is no part of what is built
    cwd: path.join(shim.directory, "app"),
    timeout: 30_000
  })
  assert.strictEqual(ran.code, 0)
  const all = fs.readFileSync(calls, "utf8").trim().split("\n")
  return { called: all.map((line) => line.replace(/--cache-to=type=local,dest=\S+/, "--cache-to")), said: ran.stderr }
}

const shared = { called: ["buildx build --cache-to ."], said: "" }
const asked = { called: ["buildx inspect", "buildx build --cache-to ."], said: "" }
const notShared = (why: string) => ({
  called: ["buildx build ."],
  said: `docker-shim: build cache not shared: ${why}; see 'docker-shim doctor'\n`
})

describe("the daemon's socket", () => {
  it("is asked, and no program started", async () => {
    await listen(containerd)
    assert.deepStrictEqual(await build(), shared)
    assert.deepStrictEqual(requests, ["GET /info HTTP/1.0"])
  })

  it("says that the image store is the classic one", async () => {
    await listen(daemon("Backing Filesystem", "extfs"))
    assert.deepStrictEqual(
      await build(),
      notShared("the daemon's classic image store cannot export cache (it can with the containerd image store)")
    )
  })

  it("is not waited for without end", async () => {
    await listen(undefined)
    assert.deepStrictEqual(await build(), notShared(`the daemon at ${socket} gave no answer within 10s`))
  }, 40_000)

  it.each<[string, string | undefined | null]>([
    ["nobody listens", undefined],
    ["it hangs up", null],
    ["it refuses", "HTTP/1.0 403 Forbidden\r\n\r\n{}"],
    ["it is cut off", containerd.slice(0, -20)],
    ["it says nothing", ""],
    [
      "it is no daemon's",
      "HTTP/1.0 200 OK\r\n\r\n{\"DriverStatus\":[[\"driver-type\",\"io.containerd.snapshotter.v1\"]]}"
    ],
    ["it is no HTTP", "\0\0\u00ff"],
    ["it has no end", `HTTP/1.0 200 OK\r\n\r\n${" ".repeat(2 << 20)}{}`]
  ])("is no source where %s", async (_, answer) => {
    if (answer !== undefined) await listen(answer)
    assert.deepStrictEqual(await build(), asked)
  })

  it.each<[string, string, string]>([
    ["is selected", "current", "{\"Key\":\"x\",\"Name\":\"own\",\"Global\":true}"],
    ["is an endpoint's default", "defaults/5e3a", "own"],
    ["has the context's name", "instances/default", "{\"Name\":\"default\",\"Driver\":\"docker-container\"}"]
  ])("is not asked where a builder of buildx %s", async (_, name, content) => {
    await listen(containerd)
    fs.mkdirSync(path.dirname(path.join(config, "buildx", name)), { recursive: true })
    fs.writeFileSync(path.join(config, "buildx", name), content)
    assert.deepStrictEqual(await build(), asked)
    assert.deepStrictEqual(requests, [])
  })

  it("is asked where buildx has written that none is selected", async () => {
    await listen(containerd)
    fs.mkdirSync(path.join(config, "buildx"))
    fs.writeFileSync(path.join(config, "buildx", "current"), "{\"Key\":\"x\",\"Name\":\"\",\"Global\":false}")
    assert.deepStrictEqual(await build(), shared)
  })

  it("is not asked for a builder that was named", async () => {
    await listen(containerd)
    assert.deepStrictEqual(await build(["buildx", "build", "."], { BUILDX_BUILDER: "own" }), asked)
    assert.deepStrictEqual(await build(["buildx", "build", "."], { BUILDX_BUILDER: "default" }), shared)
  })

  it("is asked, or not, by what is in the directory that --config names", async () => {
    await listen(containerd)
    const given = async () => {
      const elsewhere = { DOCKER_CONFIG: path.join(shim.directory, "elsewhere") }
      const { called } = await build(["--config", config, "buildx", "build", "."], elsewhere)
      return called.map((line) => line.replace(`--config ${config} `, ""))
    }
    assert.deepStrictEqual(await given(), shared.called)
    fs.mkdirSync(path.join(config, "buildx"))
    fs.writeFileSync(path.join(config, "buildx", "current"), "{\"Key\":\"x\",\"Name\":\"own\",\"Global\":true}")
    assert.deepStrictEqual(await given(), asked.called)
    assert.lengthOf(requests, 1)
  })

  it("is not asked where there is no buildx", async () => {
    await listen(containerd)
    fs.rmSync(path.join(config, "cli-plugins", "docker-buildx"))
    assert.deepStrictEqual(await build(), asked)
    assert.deepStrictEqual(requests, [])
  })
})

describe("EngineInfo", () => {
  it.each(["", "/none", `/${"x".repeat(200)}`])("gets no answer from %j, which is no socket", async (file) => {
    const asked = Effect.runPromise(Effect.flatMap(EngineInfo.make, (engine) => engine.ask(file)))
    assert.deepStrictEqual(await asked, { _tag: "Unusable" })
  })
})
