/**
 * Clients that end within a body, and connections that go wrong: the built gateway keeps no descriptor of theirs.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as GatewayProcess from "../../real-docker/GatewayProcess.ts"
import { frame } from "./frame.ts"

let directory = ""
let gateway: GatewayProcess.GatewayProcess
let daemon: net.Server
/** Called with each connection of the daemon's and what came over it until now. */
let serve: (socket: net.Socket, read: string) => void = () => undefined
const connections = new Set<net.Socket>()
const at = (name: string): string => path.join(directory, name)
const pause = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))
const descriptors = (): number => fs.readdirSync(`/proc/${gateway.child.pid}/fd`).length

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-gateway-"))
  daemon = net.createServer({ allowHalfOpen: true }, (socket) => {
    let read = ""
    connections.add(socket)
    // as Go does, it ends a connection whose other side has ended
    socket.on("end", () => socket.end(() => socket.destroy())).on("error", () => socket.destroy())
    socket.on("close", () => connections.delete(socket)).on("data", (chunk) => {
      read = `${read.slice(0, 500)}${chunk.toString("latin1")}`
      serve(socket, read)
    })
  })
  await once(daemon.listen(at("daemon")), "listening")
  gateway = await GatewayProcess.start(at("gateway"), at("daemon"))
})

afterAll(async () => {
  await gateway.kill()
  for (const socket of connections) socket.destroy()
  daemon.close()
  fs.rmSync(directory, { recursive: true })
})

/** How a side ends its connection: one direction after the other, both at once, or with something unread. */
const ends = {
  "one way": async (socket: net.Socket): Promise<void> => {
    socket.end()
    await pause(20)
    socket.destroy()
  },
  "both ways": async (socket: net.Socket): Promise<void> => {
    socket.destroy()
    await pause(0)
  },
  "with something unread": async (socket: net.Socket): Promise<void> => {
    socket.pause()
    await pause(20)
    socket.destroy()
  }
}
const kinds = ["one way", "both ways", "with something unread"] as const

const upgrade = "Connection: Upgrade\r\nUpgrade: tcp\r\n"
const body = "b".repeat(300_000)
const length = `Content-Length: ${body.length}\r\n`
const answer = `HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${"x".repeat(100_000)}`

/** Connects, and reads whatever comes. */
const connected = (): net.Socket => {
  const client = net.connect({ path: at("gateway"), allowHalfOpen: true })
  return client.on("error", () => client.destroy()).resume()
}

const closed = (client: net.Socket): Promise<void> => new Promise((resolve) => client.on("close", () => resolve()))

/** Runs many at once, and waits until the gateway has as many descriptors as before. */
const leavesNothing = async (run: () => Promise<unknown>): Promise<void> => {
  const before = descriptors()
  await Promise.all(Array.from({ length: 4 }, run))
  while (descriptors() > before) await pause(20)
  assert.strictEqual(gateway.child.exitCode, null)
}

it("a daemon that has answered gets the rest of the body all the same", async () => {
  let [taken, answered] = [0, false]
  serve = (socket) => {
    taken = socket.bytesRead
    if (!answered) socket.write(answer)
    answered = true
  }
  const client = connected()
  const large = "b".repeat(4 << 20)
  client.write(`POST /images/load HTTP/1.1\r\nHost: d\r\nContent-Length: ${large.length}\r\n\r\n${large}`)
  while (taken < large.length) await pause(10)
  client.destroy()
})

it("a request keeps its length behind five thousand headers", async () => {
  serve = (socket, read) => {
    if (read.endsWith("end")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
  }
  const client = net.connect(at("gateway"))
  client.write(
    `POST /x HTTP/1.1\r\nHost: d\r\nConnection: close\r\n${"X: 1\r\n".repeat(5_000)}Content-Length: 3\r\n\r\nend`
  )
  let read = ""
  for await (const chunk of client) read += String(chunk)
  assert.match(read, /^HTTP\/1\.1 200 OK\r\n[^]*OK$/)
})

it.each(kinds)("an upgrade keeps nothing of a client that ends %s before its answer", async (kind) => {
  serve = () => undefined
  const head = `POST /exec/x/start HTTP/1.1\r\nHost: d\r\n${upgrade}${length}\r\n`
  for (const part of [head.length, head.length + body.length / 2, head.length + body.length]) {
    await leavesNothing(async () => {
      const client = connected()
      client.write((head + body).slice(0, part))
      await pause(5)
      await ends[kind](client)
    })
  }
})

describe.each([
  ["an upgrade", `POST /exec/x/start HTTP/1.1\r\nHost: d\r\n${upgrade}`],
  ["a long body", "POST /images/load HTTP/1.1\r\nHost: d\r\n"]
])("%s", (_, line) => {
  // more than the sockets and the gateway hold: it waits for the daemon
  const large = "b".repeat(4 << 20)
  const sent = `${line}Content-Length: ${large.length}\r\n\r\n${large}`

  it.each(kinds)("keeps nothing of a daemon that ends %s within the body, and the client is told", async (kind) => {
    serve = (socket) => {
      socket.removeAllListeners("data")
      void ends[kind](socket)
    }
    await leavesNothing(async () => {
      let read = ""
      const client = connected().on("data", (chunk) => read += String(chunk))
      client.on("end", () => client.destroy()).write(sent)
      await closed(client)
      assert.match(read, /^HTTP\/1\.1 503 [^]*cannot reach the Docker daemon/)
    })
  })

  it.each(kinds)("keeps nothing of a client that has its answer, and ends %s within the body", async (kind) => {
    serve = (socket) => {
      if (socket.bytesWritten > 0) return
      socket.pause().write("HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\nno")
    }
    await leavesNothing(async () => {
      const client = connected()
      client.write(sent)
      await once(client, "data")
      await ends[kind](client)
      for (const socket of connections) socket.resume()
    })
  })

  it("has a large answer before its end", async () => {
    const large = "x".repeat(2 << 20)
    serve = (socket) => {
      if (socket.bytesWritten > 0) return
      socket.write(`HTTP/1.1 409 Conflict\r\nContent-Length: ${large.length}\r\n\r\n${large}`)
    }
    await leavesNothing(async () => {
      let read = ""
      const client = connected().on("data", (chunk) => read += String(chunk))
      client.on("end", () => client.destroy()).write(sent)
      await closed(client)
      assert.isTrue(read.endsWith(`Connection: close\r\n\r\n${large}`))
    })
  })
})

describe("a connection of HTTP/2", () => {
  const begin = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(4, 0, 0, Buffer.alloc(0))])
  // `GET http://d/` by the static table: RFC 7541, appendix A
  const request = frame(1, 5, 1, Buffer.from([0x82, 0x86, 0x84, 0x41, 1, 0x64]))

  it.each([
    ["frames that are none", Buffer.alloc(100, "z")],
    ["a ping of the wrong length", frame(6, 0, 0, Buffer.alloc(3))],
    ["settings of the wrong length", frame(4, 0, 0, Buffer.alloc(5))],
    ["headers that cannot be read", frame(1, 5, 3, Buffer.alloc(5, 0xff))],
    ["headers that go on from nowhere", frame(9, 4, 1, Buffer.alloc(3))],
    ["data of no request", frame(0, 0, 7, Buffer.alloc(3))]
  ])("ends after %s, and so does the daemon's", async (_, wrong) => {
    serve = () => undefined
    await leavesNothing(async () => {
      const client = connected().on("end", () => client.destroy())
      client.write(Buffer.concat([begin, request]))
      await pause(20)
      client.write(wrong)
      await closed(client)
    })
  })
})
