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
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import * as GatewayProcess from "../../real-docker/GatewayProcess.ts"
import { frame } from "./frame.ts"

let directory = ""
let daemon: http2.Http2Server
let gateway: GatewayProcess.GatewayProcess
/** How many of the daemon's streams are open now, at most were, and were begun by an attack. */
const streams = { open: 0, most: 0, begun: 0 }
/** What is asked for with `/large`. */
const large = Buffer.alloc(32 << 20)
const at = (name: string): string => path.join(directory, name)
const pause = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-gateway-"))
  // as much as the answers of one attack together: otherwise it refuses the rest of them
  daemon = http2.createServer({ maxSessionMemory: 2_000 })
  daemon.on("stream", (stream, headers) => {
    if (headers[":path"] !== "/_ping") streams.begun += 1
    stream.on("error", () => undefined)
    setImmediate(() => {
      // one that was given up in what was read with it was never open; it closes later all the same
      if (stream.closed) return
      streams.open += 1
      streams.most = Math.max(streams.most, streams.open)
      stream.on("close", () => void (streams.open -= 1))
    })
    if (headers[":path"] === "/large") {
      stream.respond({ ":status": 200 })
      stream.end(large)
    } else if (headers[":path"] !== "/wait") {
      stream.respond({ ":status": 200 })
      stream.end("OK")
    }
  }).on("sessionError", () => undefined)
  await once(daemon.listen(at("daemon")), "listening")
})

// the memory of one attack is not that of the one before it
beforeEach(async () => {
  gateway = await GatewayProcess.start(at("gateway"), at("daemon"))
})
afterEach(() => gateway.kill())

afterAll(() => {
  daemon.close()
  fs.rmSync(directory, { recursive: true })
})

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

/**
 * What one client sends: a beginning, and then one part after the other, for as long as it is let. `asked` is how many of its
 * requests the daemon has to have before a part is sent: it is not the attack of its name where they do not get there.
 */
interface Attack {
  readonly name: string
  readonly first: ReadonlyArray<Buffer>
  readonly next: (nth: number) => Buffer
  readonly asked?: (nth: number) => number
}

const attacks: ReadonlyArray<Attack> = [
  {
    name: "requests that are given up at once",
    first: [],
    next: (nth) =>
      Buffer.concat([
        frame(HEADERS, END_STREAM | END_HEADERS, nth * 2 + 1, request("/wait")),
        frame(RESET, 0, nth * 2 + 1, number(8))
      ])
  },
  {
    name: "requests that are given up once the daemon has them",
    first: [],
    next: (nth) =>
      Buffer.concat([
        frame(HEADERS, END_STREAM | END_HEADERS, nth * 2 + 1, request("/wait")),
        nth < 100 ? Buffer.alloc(0) : frame(RESET, 0, (nth - 100) * 2 + 1, number(8))
      ]),
    asked: (nth) => Math.min(nth, 500)
  },
  {
    name: "requests that are never ended",
    first: [],
    next: (nth) => frame(HEADERS, END_HEADERS, nth * 2 + 1, request("/wait")),
    asked: (nth) => Math.min(nth, 200)
  },
  {
    name: "settings without end",
    first: [],
    next: () => frame(SETTINGS, 0, 0, Buffer.concat([Buffer.from([0, 4]), number(65_535)]))
  },
  { name: "pings without end", first: [], next: () => frame(PING, 0, 0, Buffer.alloc(8)) },
  {
    name: "frames without content",
    first: [frame(HEADERS, END_HEADERS, 1, request("/wait"))],
    next: () => frame(DATA, 0, 1, Buffer.alloc(0)),
    asked: () => 1
  },
  {
    name: "headers that go on without end",
    first: [frame(HEADERS, 0, 1, request("/wait"))],
    next: (nth) => frame(CONTINUATION, 0, 1, literal(`x-${nth}`, "y".repeat(100)))
  },
  {
    name: "headers that are very large",
    first: [],
    next: (nth) =>
      frame(
        HEADERS,
        END_STREAM | END_HEADERS,
        nth * 2 + 1,
        Buffer.concat([
          request("/small"),
          ...Array.from({ length: 120 }, (_, at) => literal(`x-${at}`, "y".repeat(100)))
        ])
      ),
    asked: (nth) => Math.min(nth, 200)
  },
  {
    name: "answers that it does not read",
    first: [
      frame(SETTINGS, 0, 0, Buffer.concat([Buffer.from([0, 4]), number(0x7fffffff)])),
      frame(WINDOW, 0, 0, number(0x7fff0000)),
      ...Array.from({ length: 40 }, (_, at) => frame(HEADERS, END_STREAM | END_HEADERS, at * 2 + 1, request("/large")))
    ],
    next: () => Buffer.alloc(0),
    asked: () => 40
  },
  {
    name: "windows of one byte",
    first: [
      frame(SETTINGS, 0, 0, Buffer.concat([Buffer.from([0, 4]), number(0)])),
      ...Array.from({ length: 40 }, (_, at) => frame(HEADERS, END_STREAM | END_HEADERS, at * 2 + 1, request("/large")))
    ],
    next: (nth) => frame(WINDOW, 0, nth % 40 * 2 + 1, number(1)),
    asked: () => 40
  },
  {
    name: "windows that grow too large",
    first: [frame(HEADERS, END_HEADERS, 1, request("/wait"))],
    next: () => frame(WINDOW, 0, 0, number(0x7fffffff)),
    asked: () => 1
  }
]

/** Sends an attack, 20,000 parts of it at most, until it is over or the gateway has had enough of it. */
const attack = async (
  { asked = () => 0, first, next }: Attack,
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
  const isOver = (): boolean => state.isEnded
  let last = performance.now() + patience
  for (let nth = 0; nth < 20_000 && !state.isEnded && performance.now() < last; nth += 100) {
    // it goes on for its time once the daemon has what it has to have of it, however busy the machine is
    while (streams.begun < asked(nth) && !isOver()) {
      last = performance.now() + patience
      await pause(5)
    }
    const sent = Buffer.concat(Array.from({ length: 100 }, (_, one) => next(nth + one)))
    if (client.write(sent)) await pause(sent.length === 0 ? 50 : 0)
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
  it.each(attacks)("harms nobody else, with $name", async (one) => {
    await ping()
    Object.assign(streams, { most: 0, begun: 0 })
    const state = { isOver: false }
    let most = 0
    const times: Array<number> = []
    const isReading = !one.name.includes("does not read")
    const attacking = attack(one, 3_000, isReading).finally(() => void (state.isOver = true))
    while (!state.isOver) {
      most = Math.max(most, gateway.resident())
      times.push(await ping())
      await pause(20)
    }
    const outcome = await attacking
    const slowest = Math.max(...times)
    process.stderr.write(
      `${one.name}: ${outcome}, ${most.toFixed(0)} MB, ${streams.begun} streams, ${streams.most} at once, ping ${
        slowest.toFixed(0)
      } ms at most\n`
    )
    assert.isBelow(most, 250)
    assert.isAtLeast(streams.begun, one.asked?.(Infinity) ?? 0)
    assert.isAtMost(streams.most, 260)
    // what was asked of the daemon for it comes to an end
    while (streams.open > 0) await pause(20)
    await ping()
    assert.strictEqual(gateway.child.exitCode, null)
  }, 60_000)
})
