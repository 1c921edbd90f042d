/**
 * What moves much through the built gateway, by every way there is: it takes less than 100 MB of memory.
 */
import { once } from "node:events"
import * as http from "node:http"
import * as http2 from "node:http2"
import * as net from "node:net"
import type { Readable, Writable } from "node:stream"
import { afterEach, assert, beforeEach, it } from "vitest"
import * as Built from "./built.ts"

/** `npm run test:full gateway-slow` sends a gigabyte. */
const size = Number(process.env["DOCKER_SHIM_GATEWAY_MEGABYTES"] ?? 192) << 20

let built: Built.Built

const part = Buffer.alloc(1 << 16, "x")

/** Sends all as fast as the other side takes it, and ends. */
const send = (to: Writable): void => {
  let left = size
  const go = (): void => {
    while (left > 0) {
      left -= part.length
      if (!to.write(part)) return void to.once("drain", go)
    }
    to.end()
  }
  go()
}

/** How many bytes come. */
const read = async (from: Readable): Promise<number> => {
  let read = 0
  from.on("data", (chunk: Buffer) => void (read += chunk.length))
  await once(from, "end")
  return read
}

/** A daemon that sends much where it is asked for `/out`, and otherwise takes what comes and says how much it was. */
const answer = async (asked: string, from: Readable, to: Writable): Promise<void> => {
  if (asked.includes("/out")) send(to)
  else to.end(String(await read(from)))
}
const switching = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"

beforeEach(async () => {
  const one = http.createServer((request, response) => void answer(request.url ?? "", request, response))
  one.on("upgrade", (request, socket: net.Socket, head: Buffer) => {
    socket.on("error", () => undefined).unshift(head)
    socket.write(switching)
    void answer(request.url ?? "", socket, socket)
  })
  const two = http2.createServer((request, response) => void answer(request.url, request, response))
  const daemon = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.once("data", (chunk) => {
      socket.pause()
      socket.unshift(chunk)
      const isHttp2 = chunk.subarray(0, 3).toString() === "PRI"
      void (isHttp2 ? two : one).emit("connection", socket)
      if (!isHttp2) socket.resume()
    })
  })
  built = await Built.inFrontOf(daemon)
})

afterEach(() => built.stop())

/** A request of HTTP/1.1; gives how many bytes the answer has. */
const one = async (method: string, target: string, headers: http.OutgoingHttpHeaders): Promise<number> => {
  const request = http.request({ socketPath: built.at("gateway"), method, path: target, headers })
  if (method === "GET") request.end()
  else send(request)
  const [response] = await once(request, "response") as [http.IncomingMessage]
  return read(response)
}

/** A request that upgrades. What it sends then is its body if it has one, or what goes over the connection. */
const upgraded = async (target: string, headers: string): Promise<number> => {
  const client = net.connect({ path: built.at("gateway"), allowHalfOpen: true })
  client.write(
    `POST ${target} HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n${headers}\r\n`
  )
  if (target !== "/out") send(client)
  const got = await read(client)
  client.end()
  return got - switching.length
}

const two = async (method: string, target: string): Promise<number> => {
  const session = http2.connect("http://docker", { createConnection: () => net.connect(built.at("gateway")) })
  const request = session.request({ ":method": method, ":path": target }, { endStream: method === "GET" })
  if (method !== "GET") send(request)
  const got = await read(request)
  session.destroy()
  return got
}

const known = { "Content-Length": size }

it.each<readonly [string, () => Promise<number>, number]>([
  ["a body of a known length", () => one("POST", "/images/load", known), String(size).length],
  ["a body of a known length to any target", () => one("PUT", "/x", known), String(size).length],
  ["a body in chunks", () => one("POST", "/images/load", {}), String(size).length],
  ["a body in chunks to any target", () => one("POST", "/x", {}), String(size).length],
  ["an answer", () => one("GET", "/images/out/get", {}), size],
  ["any answer", () => one("GET", "/out", {}), size],
  ["the body of an upgrade", () => upgraded("/x", `Content-Length: ${size}\r\n`), String(size).length],
  ["what goes in over an upgraded connection", () => upgraded("/x", ""), String(size).length],
  ["what comes out over an upgraded connection", () => upgraded("/out", ""), size],
  ["a body of HTTP/2", () => two("POST", "/images/load"), String(size).length],
  ["an answer of HTTP/2", () => two("GET", "/out"), size]
])("%s takes less than 100 MB", async (_, run, expected) => {
  let got = 0
  const most = await built.gateway.most(async () => got = await run())
  process.stderr.write(`${size >> 20} MB: at most ${most.toFixed(0)} MB resident\n`)
  assert.strictEqual(got, expected)
  assert.isBelow(most, 100)
}, 300_000)
