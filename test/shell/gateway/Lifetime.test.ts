/**
 * The life of the built gateway: its start, its socket, daemons and clients that come and go, and its end.
 */
import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import * as http from "node:http"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import { text } from "node:stream/consumers"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { built } from "../program.ts"

let directory = ""
let daemon: http.Server
let serve: (request: http.IncomingMessage, response: http.ServerResponse) => void
let children: Array<ChildProcess> = []
const at = (name: string): string => path.join(directory, name)
const pause = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))

/** Until something holds; the test's own limit ends what never does. */
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await pause(20)
}

interface Running {
  readonly child: ChildProcess
  readonly said: () => string
  /** The exit status, and the time from now to it in milliseconds. */
  readonly ended: () => Promise<readonly [status: number | null, time: number]>
  readonly descriptors: () => number
}

/** A gateway by these words of a shell, which has the program as `"$@"`; `undefined` where it ended instead. */
const run = async (script: string, more: ReadonlyArray<string> = [], options: SpawnOptions = {}): Promise<Running> => {
  const words = ["gateway", "--listen", at("gateway"), "--to", at("daemon"), ...more]
  const child = spawn("sh", ["-c", script, "sh", process.execPath, built, ...words], {
    stdio: ["ignore", "ignore", "pipe"],
    ...options,
    env: { PATH: process.env["PATH"], WORKSPACE_DIR: "/data/ses1", ...options.env }
  })
  children.push(child)
  let said = ""
  child.stderr?.on("data", (chunk) => said += String(chunk))
  const exit = once(child, "exit") as Promise<[number | null]>
  await until(() => said.includes("listening at") || child.exitCode !== null)
  return {
    child,
    said: () => said,
    ended: async () => {
      const begun = performance.now()
      const [status] = await exit
      return [status, performance.now() - begun]
    },
    descriptors: () => fs.readdirSync(`/proc/${child.pid}/fd`).length
  }
}
const start = (...more: ReadonlyArray<string>): Promise<Running> => run("exec \"$@\"", more)

const listen = async (): Promise<void> => {
  daemon = http.createServer((request, response) => serve(request, response))
  daemon.on("upgrade", (_, socket: net.Socket) => {
    socket.on("error", () => socket.destroy())
    socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
    socket.pipe(socket)
  })
  daemon.listen(at("daemon"))
  await once(daemon, "listening")
}

const stopDaemon = async (): Promise<void> => {
  const closed = new Promise((resolve) => daemon.close(resolve))
  daemon.closeAllConnections()
  await closed
}

const get = async (target: string, agent: http.Agent | false = false): Promise<readonly [number, string]> => {
  const request = http.get({ socketPath: at("gateway"), path: target, agent })
  const [answer] = await once(request, "response") as [http.IncomingMessage]
  return [answer.statusCode ?? 0, await text(answer)]
}

beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-gateway-"))
  children = []
  serve = (request, response) => {
    request.resume()
    response.end("OK")
  }
  await listen()
  fs.chmodSync(at("daemon"), 0o660)
})

afterEach(async () => {
  await Promise.all(
    children.filter((one) => one.exitCode === null && one.signalCode === null).map((one) => {
      const ended = once(one, "exit")
      one.kill("SIGKILL")
      return ended
    })
  )
  await stopDaemon()
  fs.rmSync(directory, { recursive: true, force: true })
})

describe("while it runs, the gateway", () => {
  it("serves two hundred connections at once, of which some are gone at once, and keeps none", async () => {
    const gateway = await start()
    await get("/x")
    const before = gateway.descriptors()
    const kept = new http.Agent({ keepAlive: true })
    const one = async (number: number): Promise<string> => {
      if (number % 4 === 0) return (await get("/x", kept))[1]
      const client = net.connect(at("gateway")).on("error", () => undefined)
      if (number % 4 === 1) {
        client.write("POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Length: 100\r\n\r\n{")
        await pause(number)
        client.destroy()
        return "OK"
      }
      client.write("POST /exec/1/start HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
      const word = `word ${number} `.repeat(10_000)
      client.end(word)
      const answer = await text(client)
      return answer.endsWith(`\r\n\r\n${word}`) ? "OK" : answer.slice(0, 200)
    }
    const answers = await Promise.all(Array.from({ length: 200 }, (_, number) => one(number)))
    assert.deepStrictEqual([...new Set(answers)], ["OK"])
    kept.destroy()
    await until(() => gateway.descriptors() <= before)
    assert.strictEqual(gateway.child.exitCode, null)
  })

  it("says that the daemon is gone, and finds it again when it is back", async () => {
    const gateway = await start()
    await stopDaemon()
    const [status, body] = await get("/x")
    assert.strictEqual(status, 503)
    assert.include(
      body,
      `cannot reach the Docker daemon at unix://${at("daemon")}: ENOENT. Is the docker daemon running?`
    )
    assert.include(gateway.said(), "cannot reach the Docker daemon")
    await listen()
    assert.deepStrictEqual(await get("/x"), [200, "OK"])
  })

  it("ends an answer that the daemon did not end, so that nobody takes a part for the whole", async () => {
    await start()
    serve = (_, response) => {
      response.writeHead(200, { "Content-Length": "100" })
      response.write("part")
      setTimeout(() => response.destroy(), 50)
    }
    const request = http.get({ socketPath: at("gateway"), path: "/x", agent: false })
    const [answer] = await once(request, "response") as [http.IncomingMessage]
    const read = await text(answer).then(() => "the end", (error: unknown) => String(error))
    assert.include(read, "aborted")
  })

  it("waits for a slow daemon, while others are served", async () => {
    await start()
    serve = (request, response) => void setTimeout(() => response.end("OK"), request.url === "/slow" ? 1_500 : 0)
    const order: Array<string> = []
    await Promise.all(["/slow", "/fast"].map((target) => get(target).then(() => order.push(target))))
    assert.deepStrictEqual(order, ["/fast", "/slow"])
  })

  it("lets the daemon know that a client is gone", async () => {
    const gateway = await start()
    let isGone = false
    serve = (request, response) => {
      request.resume()
      response.write("first")
      response.on("close", () => void (isGone = true))
    }
    const before = gateway.descriptors()
    const request = http.get({ socketPath: at("gateway"), path: "/events", agent: false })
    const [answer] = await once(request, "response") as [http.IncomingMessage]
    await once(answer, "data")
    answer.destroy()
    await until(() => isGone && gateway.descriptors() <= before)
  })

  it("outlives it that descriptors are exhausted", async () => {
    const gateway = await run("ulimit -n 64; exec \"$@\"")
    serve = (_, response) => void response.write("first")
    const clients = Array.from({ length: 100 }, () => {
      const client = net.connect(at("gateway")).on("error", () => undefined)
      client.write("GET /events HTTP/1.1\r\nHost: d\r\n\r\n")
      return client
    })
    await until(() => gateway.said().includes("too many connections are open"))
    assert.match(gateway.said(), /\(EMFILE\); close some, or raise LimitNOFILE/)
    for (const client of clients) client.destroy()
    serve = (_, response) => void response.end("OK")
    // the next accept is one of a client that gave up
    let answer: unknown
    await until(() => gateway.descriptors() < 40)
    for (let tries = 0; tries < 5 && answer !== "OK"; tries += 1) {
      answer = await get("/x").then(([, body]) => body, (error: unknown) => error)
    }
    assert.strictEqual(answer, "OK")
    assert.strictEqual(gateway.child.exitCode, null)
  })

  it("says what it is, whatever the daemon", async () => {
    await start()
    await stopDaemon()
    const [status, body] = await get("/_docker-shim/gateway")
    assert.strictEqual(status, 200)
    const { version, ...rest } = JSON.parse(body) as { readonly version: string }
    assert.match(version, /^\d/)
    assert.deepStrictEqual(rest, {
      program: "docker-shim gateway",
      daemon: `unix://${at("daemon")}`,
      mappings: [{ from: "/home/retro/work", to: "/data/ses1", origin: "WORKSPACE_DIR" }]
    })
    await listen()
  })
})

describe("at SIGTERM, the gateway", () => {
  it("takes no more, lets what runs end, and removes its socket", async () => {
    const gateway = await start()
    serve = (_, response) => {
      response.write("first ")
      setTimeout(() => response.end("last"), 700)
    }
    const running = get("/x")
    const idle = net.connect(at("gateway"))
    await pause(200)
    gateway.child.kill("SIGTERM")
    const ended = gateway.ended()
    await until(() => !fs.existsSync(at("gateway")))
    assert.deepStrictEqual(await running, [200, "first last"])
    idle.destroy()
    const [status, time] = await ended
    assert.strictEqual(status, 0)
    assert.isBelow(time, 5_000)
    assert.deepStrictEqual(fs.readdirSync(directory), ["daemon"])
  })

  it("ends within ten seconds, whatever runs", async () => {
    const gateway = await start()
    serve = (_, response) => void response.write("first")
    const request = http.get({ socketPath: at("gateway"), path: "/events", agent: false }).on("error", () => undefined)
    await once(request, "response")
    const hijacked = net.connect(at("gateway")).on("error", () => undefined)
    hijacked.write("POST /exec/1/start HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
    await once(hijacked, "data")
    gateway.child.kill("SIGTERM")
    const [status, time] = await gateway.ended()
    assert.strictEqual(status, 0)
    assert.isBelow(time, 10_000)
    hijacked.destroy()
  })
})

describe("its socket", () => {
  const modeOf = (): string => (fs.statSync(at("gateway")).mode & 0o777).toString(8)

  it("has mode and group of the daemon's", async () => {
    fs.chownSync(at("daemon"), -1, 12_345)
    await start()
    assert.deepStrictEqual([modeOf(), fs.statSync(at("gateway")).gid], ["660", 12_345])
  })

  it("has the mode and the group that are told", async () => {
    await start("--mode", "600", "--group", "daemon")
    assert.deepStrictEqual([modeOf(), fs.statSync(at("gateway")).gid], ["600", 1])
  })

  it.each([
    [["--mode", "rw"], "--mode rw: give a mode, such as 660"],
    [["--group", "no-such-group"], "--group no-such-group: there is no such group in /etc/group"]
  ])("is refused with %j", async (words, text) => {
    const gateway = await start(...words)
    assert.include(gateway.said(), text)
    assert.strictEqual((await gateway.ended())[0], 125)
  })

  it("is refused where its path is longer than a socket's may be", async () => {
    const whole = directory
    directory = path.join(directory, "x".repeat(100))
    const gateway = await start()
    directory = whole
    assert.include(gateway.said(), "is longer than 107 bytes; name another place with --listen")
    assert.strictEqual((await gateway.ended())[0], 125)
  })

  it("is its user's alone until the daemon has its own", async () => {
    await stopDaemon()
    await start()
    assert.strictEqual(modeOf(), "600")
    await listen()
    fs.chmodSync(at("daemon"), 0o666)
    await until(() => modeOf() === "666")
  })

  it("is one's alone: a second gateway says so, and the first goes on", async () => {
    await start()
    const second = await start()
    assert.include(second.said(), `another program listens at ${at("gateway")}; stop it, or name another place`)
    assert.strictEqual((await second.ended())[0], 125)
    assert.deepStrictEqual(await get("/x"), [200, "OK"])
  })

  it("of one that was killed goes to one of several that start at once", async () => {
    const first = await start()
    first.child.kill("SIGKILL")
    await first.ended()
    assert.isTrue(fs.existsSync(at("gateway")))
    const all = await Promise.all([start(), start(), start()])
    assert.lengthOf(all.filter(({ child }) => child.exitCode === null), 1)
    assert.deepStrictEqual(await get("/x"), [200, "OK"])
    for (const { child } of all) child.kill("SIGTERM")
    await Promise.all(all.map((one) => one.ended()))
    assert.deepStrictEqual(fs.readdirSync(directory), ["daemon"])
  })

  it("is systemd's where that passes one, and stays when the gateway ends", async () => {
    const listener = net.createServer().listen(at("first"))
    await once(listener, "listening")
    fs.linkSync(at("first"), at("gateway"))
    const { fd } = (listener as unknown as { readonly _handle: { readonly fd: number } })._handle
    const gateway = await run("LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\"", [], { stdio: ["ignore", "ignore", "pipe", fd] })
    // this process would take the connections otherwise
    await new Promise((resolve) => listener.close(resolve))
    assert.deepStrictEqual(await get("/x"), [200, "OK"])
    gateway.child.kill("SIGTERM")
    assert.strictEqual((await gateway.ended())[0], 0)
    assert.isTrue(fs.existsSync(at("gateway")))
  })

  it("is announced to systemd, and so is the end", async () => {
    const tool = at("systemd-notify")
    fs.writeFileSync(tool, `#!/bin/sh\necho "$* $NOTIFY_SOCKET" >> ${at("notes")}\n`, { mode: 0o755 })
    const notes = (): string => fs.existsSync(at("notes")) ? fs.readFileSync(at("notes"), "utf8") : ""
    const gateway = await run("exec \"$@\"", [], {
      env: { PATH: `${directory}:${String(process.env["PATH"])}`, NOTIFY_SOCKET: "/run/x" }
    })
    await until(() => notes() === "--ready /run/x\n")
    gateway.child.kill("SIGTERM")
    await gateway.ended()
    await until(() => notes() === "--ready /run/x\n--stopping /run/x\n")
  })
})
