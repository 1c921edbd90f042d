/**
 * Real clients at a real engine through the gateway: user and daemon have different file systems, and nothing but
 * `DOCKER_HOST` tells the clients.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import * as http2 from "node:http2"
import * as net from "node:net"
import * as path from "node:path"
import { buffer, text } from "node:stream/consumers"
import { gzipSync } from "node:zlib"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as Relay from "../../src/shell/gateway/Relay.ts"
import * as BaseImage from "../real-docker/BaseImage.ts"
import * as GatewayProcess from "../real-docker/GatewayProcess.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import * as Suite from "../real-docker/Suite.ts"
import { shimDirectory } from "../shell/program.ts"

const generations = ["28.5", "26.1", "20.10"] as const

/** One request as it is written, over a connection of its own, and the whole answer. */
const exchange = async (
  socket: string,
  sent: Buffer,
  isEnded = false
): Promise<{ readonly status: number; readonly body: string }> => {
  const client = net.connect({ path: socket, allowHalfOpen: true })
  client.write(sent)
  if (isEnded) client.end()
  const answer = (await buffer(client)).toString("latin1")
  client.destroy()
  const end = answer.indexOf("\r\n\r\n")
  return { status: Number(answer.slice(9, 12)), body: answer.slice(end + 4) }
}

/** The answer to what may not be read to its end, which one of Node's own sockets would lose with the failed write. */
const answerTo = async (socket: string, sent: Buffer): Promise<{ readonly status: number; readonly body: string }> => {
  const client = Relay.connect(socket).on("error", () => undefined)
  let answer = ""
  client.on("data", (chunk) => void (answer += chunk.toString("latin1"))).write(sent)
  await new Promise((resolve) => client.on("end", resolve).on("close", resolve))
  client.destroy()
  return { status: Number(answer.slice(9, 12)), body: answer.slice(answer.indexOf("\r\n\r\n") + 4) }
}

const user = "/home/retro/work/app"
const bind = JSON.stringify(`${user}:/m`)

/** Bodies of `containers/create` that name the user's directory in ways that no client writes, and headers with them. */
const odd: Readonly<Record<string, readonly [body: string, headers?: string]>> = {
  "names of another case": [`{"image":"bb","hostconfig":{"BINDS":[${bind}]}}`],
  "a name of letters that fold": [`{"Image":"bb","Ho\u017ftConfig":{"Bind\u017f":[${bind}]}}`],
  "a name that is escaped": [`{"Image":"bb","\\u0048ostConfig":{"B\\u0069nds":[${bind}]}}`],
  "a path that is escaped": [`{"Image":"bb","HostConfig":{"Binds":[${bind.replace("home", "\\u0068ome")}]}}`],
  "a name twice": [`{"Image":"bb","HostConfig":{"Binds":[]},"HostConfig":{"Binds":[],"Binds":[${bind}]}}`],
  "fields of the host on the level above": [`{"Image":"bb","Binds":[${bind}]}`],
  "a type that another list names": [
    `{"Image":"bb","HostConfig":{"Mounts":[{"Type":"bind","Target":"/m"}],"Mounts":[{"Source":"${user}"}]}}`
  ],
  "a second type": [
    `{"Image":"bb","HostConfig":{"Mounts":[{"Type":"volume","type":"bind","Source":"${user}","Target":"/m"}]}}`
  ],
  "more behind it": [`{"Image":"bb","HostConfig":{"Binds":[${bind}]}} {"Image":"x"}`],
  "a bracket behind it": [`{"Image":"bb","HostConfig":{"Binds":[${bind}]}}]`],
  "a byte that is no UTF-8": [`{"Image":"bb","Env":["A=\xff"],"HostConfig":{"Binds":[${bind}]}}`],
  "very many levels": [
    `{"Image":"bb","X":${"[".repeat(2_000)}${"]".repeat(2_000)},"HostConfig":{"Binds":[${bind}]}}`
  ],
  "very many values": [`{"Image":"bb","X":[${"0,".repeat(300_000)}0],"HostConfig":{"Binds":[${bind}]}}`],
  "very many bytes": [`{"Image":"bb","X":"${"x".repeat(17 << 20)}","HostConfig":{"Binds":[${bind}]}}`],
  "an upgrade": [`{"Image":"bb","HostConfig":{"Binds":[${bind}]}}`, "Connection: Upgrade\r\nUpgrade: tcp\r\n"],
  "an upgrade to HTTP/2": [
    `{"Image":"bb","HostConfig":{"Binds":[${bind}]}}`,
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
  ],
  "an encoding": [`{"Image":"bb","HostConfig":{"Binds":[${bind}]}}`, "Content-Encoding: gzip\r\n"],
  "a mark of its order of bytes": [`\xef\xbb\xbf{"Image":"bb","HostConfig":{"Binds":[${bind}]}}`]
}

describeReal.each(generations)("docker %s through the gateway", (generation) => {
  let session: Session.Session
  let gateway: GatewayProcess.GatewayProcess
  let socket: string
  let host: string
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
    const started = await GatewayProcess.inFrontOf(session, { DOCKER_SHIM_DEBUG: "1" })
    gateway = started
    socket = started.socket
    host = `unix://${socket}`
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
    const code = await gateway.stop()
    await session.stop()
    assert.strictEqual(code, 0)
  })

  /** What the daemon has of a container that was made: no mount of the user's path may be among it. */
  const mountsOf = async (answer: string): Promise<string> => {
    const { Id } = JSON.parse(answer) as { readonly Id: string }
    const mounts = await session.docker(["inspect", "-f", "{{json .HostConfig.Binds}}{{json .Mounts}}", Id])
    await session.docker(["rm", "-f", Id])
    return mounts
  }

  it.each(Object.entries(odd))(
    "never mounts another directory than the user's, with %s",
    async (name, [body, more = ""]) => {
      const bytes = name === "an encoding"
        ? gzipSync(body)
        : Buffer.from(body, name.includes("byte") ? "latin1" : "utf8")
      const head = `POST /v1.41/containers/create HTTP/1.1\r\nHost: d\r\n${more}Content-Type: application/json\r\n`
        + `${more.includes("Upgrade") ? "" : "Connection: close\r\n"}Content-Length: ${bytes.length}\r\n\r\n`
      const { body: answer, status } = await exchange(socket, Buffer.concat([Buffer.from(head), bytes]))
      if (status >= 400) {
        assert.match(answer, /"message":"(?:docker-shim gateway: refused: its body .*|.+)"/)
        return
      }
      assert.strictEqual(status, 201, answer)
      assert.notInclude(await mountsOf(answer), user)
    }
  )

  it("translates what comes over HTTP/2, or says that the daemon does not speak it", async () => {
    const client = http2.connect("http://docker", { createConnection: () => net.connect(socket) })
    const sent = `{"Image":"bb","HostConfig":{"Binds":[${bind}]}}`
    const request = client.request({
      ":method": "POST",
      ":path": "/containers/create",
      "content-type": "application/json"
    })
    request.end(sent)
    const [answer] = await once(request, "response") as [http2.IncomingHttpHeaders & { readonly ":status": number }]
    const said = await text(request)
    client.close()
    if (answer[":status"] === 503) {
      assert.include(said, `docker-shim gateway: the Docker daemon at unix://${session.socket} does not speak HTTP/2`)
    } else assert.include(await mountsOf(said), session.workspace?.daemonPath ?? "")
  })

  it("ends a request of HTTP/2 with its answer, although nobody wants the rest of its body", async () => {
    for (let round = 0; round < 30; round += 1) {
      const client = http2.connect("http://docker", { createConnection: () => net.connect(socket) })
      const request = client.request({ ":method": "POST", ":path": "/auth", "content-type": "application/json" })
      request.on("error", () => undefined).end(Buffer.alloc(8 << 20, "x"))
      await once(request.resume(), "close")
      client.destroy()
    }
  })

  it.each(["/containers/create", "/containers/none/exec", "/auth", "/images/load"])(
    "gives the daemon's answer where that reads no more of a body: %s",
    async (target) => {
      const bytes = Buffer.alloc(8 << 20, "x")
      const chunks = Buffer.concat([
        Buffer.from(`${bytes.length.toString(16)}\r\n`),
        bytes,
        Buffer.from("\r\n0\r\n\r\n")
      ])
      for (
        const [header, body] of [[`Content-Length: ${bytes.length}`, bytes], ["Transfer-Encoding: chunked", chunks]]
      ) {
        const head = `POST ${target} HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n${String(header)}\r\n`
        const sent = Buffer.concat([Buffer.from(`${head}Connection: close\r\n\r\n`), Buffer.from(body ?? "")])
        const [through, direct] = [await answerTo(socket, sent), await answerTo(session.socket, sent)]
        assert.isAtLeast(direct.status, 200)
        assert.deepStrictEqual(through, direct, String(header))
      }
    }
  )

  it("gives the daemon's answer to what that limits: heads, secrets and configs", async () => {
    await session.docker(["swarm", "init", "--advertise-addr", "127.0.0.1"])
    const secret = (bytes: number): string =>
      JSON.stringify({ Name: "s", Data: Buffer.alloc(bytes).toString("base64") })
    const post = (target: string, body: string): Buffer =>
      Buffer.from(
        `POST ${target} HTTP/1.1\r\nHost: d\r\nConnection: close\r\nContent-Type: application/json\r\n`
          + `Content-Length: ${body.length}\r\n\r\n${body}`
      )
    const limited = [
      ...[600_000, 6_000_000].map((bytes) => post("/secrets/create", secret(bytes))),
      ...[1_100_000, 6_000_000].map((bytes) => post("/configs/create", secret(bytes))),
      ...[1_048_000, 1_060_000].map((bytes) =>
        Buffer.from(`GET /_ping HTTP/1.1\r\nHost: d\r\nConnection: close\r\nX: ${"x".repeat(bytes)}\r\n\r\n`)
      )
    ]
    const statuses: Array<number> = []
    for (const sent of limited) {
      const [through, direct] = [await answerTo(socket, sent), await answerTo(session.socket, sent)]
      assert.deepStrictEqual(through, direct, sent.toString("latin1", 0, 80))
      statuses.push(direct.status)
    }
    assert.deepStrictEqual(statuses.map((status) => status >= 400), [true, true, true, true, false, true])
    await session.docker(["swarm", "leave", "-f"])
  })

  it("mounts the user's files", async () => {
    assert.strictEqual(
      await stdout(["run", "--rm", "-v", "/home/retro/work/app:/m", "bb", "cat", "/m/file.txt"]),
      "there\n"
    )
    assert.include(gateway.said(), "HostConfig.Binds: /home/retro/work/app:/m -> ")
  })

  it("leaves to the shim on the command line what that has translated, and to itself what it has not", async () => {
    const shim = shimDirectory("docker")
    const run = async (env: Readonly<Record<string, string | undefined>>): Promise<string> => {
      const before = gateway.said().length
      const words = [
        "run",
        "--rm",
        "-v",
        "/home/retro/work/app:/m",
        "-v",
        "/var/run/docker.sock:/s",
        "bb",
        "cat",
        "/m/file.txt"
      ]
      const ran = await session.run(process.execPath, [path.join(shim.directory, "docker"), ...words], {
        env: { DOCKER_HOST: host, DOCKER_SHIM_DEBUG: "1", ...env }
      })
      assert.deepStrictEqual([ran.code, ran.stdout], [0, "there\n"], ran.stderr)
      const here = ran.stderr.includes("/home/retro/work/app:/m -> ")
      return `${here ? "shim" : ""}${
        gateway.said().slice(before).includes("/home/retro/work/app:/m -> ") ? "gateway" : ""
      }`
    }
    try {
      assert.strictEqual(await run({ WORKSPACE_DIR: session.workspace?.daemonPath }), "shim")
      assert.strictEqual(await run({ WORKSPACE_DIR: undefined }), "gateway")
      // another daemon than the session's, for the shim
      const other = {
        WORKSPACE_DIR: session.workspace?.daemonPath,
        DOCKER_SHIM_DOCKER_HOST: `unix://${session.socket}`
      }
      assert.strictEqual(await run(other), "gateway")
    } finally {
      shim.remove()
    }
  })

  it("builds with BuildKit, whose session is a connection of its own", async () => {
    await stdout(["build", "-q", "-t", "built", "/home/retro/work/app"])
    assert.strictEqual(await stdout(["run", "--rm", "built", "cat", "/copied"]), "there\n")
  })

  it("runs a Compose project to its end", async () => {
    // 20.10 is of the time of docker-compose 1.29, in Python
    const program = generation === "20.10"
      ? [path.join(await Suite.locateComposeV1(), "docker-compose")]
      : ["docker", "compose"]
    const compose = async (...words: ReadonlyArray<string>): Promise<string> => {
      const [file = "", ...first] = program
      const ran = await session.run(file, [...first, "-f", "/home/retro/work/app/compose.yaml", ...words], {
        env: { DOCKER_HOST: host }
      })
      assert.strictEqual(ran.code, 0, ran.stderr)
      return ran.stdout
    }
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

  it("answers a client that has ended its side, as `nc -N` does, as the daemon does", async () => {
    // others may be refused: for some the daemon takes that end for a client that is gone
    for (const sent of ["GET /_ping HTTP/1.0\r\n\r\n", "GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n"]) {
      const [direct, through] = await Promise.all(
        [session.socket, socket].map((one) => exchange(one, Buffer.from(sent), true))
      )
      assert.deepStrictEqual(through, { status: 200, body: "OK" }, sent)
      assert.deepStrictEqual(through, direct, sent)
    }
  })

  it("gives the daemon's own message where the daemon refuses", async () => {
    const words = ["run", "--rm", "--mount", "type=bind,source=/home/retro/work/none,target=/m", "bb"]
    const through = await docker(words)
    assert.strictEqual(through.code, 125)
    const daemonPath = session.workspace?.daemonPath ?? ""
    assert.include(through.stderr, `bind source path does not exist: ${daemonPath}/none`)
  })
})
