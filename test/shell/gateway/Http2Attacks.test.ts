/**
 * Connections of HTTP/2 that no client makes, to the built gateway: it stays within its memory, the daemon within its streams, and
 * other clients are served meanwhile.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import * as http2 from "node:http2"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import { text } from "node:stream/consumers"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as GatewayProcess from "../../real-docker/GatewayProcess.ts"

let directory = ""
let daemon: http2.Http2Server
let gateway: GatewayProcess.GatewayProcess
/** How many of the daemon's streams are open now, and at most were. */
const streams = { open: 0, most: 0 }
const at = (name: string): string => path.join(directory, name)
const pause = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-gateway-"))
  daemon = http2.createServer()
  daemon.on("stream", (stream, headers) => {
    streams.open += 1
    streams.most = Math.max(streams.most, streams.open)
    stream.on("error", () => undefined).on("close", () => void (streams.open -= 1))
    if (headers[":path"] === "/large") {
      stream.respond({ ":status": 200 })
      stream.end(Buffer.alloc(32 << 20))
    } else if (headers[":path"] === "/_ping") {
      stream.respond({ ":status": 200 })
      stream.end("OK")
    }
  }).on("sessionError", () => undefined)
  await once(daemon.listen(at("daemon")), "listening")
  gateway = await GatewayProcess.start(at("gateway"), at("daemon"))
})

afterAll(async () => {
  await gateway.kill()
  daemon.close()
  fs.rmSync(directory, { recursive: true })
})

/** A frame: RFC 9113, section 4.1. */
const frame = (type: number, flags: number, stream: number, payload: Buffer): Buffer => {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
const [HEADERS, RESET, SETTINGS, PING, WINDOW, CONTINUATION, DATA] = [1, 3, 4, 6, 8, 9, 0]
const [END_STREAM, END_HEADERS] = [1, 4]
const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const literal = (name: string, value: string): Buffer =>
  Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name), Buffer.from([value.length]), Buffer.from(value)])
/** `GET http://d` of a path, as HPACK has it: RFC 7541, appendix A. */
const request = (target: string): Buffer =>
  Buffer.concat([Buffer.from([0x82, 0x86]), literal(":path", target), literal(":authority", "d")])
const begin = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(SETTINGS, 0, 0, Buffer.alloc(0))])

/** What one client sends: a beginning, and then one part after the other, for as long as it is let. */
const attacks: ReadonlyArray<readonly [name: string, first: ReadonlyArray<Buffer>, next: (nth: number) => Buffer]> = [
  ["requests that are given up at once", [], (nth) =>
    Buffer.concat([
      frame(HEADERS, END_STREAM | END_HEADERS, nth * 2 + 1, request("/wait")),
      frame(RESET, 0, nth * 2 + 1, number(8))
    ])],
  ["requests that are never ended", [], (nth) => frame(HEADERS, END_HEADERS, nth * 2 + 1, request("/wait"))],
  ["settings without end", [], () => frame(SETTINGS, 0, 0, Buffer.concat([Buffer.from([0, 4]), number(65_535)]))],
  ["pings without end", [], () => frame(PING, 0, 0, Buffer.alloc(8))],
  [
    "frames without content",
    [frame(HEADERS, END_HEADERS, 1, request("/wait"))],
    () => frame(DATA, 0, 1, Buffer.alloc(0))
  ],
  [
    "headers that go on without end",
    [frame(HEADERS, 0, 1, request("/wait"))],
    (nth) => frame(CONTINUATION, 0, 1, literal(`x-${nth}`, "y".repeat(100)))
  ],
  ["headers that are very large", [], (nth) =>
    frame(
      HEADERS,
      END_STREAM | END_HEADERS,
      nth * 2 + 1,
      Buffer.concat([
        request("/_ping"),
        ...Array.from({ length: 120 }, (_, at) => literal(`x-${at}`, "y".repeat(100)))
      ])
    )],
  ["answers that it does not read", [
    frame(SETTINGS, 0, 0, Buffer.concat([Buffer.from([0, 4]), number(0x7fffffff)])),
    frame(WINDOW, 0, 0, number(0x7fff0000)),
    ...Array.from({ length: 40 }, (_, at) => frame(HEADERS, END_STREAM | END_HEADERS, at * 2 + 1, request("/large")))
  ], () => Buffer.alloc(0)],
  ["windows of one byte", [
    frame(SETTINGS, 0, 0, Buffer.concat([Buffer.from([0, 4]), number(0)])),
    ...Array.from({ length: 40 }, (_, at) => frame(HEADERS, END_STREAM | END_HEADERS, at * 2 + 1, request("/large")))
  ], (nth) => frame(WINDOW, 0, nth % 40 * 2 + 1, number(1))],
  [
    "windows that grow too large",
    [frame(HEADERS, END_HEADERS, 1, request("/wait"))],
    () => frame(WINDOW, 0, 0, number(0x7fffffff))
  ]
]

/** Sends an attack, 20,000 parts of it at most, until it is over or the gateway has had enough of it. */
const attack = async (
  [, first, next]: typeof attacks[number],
  patience: number,
  isReading: boolean
): Promise<"ended by the gateway" | "went on"> => {
  const client = net.connect(at("gateway"))
  const state = { isEnded: false }
  client.setMaxListeners(0) // one for each wait, below
  client.on("error", () => void (state.isEnded = true)).on("close", () => void (state.isEnded = true))
  client.on("end", () => void (state.isEnded = true))
  if (isReading) client.resume()
  else client.pause()
  client.write(Buffer.concat([begin, ...first]))
  const last = performance.now() + patience
  for (let nth = 0; nth < 20_000 && !state.isEnded && performance.now() < last; nth += 100) {
    const sent = Buffer.concat(Array.from({ length: 100 }, (_, one) => next(nth + one)))
    if (client.write(sent)) await pause(0)
    else await Promise.race([once(client, "drain").catch(() => undefined), pause(100)])
  }
  client.destroy()
  return state.isEnded ? "ended by the gateway" : "went on"
}

/** Another client's small request, and how long it took in milliseconds. */
const ping = async (): Promise<number> => {
  const begun = performance.now()
  const client = http2.connect("http://d", { createConnection: () => net.connect(at("gateway")) })
  const asked = client.request({ ":path": "/_ping" })
  assert.strictEqual(await text(asked), "OK")
  client.destroy()
  return performance.now() - begun
}

describe("a connection of HTTP/2 that attacks", () => {
  it.each(attacks)("harms nobody else, with %s", async (...one) => {
    await ping()
    streams.most = 0
    const state = { isOver: false }
    let most = 0
    const times: Array<number> = []
    const isReading = !one[0].includes("does not read")
    const attacking = attack(one, 3_000, isReading).finally(() => void (state.isOver = true))
    while (!state.isOver) {
      most = Math.max(most, gateway.resident())
      times.push(await ping())
      await pause(20)
    }
    const outcome = await attacking
    const slowest = Math.max(...times)
    process.stderr.write(
      `${one[0]}: ${outcome}, ${most.toFixed(0)} MB, ${streams.most} streams, ping ${slowest.toFixed(0)} ms at most\n`
    )
    assert.isBelow(most, 300)
    assert.isAtMost(streams.most, 260)
    // what was asked of the daemon for it comes to an end
    while (streams.open > 0) await pause(20)
    await ping()
    assert.strictEqual(gateway.child.exitCode, null)
  }, 60_000)
})
