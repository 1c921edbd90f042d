/**
 * Real clients at a real engine through the gateway: user and daemon have different file systems, and nothing but
 * `DOCKER_HOST` tells the clients.
 */
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import { repository } from "../shell/program.ts"

const generations = ["28.5", "26.1"] as const

describeReal.each(generations)("docker %s through the gateway", (generation) => {
  let session: Session.Session
  let gateway: ChildProcess
  let host: string
  let said = ""
  /** As the user, at the gateway; without the shim. */
  const docker = async (args: ReadonlyArray<string>, input = "") =>
    await session.run("docker", args, { env: { DOCKER_HOST: host }, stdin: input })
  const stdout = async (args: ReadonlyArray<string>, input?: string): Promise<string> => {
    const ran = await docker(args, input)
    assert.strictEqual(ran.code, 0, ran.stderr)
    return ran.stdout
  }

  beforeAll(async () => {
    session = await Session.start({ suite: generation, workspace: { id: "ses1" } })
    await BaseImage.load(session)
    const socket = path.join(session.directory, "gateway.sock")
    host = `unix://${socket}`
    // it sees the user's files: it runs where the user does
    const words = [path.join(repository, "dist/docker-shim.js"), "gateway", "--listen", host, "--to", session.socket]
    gateway = session.spawn(process.execPath, words, {
      env: { WORKSPACE_DIR: session.workspace?.daemonPath, DOCKER_SHIM_DEBUG: "1" },
      stdio: ["ignore", "ignore", "pipe"]
    })
    await new Promise<void>((resolve, reject) => {
      gateway.once("exit", (code) => reject(new Error(`the gateway ended with ${String(code)}: ${said}`)))
      gateway.stderr?.on("data", (chunk) => {
        said += String(chunk)
        if (said.includes("listening at")) resolve()
      })
    })
    const files = session.workspace?.files ?? ""
    fs.mkdirSync(path.join(files, "app"), { recursive: true })
    fs.writeFileSync(path.join(files, "app/file.txt"), "there\n")
    fs.writeFileSync(path.join(files, "app/Dockerfile"), "FROM bb\nCOPY file.txt /\nRUN cat /file.txt > /copied\n")
    fs.writeFileSync(
      path.join(files, "app/compose.yaml"),
      "services:\n  web:\n    image: bb\n    init: true\n    command: sleep 100\n    volumes: [\".:/app\"]\n"
    )
  })

  afterAll(async () => {
    gateway.removeAllListeners("exit")
    const ended = gateway.exitCode === null ? once(gateway, "exit") : undefined
    gateway.kill("SIGTERM")
    await ended
    await session.stop()
    assert.strictEqual(gateway.exitCode, 0)
  })

  it("mounts the user's files", async () => {
    assert.strictEqual(
      await stdout(["run", "--rm", "-v", "/home/retro/work/app:/m", "bb", "cat", "/m/file.txt"]),
      "there\n"
    )
    assert.include(said, "HostConfig.Binds: /home/retro/work/app:/m -> ")
  })

  it("builds with BuildKit, whose session is a connection of its own", async () => {
    await stdout(["build", "-q", "-t", "built", "/home/retro/work/app"])
    assert.strictEqual(await stdout(["run", "--rm", "built", "cat", "/copied"]), "there\n")
  })

  it("runs a Compose project to its end", async () => {
    const compose = (...words: ReadonlyArray<string>) =>
      stdout(["compose", "-f", "/home/retro/work/app/compose.yaml", ...words])
    await compose("up", "-d")
    assert.strictEqual(await compose("exec", "-T", "web", "cat", "/app/file.txt"), "there\n")
    await compose("down", "-t", "0")
  })

  it("passes what is written to a container's input, and its end", async () => {
    const input = "x".repeat(3_000_000)
    assert.strictEqual((await stdout(["run", "--rm", "-i", "bb", "cat"], input)).length, input.length)
    assert.strictEqual((await docker(["run", "--rm", "bb", "sh", "-c", "exit 7"])).code, 7)
  })

  it("copies, follows logs and tells events as the daemon does", async () => {
    await stdout(["run", "-d", "--name", "one", "--init", "bb", "sh", "-c", "echo began; sleep 100"])
    await stdout(["cp", "/home/retro/work/app/file.txt", "one:/copied"])
    assert.strictEqual(await stdout(["exec", "one", "cat", "/copied"]), "there\n")
    assert.strictEqual(await stdout(["logs", "one"]), "began\n")
    await stdout(["rm", "-f", "one"])
    const until = String(Math.floor(Date.now() / 1000) + 1)
    const events = ["events", "--since", "2m", "--until", until, "--filter", "container=one"]
    assert.strictEqual((await stdout(events)).trim(), (await session.docker(events)).trim())
    assert.include(await stdout(events), "container destroy")
  })

  it("saves an image byte for byte", async () => {
    const saved = async (env: Readonly<Record<string, string>>): Promise<string> =>
      (await session.run("sh", ["-c", "docker save bb | sha256sum"], { env })).stdout
    assert.strictEqual(await saved({ DOCKER_HOST: host }), await saved({}))
  })

  it("gives the daemon's own message where the daemon refuses", async () => {
    const words = ["run", "--rm", "--mount", "type=bind,source=/home/retro/work/none,target=/m", "bb"]
    const through = await docker(words)
    assert.strictEqual(through.code, 125)
    const daemonPath = session.workspace?.daemonPath ?? ""
    assert.include(through.stderr, `bind source path does not exist: ${daemonPath}/none`)
  })
})
