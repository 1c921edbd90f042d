/**
 * Messages that Node's parsers accept and Node's own client or server refuses to send: each ends its own exchange at most, and
 * the gateway serves on. Clients and daemons are plain sockets, as Node would not send these either.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import type * as Gateway from "../../../src/shell/gateway/Gateway.ts"
import { frame } from "./frame.ts"
import { started } from "./started.ts"

let directory = ""
let gateway: Gateway.Gateway
let daemon: net.Server
let got = ""
let reports: Array<string> = []
let answer: (read: string) => string | Buffer = () => ""
let isBroken = false
const at = (name: string): string => path.join(directory, name)

beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-gateway-"))
  reports = []
  got = ""
  isBroken = false
  daemon = net.createServer((socket) => {
    socket.on("error", () => socket.destroy()).on("data", (chunk) => {
      got += chunk.toString("latin1")
      const said = answer(chunk.toString("latin1"))
      if (said.length > 0) socket.write(said)
      if (said.includes("gzip")) socket.end()
    })
  })
  await once(daemon.listen(at("daemon")), "listening")
  gateway = await started(at, {
    translates: (_, target) => target === "/containers/create",
    translate: (_method, target, body) => {
      if (isBroken) throw new TypeError("a mistake of the gateway's own")
      return { _tag: "Body", body, target }
    }
  }, reports)
})

afterEach(async () => {
  await gateway.close(0)
  daemon.close()
  fs.rmSync(directory, { recursive: true })
})

/** What a client reads after each of its messages, over one connection that it never ends. */
const exchange = async (...sent: ReadonlyArray<readonly [message: string | Buffer, until: RegExp]>) => {
  const client = net.connect(at("gateway"))
  const answers: Array<string> = []
  for (const [message, until] of sent) {
    client.write(message)
    let read = ""
    for await (const chunk of client.iterator({ destroyOnReturn: false })) {
      read += (chunk as Buffer).toString("latin1")
      if (until.test(read)) break
    }
    answers.push(read)
  }
  client.destroy()
  return answers
}

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
const ping = "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n"

describe("a request of HTTP/1.1", () => {
  it.each([
    ["without a body", "GET /_ping HTTP/1.1\r\nHost: d\r\nTrailer: X\r\n\r\n"],
    ["of HTTP/1.0", "GET /_ping HTTP/1.0\r\nConnection: keep-alive\r\nTrailer: X\r\n\r\n"],
    ["with a length", "POST /x HTTP/1.1\r\nHost: d\r\nTrailer: X\r\nContent-Length: 2\r\n\r\n{}"],
    ["with paths", "POST /containers/create HTTP/1.1\r\nHost: d\r\nTrailer: X\r\nContent-Length: 2\r\n\r\n{}"],
    ["to upgrade", "GET /x HTTP/1.1\r\nHost: d\r\nTrailer: X\r\nConnection: upgrade\r\nUpgrade: tcp\r\n\r\n"]
  ])("that announces trailers and has no chunks passes without: %s", async (_, sent) => {
    answer = () => ok
    const [read] = await exchange([sent, /OK$/])
    assert.match(read ?? "", /^HTTP\/1\.1 200 OK\r\n/)
    assert.notMatch(got, /trailer/i)
    assert.deepStrictEqual(reports, [])
  })

  it("passes with a head as large as Go's server takes", async () => {
    answer = (read) => read.endsWith("\r\n\r\n") ? ok : ""
    const [read] = await exchange([ping.replace("Host", `X: ${"x".repeat((1 << 20) + 3_500)}\r\nHost`), /OK$|\d\d\d/])
    assert.match(read ?? "", /^HTTP\/1\.1 200 OK\r\n/)
  })

  it("that comes in chunks keeps what announces its trailers", async () => {
    answer = (read) => read.endsWith("X: 1\r\n\r\n") ? ok : ""
    const sent = "POST /x HTTP/1.1\r\nHost: d\r\nTrailer: X\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n"
    await exchange([`${sent}2\r\n{}\r\n0\r\nX: 1\r\n\r\n`, /OK$/])
    assert.match(got, /\r\nTrailer: X\r\nTE: trailers\r\n[^]*\r\n0\r\nX: 1\r\n\r\n$/)
  })

  it("that the gateway's own mistake stops is answered, and reported", async () => {
    isBroken = true
    answer = () => ok
    const create = "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n\r\n{}"
    const [failed, next] = await exchange([create, /\}\n$/], [ping, /OK$/])
    assert.match(failed ?? "", /^HTTP\/1\.1 502 Bad Gateway\r\n/)
    assert.match(next ?? "", /^HTTP\/1\.1 200 OK\r\n/)
    assert.deepStrictEqual(reports, [
      "POST /containers/create or its answer cannot be passed on: TypeError: a mistake of the gateway's own"
    ])
  })
})

describe("an answer of HTTP/1.1", () => {
  const upgrade = ping.replace("\r\n\r\n", "\r\nConnection: upgrade\r\nUpgrade: tcp\r\n\r\n")

  it.each([
    ["with a length", "200 OK\r\nTrailer: X\r\nContent-Length: 2\r\n\r\nOK", ping, /\r\n\r\nOK$/],
    ["without a body", "204 No Content\r\nTrailer: X\r\n\r\n", ping, /\r\n\r\n$/],
    ["without a body, in chunks", "304 Not\r\nTrailer: X\r\nTransfer-Encoding: chunked\r\n\r\n", ping, /\r\n\r\n$/],
    ["in another coding", "200 OK\r\nTrailer: X\r\nTransfer-Encoding: gzip\r\n\r\nOK", ping, /(?!)/],
    [
      "to a client of HTTP/1.0",
      "200 OK\r\nTrailer: X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\nX: 1\r\n\r\n",
      ping.replace("1.1", "1.0"),
      /\r\n\r\nOK$/
    ],
    ["to an upgrade", "200 OK\r\nTrailer: X\r\nContent-Length: 2\r\n\r\nOK", upgrade, /\r\n\r\nOK$/]
  ])("that announces trailers and has no chunks for the client passes without: %s", async (_, said, sent, until) => {
    answer = () => `HTTP/1.1 ${said}`
    const [read] = await exchange([sent, until])
    assert.strictEqual(read?.slice(9, 12), said.slice(0, 3))
    assert.notMatch(read ?? "", /trailer/i)
    assert.deepStrictEqual(reports, [])
  })

  it.each([ping, upgrade])("passes with a head that Go's client takes, however large: %j", async (sent) => {
    const many = `${"X: 1\r\n".repeat(5_000)}Y: ${"y".repeat(200_000)}\r\n`
    answer = () => ok.replace("Content", `${many}Content`)
    const [read] = await exchange([sent, /\r\n\r\n/])
    assert.strictEqual(read?.match(/X: 1\r\n/g)?.length, 5_000)
    assert.match(read ?? "", /^HTTP\/1\.1 200 OK\r\n[^]*Y: y{200000}\r\nContent-Length: 2\r\n/)
    assert.deepStrictEqual(reports, [])
  })

  it("that has no body keeps the connection, even if it speaks of chunks", async () => {
    answer = (read) => read.includes("/none") ? "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n" : ok
    const [, next] = await exchange([ping.replace("_ping", "none"), /\r\n\r\n$/], [ping, /OK$/])
    assert.match(next ?? "", /^HTTP\/1\.1 200 OK\r\n/)
  })

  it.each(["000 x", "099 x", "200 O\x01K", "200 O\x7fK"])(
    "that Node does not send becomes one of the gateway: %j",
    async (line) => {
      answer = (read) => read.includes("/bad") ? `HTTP/1.1 ${line}\r\nContent-Length: 2\r\n\r\nOK` : ok
      const bad = ping.replace("_ping", "bad")
      const [refused, next] = await exchange([bad, /\}\n$/], [ping, /OK$/])
      assert.match(
        refused ?? "",
        /^HTTP\/1\.1 502 Bad Gateway\r\n[^]*\{"message":"docker-shim gateway: GET \/bad or its/
      )
      assert.match(next ?? "", /^HTTP\/1\.1 200 OK\r\n/)
      const [upgraded] = await exchange([upgrade.replace("_ping", "bad"), /\}\n$/])
      assert.match(upgraded ?? "", /^HTTP\/1\.1 502 Bad Gateway\r\n/)
      assert.lengthOf(reports, 2)
      assert.match(reports[0] ?? "", /^GET \/bad or its answer cannot be passed on: (?:Range|Type)Error \[ERR_/)
    }
  )
})

const [DATA, HEADERS, SETTINGS] = [0, 1, 4]
const [END_STREAM, END_HEADERS, ACK] = [1, 4, 1]
const literal = (name: string, value: string): Buffer =>
  Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name), Buffer.from([value.length]), Buffer.from(value)])
const block = (headers: Readonly<Record<string, string>>): Buffer =>
  Buffer.concat(Object.entries(headers).map(([name, value]) => literal(name, value)))
const settings = frame(SETTINGS, 0, 0, Buffer.alloc(0))
const begin = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), settings])
const end = END_STREAM | END_HEADERS
const headersOf = (target: string, more: Readonly<Record<string, string>> = {}): Buffer =>
  block({ ":method": "POST", ":scheme": "http", ":path": target, ":authority": "d", ...more })

/** The frames of some bytes, as `type/flags/stream`, and what is in them. */
const frames = (bytes: string): ReadonlyArray<{ readonly head: string; readonly content: string }> => {
  const all: Array<{ readonly head: string; readonly content: string }> = []
  for (let rest = Buffer.from(bytes, "latin1"); rest.length >= 9;) {
    const length = rest.readUIntBE(0, 3)
    all.push({
      head: `${rest.readUInt8(3)}/${rest.readUInt8(4)}/${rest.readUInt32BE(5)}`,
      content: rest.toString("latin1", 9, 9 + length)
    })
    rest = rest.subarray(9 + length)
  }
  return all
}

/** A daemon that answers each stream that ends with some frames, which may name its stream. */
const answering = (said: (stream: number) => ReadonlyArray<Buffer>): void => {
  answer = (read) => {
    const isFirst = read.startsWith("PRI")
    const ended = frames(isFirst ? read.slice(24) : read).filter(({ head }) => /^[01]\/(?:1|5|37)\//.test(head))
    const parts = ended.flatMap(({ head }) => said(Number(head.split("/")[2])))
    return Buffer.concat([...(isFirst ? [settings, frame(SETTINGS, ACK, 0, Buffer.alloc(0))] : []), ...parts])
  }
}

const said200 = (stream: number): ReadonlyArray<Buffer> => [
  frame(HEADERS, END_HEADERS, stream, block({ ":status": "200" })),
  frame(DATA, END_STREAM, stream, Buffer.from("fine"))
]

/** What a client gets that sends some frames, and asks for something usual afterwards over the same connection. */
const asked = async (sent: ReadonlyArray<Buffer>, until: RegExp): Promise<string> => {
  const [first, next] = await exchange(
    [Buffer.concat([begin, ...sent]), until],
    [frame(HEADERS, end, 3, headersOf("/_ping")), /fine/]
  )
  assert.match(next ?? "", /fine/)
  return first ?? ""
}

describe("a request of HTTP/2", () => {
  it.each([{ te: "Trailers" }, { "http2-settings": "AA" }])("passes as Node's client sends it: %j", async (header) => {
    answering(said200)
    assert.match(await asked([frame(HEADERS, end, 1, headersOf("/x", header))], /fine/), /fine/)
    const [translated] = await exchange([
      Buffer.concat([
        begin,
        frame(HEADERS, END_HEADERS, 1, headersOf("/containers/create", header)),
        frame(DATA, END_STREAM, 1, Buffer.from("{}"))
      ]),
      /fine/
    ])
    assert.match(translated ?? "", /fine/)
    assert.deepStrictEqual(reports, [])
  })

  it.each([{ te: "Trailers" }, { "http2-settings": "AA" }])(
    "ends alone by trailers of its own: %j",
    async (trailer) => {
      answering(said200)
      const sent = [
        frame(HEADERS, END_HEADERS, 1, headersOf("/x")),
        frame(DATA, 0, 1, Buffer.from("{}")),
        frame(HEADERS, end, 1, block(trailer))
      ]
      assert.include(await asked(sent, /\}\n/), "POST /x or its answer cannot be passed on")
      assert.lengthOf(reports, 1)
      assert.match(reports[0] ?? "", /^POST \/x or its answer cannot be passed on: TypeError \[ERR_HTTP2_INVALID_CONN/)
    }
  )

  it("that the gateway's own mistake stops is answered, and reported", async () => {
    isBroken = true
    answering(said200)
    const sent = [
      frame(HEADERS, END_HEADERS, 1, headersOf("/containers/create")),
      frame(DATA, END_STREAM, 1, Buffer.from("{}"))
    ]
    assert.match(await asked(sent, /\}\n/), /a mistake of the gateway's own/)
    assert.lengthOf(reports, 1)
  })
})

describe("an answer of HTTP/2", () => {
  const bad = (...said: ReadonlyArray<Buffer>): void => answering((stream) => stream === 1 ? said : said200(stream))
  const sent = [frame(HEADERS, end, 1, headersOf("/x"))]

  it.each([
    [{ ":status": "099" }],
    [{ ":status": "600" }],
    [{ ":status": "200", te: "Trailers" }],
    [{ ":status": "200", "http2-settings": "AA" }],
    [{ ":status": "103", "http2-settings": "AA" }]
  ])("that Node does not send becomes one of the gateway: %j", async (headers) => {
    const flags = headers[":status"] === "103" ? END_HEADERS : end
    bad(frame(HEADERS, flags, 1, block(headers)))
    assert.include(await asked(sent, /\}\n/), "POST /x or its answer cannot be passed on")
    assert.lengthOf(reports, 1)
  })

  it("ends alone by its trailers", async () => {
    bad(
      frame(HEADERS, END_HEADERS, 1, block({ ":status": "200" })),
      frame(DATA, 0, 1, Buffer.from("part")),
      frame(HEADERS, end, 1, block({ "http2-settings": "AA" }))
    )
    const read = frames(await asked(sent, /\x00\x00\x04\x03\x00\x00\x00\x00\x01/))
    assert.strictEqual(read.find(({ head }) => head === "3/0/1")?.content, "\0\0\0\x02")
    assert.lengthOf(reports, 1)
  })
})
