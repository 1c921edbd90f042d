/**
 * Clients of Docker's socket that are not docker, through the gateway: user and daemon have different file systems, and nothing
 * but `DOCKER_HOST` tells the clients.
 */
import type { ChildProcess } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import * as GatewayProcess from "../real-docker/GatewayProcess.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import * as Suite from "../real-docker/Suite.ts"
import * as Terminal from "../terminal/Terminal.ts"

const dockerode = `
const Docker = require("dockerode")
const { Writable } = require("node:stream")
const docker = new Docker({ socketPath: process.env.DOCKER_HOST.slice("unix://".length) })
const collect = () => {
  const chunks = []
  const stream = new Writable({ write: (chunk, _, done) => { chunks.push(chunk); done() } })
  return { stream, text: () => Buffer.concat(chunks).toString() }
}
const main = async () => {
  const mounts = [{ Type: "bind", Source: "/home/retro/work/app", Target: "/n" }]
  const out = collect()
  const [ended] = await docker.run("bb", ["cat", "/m/file.txt", "/n/file.txt"], out.stream, {
    Tty: true, HostConfig: { Binds: ["/home/retro/work/app:/m:ro"], Mounts: mounts }
  })
  const volume = { type: "none", o: "bind", device: "/home/retro/work/app" }
  await docker.createVolume({ Name: "files", DriverOpts: volume })
  const held = await docker.createContainer({
    Image: "bb", Cmd: ["sh", "-c", "trap 'exit 0' TERM; echo ready; while :; do sleep 0.1; done"], HostConfig: { Binds: ["files:/v"] }
  })
  await held.start()
  const exec = await held.exec({ Cmd: ["sh", "-c", "cat /v/file.txt; cat; echo e >&2"], AttachStdin: true, AttachStdout: true, AttachStderr: true })
  const stream = await exec.start({ hijack: true, stdin: true })
  const [stdout, stderr] = [collect(), collect()]
  docker.modem.demuxStream(stream, stdout.stream, stderr.stream)
  const input = "x".repeat(1_000_000)
  stream.write(input)
  stream.end()
  await new Promise((resolve) => stream.on("end", resolve))
  const logs = (await held.logs({ stdout: true, follow: false })).toString()
  await held.stop()
  const { StatusCode } = await held.wait()
  await held.remove({ v: true })
  await docker.getVolume("files").remove()
  const said = stdout.text()
  console.log(JSON.stringify([
    out.text(), ended.StatusCode, said.replace(input, ""), said.length, stderr.text(), /ready/.test(logs), StatusCode
  ]))
}
main()
`

const testcontainers = `
const { GenericContainer, Wait } = require("testcontainers")
const main = async () => {
  const container = await new GenericContainer("bb")
    .withBindMounts([{ source: "/home/retro/work/app", target: "/m", mode: "ro" }])
    .withCopyContentToContainer([{ content: "copied", target: "/copied" }])
    .withCommand(["sh", "-c", "cat /m/file.txt; echo ready; exec sleep 1000"])
    .withWaitStrategy(Wait.forLogMessage("ready"))
    .start()
  const { exitCode, output } = await container.exec(["cat", "/m/file.txt", "/copied"])
  await container.stop({ timeout: 1 })
  console.log(JSON.stringify([exitCode, output]))
}
main()
`

const python = `
import docker, json, tarfile, io
client = docker.from_env()
binds = {"/home/retro/work/app": {"bind": "/m", "mode": "ro"}}
out = client.containers.run("bb", ["cat", "/m/file.txt"], volumes=binds, remove=True)
mount = docker.types.Mount("/n", "/home/retro/work/app", type="bind")
held = client.containers.run("bb", ["sleep", "1000"], mounts=[mount], init=True, detach=True)
code, said = held.exec_run(["cat", "/n/file.txt"])
chunks, stat = held.get_archive("/n/file.txt")
taken = tarfile.open(fileobj=io.BytesIO(b"".join(chunks))).extractfile("file.txt").read()
stats = held.stats(stream=False)
held.remove(force=True)
print(json.dumps([out.decode(), code, said.decode(), taken.decode(), stats["name"] != ""]))
`

describeReal.each(["28.5", "26.1"] as const)("docker %s through the gateway", (generation) => {
  let session: Session.Session
  let gateway: GatewayProcess.GatewayProcess
  let host = ""

  beforeAll(async () => {
    session = await Session.start({ suite: generation, workspace: { id: "ses1" } })
    await BaseImage.load(session)
    const started = await GatewayProcess.inFrontOf(session)
    gateway = started
    host = `unix://${started.socket}`
    const app = path.join(session.workspace?.files ?? "", "app")
    fs.mkdirSync(path.join(app, ".devcontainer"), { recursive: true })
    fs.writeFileSync(path.join(app, "file.txt"), "there\n")
    fs.writeFileSync(path.join(app, ".devcontainer/devcontainer.json"), JSON.stringify({ image: "dev" }))
    // dev containers look for their user there
    const dockerfile = "FROM bb\nRUN mkdir -p /etc /root && echo root:x:0:0:root:/root:/bin/sh > /etc/passwd\n"
    await session.docker(["build", "-q", "-t", "dev", "-"], { stdin: dockerfile })
  })

  afterAll(async () => {
    await gateway.stop()
    await session.stop()
  })

  /** What a program prints as JSON in its last line. */
  const prints = async (file: string, words: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) => {
    const ran = await session.run(file, words, { env: { DOCKER_HOST: host, ...env }, timeout: 200_000 })
    assert.strictEqual(ran.code, 0, ran.stderr)
    return JSON.parse(ran.stdout.trim().split("\n").at(-1) ?? "") as unknown
  }

  const node = async (script: string, env: Readonly<Record<string, string>> = {}): Promise<unknown> =>
    prints(process.execPath, ["-e", script], {
      NODE_PATH: path.join(await Suite.locateNodeClients(), "node_modules"),
      ...env
    })

  it("dockerode mounts the user's files, and its streams are whole", async () => {
    assert.deepStrictEqual(await node(dockerode), [
      "there\r\nthere\r\n",
      0,
      "there\n",
      1_000_006,
      "e\n",
      true,
      0
    ])
  })

  it("Testcontainers mounts the user's files", async () => {
    assert.deepStrictEqual(await node(testcontainers, { TESTCONTAINERS_RYUK_DISABLED: "true" }), [0, "there\ncopied"])
  })

  it("dev containers see the user's files", async () => {
    const cli = path.join(await Suite.locateNodeClients(), "node_modules/@devcontainers/cli/devcontainer.js")
    const words = ["--workspace-folder", "/home/retro/work/app"]
    const { outcome } = await prints(process.execPath, [cli, "up", ...words]) as { readonly outcome: string }
    assert.strictEqual(outcome, "success")
    const ran = await session.run(process.execPath, [cli, "exec", ...words, "cat", "file.txt"], {
      env: { DOCKER_HOST: host }
    })
    assert.deepStrictEqual([ran.code, ran.stdout], [0, "there\n"], ran.stderr)
  })

  it("Python's docker mounts the user's files", async () => {
    const lib = path.join(await Suite.locateComposeV1(), "../lib")
    assert.deepStrictEqual(await prints("/usr/bin/python3", ["-c", python], { PYTHONPATH: lib }), [
      "there\n",
      0,
      "there\n",
      "there\n",
      true
    ])
  })

  it("docker-compose 1.29 mounts the user's files", async () => {
    const app = path.join(session.workspace?.files ?? "", "app")
    fs.writeFileSync(
      path.join(app, "docker-compose.yml"),
      "version: '2'\nservices:\n  web:\n    image: bb\n    init: true\n    command: sleep 1000\n    volumes: ['.:/app']\n"
    )
    const program = path.join(await Suite.locateComposeV1(), "docker-compose")
    const compose = async (...words: ReadonlyArray<string>): Promise<string> => {
      const ran = await session.run(program, words, { env: { DOCKER_HOST: host }, cwd: "/home/retro/work/app" })
      assert.strictEqual(ran.code, 0, ran.stderr)
      return ran.stdout
    }
    await compose("up", "-d")
    assert.strictEqual(await compose("exec", "-T", "web", "cat", "/app/file.txt"), "there\n")
    await compose("down", "-t", "0")
  })

  // half a gigabyte takes half a minute, so with one of them
  const megabytes = generation === "28.5" ? 500 : 20
  it(`an image of ${megabytes} MB is saved and loaded byte for byte`, async () => {
    const docker = async (script: string): Promise<string> => {
      const ran = await session.run("sh", ["-c", script], { env: { DOCKER_HOST: host }, timeout: 300_000 })
      assert.strictEqual(ran.code, 0, ran.stderr)
      return ran.stdout
    }
    const filling = `head -c ${megabytes}000000 /dev/urandom > /big; sha256sum /big`
    const making = `docker rm -f big; docker run --name big bb sh -c '${filling}'`
    const made = await docker(`${making} && docker commit big big > /dev/null && docker rm big > /dev/null`)
    const sum = /[0-9a-f]{64}/.exec(made)?.[0]
    const through = /[0-9a-f]{64}/.exec(await docker("docker save big | tee big.tar | sha256sum"))?.[0]
    const direct = await session.run("sh", ["-c", "docker save big | sha256sum"], { timeout: 300_000 })
    assert.strictEqual(through, direct.stdout.slice(0, 64))
    await docker("docker rmi big && docker load -i big.tar && rm big.tar")
    assert.include(await docker("docker run --rm big sha256sum /big"), sum ?? "no sum")
    await docker("docker rmi big")
    const resident = Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${gateway.child.pid}/status`, "utf8"))?.[1]) /
      1024
    process.stderr.write(`docker ${generation}: the gateway had at most ${resident.toFixed(0)} MB resident\n`)
    assert.isBelow(resident, 130)
  })

  it("a terminal has its size, keys and signals, and lets go of a container", async () => {
    await session.docker(["run", "-dit", "--name", "shell", "bb", "sh", "-c", "PS1='$ ' exec sh"])
    const terminals: Array<Terminal.Terminal> = []
    const start = (at: string, ...words: ReadonlyArray<string>): Terminal.Terminal => {
      const env = { ...session.client.env, DOCKER_HOST: at }
      const terminal = Terminal.start(path.join(session.suite.bin, "docker"), words, { env, cwd: session.directory })
      terminals.push(terminal)
      return terminal
    }
    try {
      const executed = start(host, "exec", "-it", "-e", "PS1=$ ", "shell", "sh")
      const getsSize = async (size: string, resize: () => void = () => undefined): Promise<boolean> => {
        for (let tries = 0; tries < 50; tries += 1) {
          resize()
          executed.type("stty size\n")
          const [, seen] = await executed.shows(/\n(\d+ \d+)\n/)
          if (seen === size) return true
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
        return false
      }
      assert.isTrue(await getsSize("24 80"))
      // again and again: docker misses what comes before it listens (docker/cli 28.5, `cli/command/container/tty.go`)
      const resize = (): void => {
        executed.resize(120, 39)
        executed.resize(120, 40)
      }
      assert.isTrue(await getsSize("40 120", resize))
      executed.type("echo $((3*7)); sleep 1000\n")
      await executed.shows(/\n21\n/)
      await new Promise((resolve) => setTimeout(resolve, 300))
      executed.press("C")
      executed.type("exit 5\n")
      assert.strictEqual(await executed.ended, "exit 5")
      const detached = async (at: string): Promise<string> => {
        const attached = start(at, "attach", "shell")
        attached.type("echo $((6*7))\n")
        await attached.shows(/\n42\n/)
        attached.type("\u0010\u0011")
        const ended = await attached.ended
        return `${ended}, ${await session.docker(["inspect", "-f", "{{.State.Running}}", "shell"])}`
      }
      // docker itself ends with 1 then
      assert.strictEqual(await detached(host), await detached(`unix://${session.socket}`))
      assert.match(await detached(host), /, true$/)
    } finally {
      terminals.forEach((terminal) => terminal.stop())
      await session.docker(["rm", "-f", "shell"])
    }
  })

  it("logs and events are followed as they come, and stats", async () => {
    const docker = (...words: ReadonlyArray<string>) => session.spawn("docker", words, { env: { DOCKER_HOST: host } })
    const talking = ["sh", "-c", "while :; do date +%s; sleep 0.1; done"]
    const id = await session.docker(["run", "-d", "--init", "--name", "talker", "bb", ...talking])
    const shows = async (child: ChildProcess, pattern: RegExp, times: number): Promise<void> => {
      let seen = ""
      for await (const chunk of child.stdout ?? []) {
        seen += String(chunk)
        if ((seen.match(pattern) ?? []).length >= times) break
      }
      assert.isAtLeast((seen.match(pattern) ?? []).length, times)
      child.kill("SIGKILL")
    }
    await shows(docker("logs", "-f", "talker"), /^\d{10}/gm, 5)
    await shows(docker("stats", "--format", "{{.Name}}"), /talker/g, 2)
    const events = docker("events", "--filter", "event=rename")
    const renaming = setInterval(
      () => void session.docker(["rename", id, `talker${Date.now()}`]).catch(() => undefined),
      300
    )
    await shows(events, /rename/g, 1)
    clearInterval(renaming)
  })
})
