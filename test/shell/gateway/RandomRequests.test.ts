/**
 * Random requests to the built gateway, valid, damaged and hostile, in front of a daemon that says what it got: nothing crashes,
 * no byte changes that is not a path of the mapping, and memory stays.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import * as http from "node:http"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import { buffer } from "node:stream/consumers"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as GatewayProcess from "../../real-docker/GatewayProcess.ts"

/** `npm run test:full gateway` takes 100,000. */
const count = Number(process.env["DOCKER_SHIM_GATEWAY_REQUESTS"] ?? 1_500)
const seed = Number(process.env["DOCKER_SHIM_SEED"] ?? 20261129)

/** The generator mulberry32, for requests that a seed brings back. */
const random = ((state: number) => () => {
  state = state + 0x6d2b79f5 | 0
  let mixed = Math.imul(state ^ state >>> 15, 1 | state)
  mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed
  return ((mixed ^ mixed >>> 14) >>> 0) / 4_294_967_296
})(seed)
const below = (limit: number): number => Math.floor(random() * limit)
const pick = <A>(...values: ReadonlyArray<A>): A => values[below(values.length)] as A

const user = "/home/retro/work"
const place = "/data/ses1"

const source = (): string => pick(user, `${user}/a`, `${user}/ä b`, `${user}space`, "/etc", "name", "", `${user}/../x`)
const value = (): unknown =>
  pick<unknown>(
    1,
    12_345_678_901_234_567_890n.toString(),
    null,
    true,
    user,
    "ä\u2028",
    [user],
    { [user]: user },
    -0.5e-7
  )
const host = (): Readonly<Record<string, unknown>> => ({
  [pick("Binds", "binds", "BINDS", "X")]: [`${source()}:/m`, `${source()}:/n:ro`],
  [pick("Mounts", "mounts")]: [{ Type: pick("bind", "volume", "tmpfs"), Source: source(), Target: user }],
  Devices: [{ PathOnHost: source(), PathInContainer: user }],
  LogConfig: { Config: { "syslog-address": `unix://${user}/log`, tag: user } },
  X: value()
})
const bodyOf = (): string =>
  JSON.stringify(pick<unknown>(
    { Image: "x", Env: [`A=${user}`], HostConfig: host(), X: value() },
    { HostConfig: host(), Image: user },
    { Image: "x", HostConfig: host(), hostconfig: host() },
    { ...host(), HostConfig: host() },
    { Name: user, DriverOpts: { type: "none", o: "bind", device: source(), other: user } },
    { TaskTemplate: { ContainerSpec: { Mounts: [{ Type: "bind", Source: source(), Target: user }] } }, X: value() },
    value(),
    []
  ))

/** One damage to bytes. */
const damaged = (bytes: Buffer): Buffer => {
  const at = below(bytes.length + 1)
  const junk = Buffer.from(
    pick("", "\"", "{", "}", "[", "]", ",", ":", "\\", "\0", "\xff", "\n", "é", "[".repeat(1_500)),
    "latin1"
  )
  return Buffer.concat([bytes.subarray(0, at), junk, bytes.subarray(at + below(3))])
}

const target = (): string =>
  pick("", "/v1.41", "/v1.51", "/v9") + pick(
    "/containers/create",
    "/containers/create",
    "/containers/create",
    "/containers/create?name=a%2Fb",
    "/containers/creat%65",
    "/volumes/create",
    "/services/create",
    "/services/x/update?version=1",
    "/containers/x/start",
    "/build?t=x",
    "/containers/create/x",
    "/images/load",
    "/x/%ff/%00"
  )

/** What a client says about trailers; without chunks, Node lets only `hostile` announce them. */
const trailing = (inChunks: boolean): Readonly<Record<string, string>> => ({
  ...pick<Readonly<Record<string, string>>>({}, { TE: pick("trailers", "Trailers", "gzip;q=0.5", "") }),
  ...(inChunks ? pick<Readonly<Record<string, string>>>({}, { Trailer: pick("X", "Content-Length", "") }) : {})
})

/** Answers of a daemon, by number: the first is usual, and Node does not send the last ones. */
const answers = [
  "200 OK\r\nContent-Length: 2\r\n\r\nOK",
  "200 OK\r\nTrailer: X\r\nTE: trailers\r\nContent-Length: 2\r\n\r\nOK",
  "200 OK\r\nTrailer: X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\nX: 1\r\n\r\n",
  "200 OK\r\nTrailer: X\r\n\r\nOK",
  "204 No Content\r\nTrailer: X\r\n\r\n",
  "304 Not Modified\r\nTrailer: X\r\nTransfer-Encoding: chunked\r\n\r\n",
  "000 x\r\nContent-Length: 2\r\n\r\nOK",
  "099 x\r\nTrailer: X\r\nContent-Length: 2\r\n\r\nOK",
  "200 O\x01K\r\nContent-Length: 2\r\n\r\nOK"
]
/** The statuses that a client may get for one: its own, or the gateway's; bodies that pass as they are bring it as it is. */
const statusesOf = (answer: number): ReadonlyArray<number> => [
  Number(answers[answer]?.slice(0, 3)),
  ...(answer >= answers.length - 3 ? [502] : [])
]

let directory = ""
let daemon: http.Server
let gateway: GatewayProcess.GatewayProcess
let asked = 0
let got: { readonly target: string; readonly body: Buffer } | undefined
const at = (name: string): string => path.join(directory, name)

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-gateway-"))
  daemon = http.createServer((request, response) => {
    void buffer(request).then((body) => {
      // what a hostile client has sent may come to its end later
      if (request.headers["x-request"] === String(asked)) got = { target: request.url ?? "", body }
      const answer = Number(request.headers["x-answer"] ?? 0)
      if (answer === 0) response.end("OK")
      else response.socket?.end(`HTTP/1.1 ${(answers[answer] ?? "").replace("\r\n", "\r\nConnection: close\r\n")}`)
    }, () => undefined)
  }).listen(at("daemon"))
  await once(daemon, "listening")
  gateway = await GatewayProcess.start(at("gateway"), at("daemon"), {
    WORKSPACE_DIR: place,
    DOCKER_SHIM_USER_PATH: user
  })
})

afterAll(async () => {
  await gateway.kill()
  daemon.closeAllConnections()
  daemon.close()
  fs.rmSync(directory, { recursive: true })
})

const median = (values: ReadonlyArray<number>): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })

const post = async (path: string, body: Buffer, answer: number): Promise<number> => {
  got = undefined
  asked += 1
  const chunked = random() < 0.3
  const request = http.request({
    socketPath: at("gateway"),
    method: random() < 0.9 ? "POST" : "PUT",
    path,
    agent,
    headers: {
      "Content-Type": "application/json",
      "X-Request": asked,
      "X-Answer": answer,
      ...trailing(chunked),
      ...(chunked ? {} : { "Content-Length": body.length })
    }
  })
  const response = once(request, "response") as Promise<[http.IncomingMessage]>
  const half = below(body.length + 1)
  if (chunked) request.write(body.subarray(0, half))
  request.end(chunked ? body.subarray(half) : body)
  const [answered] = await response
  await buffer(answered)
  return answered.statusCode ?? 0
}

/** Whether what the daemon got is what was sent, but for paths of the mapping. */
const isFaithful = (sent: Buffer, read: Buffer): boolean => {
  if (read.equals(sent)) return true
  const back = read.toString("latin1").replaceAll(place, user)
  if (back === sent.toString("latin1")) return true
  // a path may have been written with escapes before, or with `..`, `.` or a slash at its end
  const short = (below: string): string => path.posix.normalize(below).replace(/\/$/, "")
  const [one, other] = [sent, Buffer.from(back, "latin1")].map((bytes) => {
    try {
      return JSON.stringify(JSON.parse(bytes.toString())).replace(/\/home\/retro\/work\/[^":]*/g, short)
    } catch {
      return undefined
    }
  })
  return one !== undefined && one === other
}

/** Bytes that are hardly a request, over a connection of their own; whatever comes back, it comes to an end. */
const hostile = async (): Promise<void> => {
  const head =
    `${pick("POST", "GET", "HEAD", "CONNECT", "\0", "PRI")} ${pick(target(), "*", "\t", "http://x/containers/create")} `
    + `HTTP/${pick("1.1", "1.0", "2.0", "9")}\r\nHost: d\r\n${
      pick("", "Content-Length: 5\r\n", "Content-Length: -1\r\n", "Transfer-Encoding: chunked\r\n", "Expect: x\r\n")
    }${pick("", "", "Trailer: X\r\n", "TE: Trailers\r\n")}${
      pick(
        "",
        "Connection: Upgrade\r\nUpgrade: tcp\r\n",
        "Upgrade: h2c\r\nConnection: upgrade\r\n",
        "X: \x01\r\n",
        ": \r\n"
      )
    }\r\n`
  const sent = damaged(Buffer.from(head + pick("", "{}", "5\r\n{}   \r\n0\r\n\r\n", bodyOf()), "latin1"))
  const client = net.connect(at("gateway")).on("error", () => undefined)
  client.write(sent)
  client.setTimeout(200, () => client.destroy())
  client.resume()
  if (random() < 0.5) client.end()
  await new Promise((resolve) => client.on("close", resolve))
}

describe("the gateway", () => {
  it(`takes ${count} random requests`, async () => {
    const wrong: Array<unknown> = []
    let translated = 0
    const memory: Array<number> = []
    for (let one = 0; one < count; one += 1) {
      if (one % 10 === 9) await hostile()
      else {
        const whole = Buffer.from(bodyOf())
        const sent = random() < 0.4 ? damaged(whole) : whole
        const to = target()
        const answer = pick(0, 0, 0, below(answers.length))
        const status = await post(to, sent, answer)
        const read = got as { readonly target: string; readonly body: Buffer } | undefined
        if (
          statusesOf(answer).includes(status)
            ? read?.target !== to || !isFaithful(sent, read.body)
            : status !== 400 && status !== 413
        ) {
          wrong.push({ to, status, sent: sent.toString(), read: read?.body.toString() })
        }
        if (read !== undefined && !read.body.equals(sent)) translated += 1
      }
      // what it takes until it is warm does not count
      if (one > count / 5 && one % Math.ceil(count / 50) === 0) memory.push(gateway.resident())
    }
    agent.destroy()
    assert.deepStrictEqual({ count: wrong.length, first: wrong.slice(0, 3) }, { count: 0, first: [] })
    assert.isAbove(translated, count / 10)
    assert.strictEqual(gateway.child.exitCode, null)
    const half = Math.floor(memory.length / 2)
    const [early, late] = [median(memory.slice(0, half)), median(memory.slice(half))]
    process.stderr.write(
      `${count} requests: ${translated} translated, ${early.toFixed(0)} MB, then ${late.toFixed(0)} MB, `
        + `at most ${Math.max(...memory).toFixed(0)} MB\n`
    )
    // in 1,500 requests Node has not collected once what it takes its time with
    assert.isBelow(late - early, count < 50_000 ? 40 : 10)
  }, Math.max(120_000, count * 20))
})
