/**
 * A side that does not read, behind the built gateway: the other one has to wait, and the gateway keeps next to nothing.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as GatewayProcess from "../../real-docker/GatewayProcess.ts"

/** `npm run test:full gateway-slow` sends a gigabyte. */
const size = Number(process.env["DOCKER_SHIM_GATEWAY_MEGABYTES"] ?? 64) << 20

let directory = ""
let daemon: net.Server
let gateway: GatewayProcess.GatewayProcess
let most = 0
let watch: NodeJS.Timeout
let serve: (socket: net.Socket, head: string) => void
const at = (name: string): string => path.join(directory, name)
const pause = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))

beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-gateway-"))
  daemon = net.createServer((socket) => {
    let head = ""
    const read = (chunk: Buffer): void => {
      head += chunk.toString("latin1")
      if (!head.includes("\r\n\r\n")) return
      socket.off("data", read).pause()
      serve(socket, head)
    }
    socket.on("error", () => socket.destroy()).on("data", read)
  }).listen(at("daemon"))
  await once(daemon, "listening")
  gateway = await GatewayProcess.start(at("gateway"), at("daemon"))
  most = 0
  watch = setInterval(() => most = Math.max(most, gateway.resident()), 20)
})

afterEach(async () => {
  clearInterval(watch)
  await gateway.kill()
  daemon.close()
  fs.rmSync(directory, { recursive: true })
})

/** A part that is unlike the one before it. */
const part = (nth: number): Buffer => Buffer.alloc(1 << 16, `${nth}.`)
const parts = size >> 16

/** Sends all parts as fast as the other side takes them; `sent` says how many those are by now. */
const sender = (socket: net.Socket, end: string): { sent: number } => {
  const state = { sent: 0 }
  const go = (): void => {
    while (state.sent < parts) {
      const isTaken = socket.write(part(state.sent))
      state.sent += 1
      if (!isTaken) return void socket.once("drain", go)
    }
    socket.write(end)
  }
  go()
  return state
}

/** Reads all parts, and says whether each is what it should be. */
const isWhole = (socket: net.Socket): Promise<boolean> =>
  new Promise((resolve) => {
    let [read, isRight] = [0, true]
    socket.on("data", (chunk) => {
      for (let from = 0; from < chunk.length;) {
        const [nth, offset] = [read >> 16, read & 0xffff]
        const length = Math.min(chunk.length - from, (1 << 16) - offset)
        isRight &&= chunk.subarray(from, from + length).equals(part(nth).subarray(offset, offset + length))
        from += length
        read += length
        if (nth === parts - 1 && offset + length === 1 << 16) resolve(isRight)
      }
    })
    socket.on("close", () => resolve(false)).resume()
  })

/** As many bytes as sockets and streams may hold on the way, in parts. */
const onTheWay = 64

/** Whoever sends has to wait, after what is on the way, until the other side reads. */
const judge = async (from: { readonly sent: number }, reader: net.Socket): Promise<void> => {
  let before = -1
  while (from.sent !== before) {
    before = from.sent
    await pause(300)
  }
  assert.isBelow(before, onTheWay)
  const idle = most
  assert.isTrue(await isWhole(reader))
  assert.strictEqual(from.sent, parts)
  process.stderr.write(
    `${size >> 20} MB: ${idle.toFixed(0)} MB resident while nobody read, at most ${most.toFixed(0)} MB\n`
  )
  assert.isBelow(idle, 100)
}

const upgrade = "Connection: Upgrade\r\nUpgrade: tcp\r\n"
const switching = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
const length = `Content-Length: ${size}\r\n`

describe("a client that does not read", () => {
  it.each([
    ["an image", "GET /images/get", "", `HTTP/1.1 200 OK\r\n${length}\r\n`],
    ["logs", "GET /containers/x/logs", "", `HTTP/1.1 200 OK\r\n${length}\r\n`],
    ["a container's output", "POST /containers/x/attach", upgrade, switching]
  ])("has the daemon wait with %s", async (_, line, headers, head) => {
    let from: { readonly sent: number } | undefined
    serve = (socket) => {
      socket.write(head)
      from = sender(socket, "")
    }
    const client = net.connect(at("gateway"))
    client.write(`${line} HTTP/1.1\r\nHost: d\r\n${headers}\r\n`)
    let read = Buffer.alloc(0)
    while (!read.includes("\r\n\r\n")) {
      await once(client, "readable")
      read = Buffer.concat([read, client.read() as Buffer])
    }
    client.pause()
    client.unshift(read.subarray(read.indexOf("\r\n\r\n") + 4))
    await judge(from ?? { sent: 0 }, client)
    client.destroy()
  }, 300_000)
})

describe("a daemon that does not read", () => {
  it.each([
    ["an image", "POST /images/load", length, ""],
    ["another body", "POST /x", length, ""],
    ["the body of a request that upgrades", "POST /containers/x/attach", `${upgrade}${length}`, ""],
    ["a container's input", "POST /containers/x/attach", upgrade, switching]
  ])("has the client wait with %s", async (_, line, headers, head) => {
    let reader: net.Socket | undefined
    serve = (socket, read) => {
      if (head !== "") socket.write(head)
      socket.unshift(Buffer.from(read.slice(read.indexOf("\r\n\r\n") + 4), "latin1"))
      reader = socket
    }
    const client = net.connect(at("gateway")).on("error", () => undefined)
    client.write(`${line} HTTP/1.1\r\nHost: d\r\n${headers}\r\n`)
    if (head !== "") await once(client, "data")
    const from = sender(client, "")
    while (reader === undefined) await pause(20)
    await judge(from, reader)
    client.destroy()
  }, 300_000)
})
