/**
 * Which connections to the daemon a gateway makes: a daemon that counts them, and clients that keep theirs.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import * as http from "node:http"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import { text } from "node:stream/consumers"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import type * as Gateway from "../../../src/shell/gateway/Gateway.ts"
import { started } from "./started.ts"

let directory = ""
let daemon: http.Server
let gateway: Gateway.Gateway
/** The connections that the daemon has had. */
let connections: Array<net.Socket> = []
let handle: http.RequestListener
const reports: Array<string> = []
const at = (name: string): string => path.join(directory, name)

beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-gateway-"))
  connections = []
  reports.length = 0
  handle = (request, response) => {
    request.resume().on("end", () => response.end(String(connections.indexOf(request.socket))))
  }
  daemon = http.createServer({ keepAliveTimeout: 0 }, (request, response) => handle(request, response))
  daemon.on("connection", (socket: net.Socket) => connections.push(socket))
  await once(daemon.listen(at("daemon")), "listening")
  gateway = await started(at, {
    translates: (_, target) => target === "/containers/create",
    translate: (_, __, body) => ({ _tag: "Body", body })
  }, reports)
})

afterEach(async () => {
  await gateway.close(0)
  daemon.closeAllConnections()
  daemon.close()
  fs.rmSync(directory, { recursive: true })
})

const keeping = (): http.Agent => new http.Agent({ keepAlive: true, maxSockets: 1 })

const ask = async (agent: http.Agent, target: string, body?: string, headers = {}): Promise<string> => {
  const method = body === undefined ? "GET" : "POST"
  const request = http.request({ socketPath: at("gateway"), method, path: target, agent, headers })
  request.end(body)
  const [answer] = await once(request, "response") as [http.IncomingMessage]
  return text(answer)
}

describe("the requests of a client's connection", () => {
  it.each([
    ["GET /info HTTP/1.0\r\n\r\n"],
    ["GET /info HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["POST /build HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"],
    ["POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"]
  ])("are answered when the client has ended its side, which the daemon gets to know: %j", async (sent) => {
    // as Go does it, Node does not end its side before the answer
    Object.assign(daemon, { httpAllowHalfOpen: true })
    handle = (request, response) => {
      request.resume()
      const { socket } = request
      const answer = (): void => void setTimeout(() => response.end("answer"), 50)
      if (socket.readableEnded) answer()
      else socket.once("end", answer)
    }
    const client = net.connect({ path: at("gateway"), allowHalfOpen: true })
    client.end(sent)
    assert.match(await text(client), /^HTTP\/1.1 200 OK\r\n[^]*answer/)
    client.destroy()
    for (const one of connections) if (!one.destroyed) await once(one, "close")
  })

  it("go over one of the daemon's, and those of another client over another", async () => {
    const [one, other] = [keeping(), keeping()]
    assert.strictEqual(await ask(one, "/_ping"), "0")
    assert.strictEqual(await ask(one, "/containers/create", "{}"), "0")
    assert.strictEqual(await ask(other, "/_ping"), "1")
    assert.strictEqual(await ask(one, "/build", "a".repeat(100_000)), "0")
    const ended = once(connections[0] ?? daemon, "close")
    one.destroy()
    await ended
    assert.strictEqual(await ask(other, "/_ping"), "1")
    other.destroy()
  })

  it("go over another where the daemon has ended the first, and where it says that it does", async () => {
    const agent = keeping()
    assert.strictEqual(await ask(agent, "/_ping"), "0")
    connections[0]?.end()
    await once(connections[0] ?? daemon, "close")
    assert.strictEqual(await ask(agent, "/_ping"), "1")
    handle = (_, response) => response.writeHead(200, { Connection: "close" }).end("bye")
    assert.strictEqual(await ask(agent, "/_ping"), "bye")
    handle = (_, response) => response.end("again")
    assert.strictEqual(await ask(agent, "/_ping"), "again")
    assert.lengthOf(connections, 3)
    agent.destroy()
  })

  it("wait for each other, as they do at the daemon", async () => {
    const order: Array<string> = []
    handle = (request, response) => {
      order.push(`${String(request.url)} begins`)
      setTimeout(() => {
        order.push(`${String(request.url)} ends`)
        response.end()
      }, 50)
    }
    const client = net.connect(at("gateway"))
    client.write("GET /1 HTTP/1.1\r\nHost: d\r\n\r\nGET /2 HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n")
    await text(client)
    assert.deepStrictEqual(order, ["/1 begins", "/1 ends", "/2 begins", "/2 ends"])
  })

  it("end without an answer where the daemon ends theirs as the next one comes, which clients take for what it is", async () => {
    const agent = keeping()
    await ask(agent, "/_ping")
    handle = (request) => request.socket.destroy()
    const failed = await ask(agent, "/_ping").then(
      (answer) => answer,
      (error: unknown) => (error as NodeJS.ErrnoException).code
    )
    assert.strictEqual(failed, "ECONNRESET")
    assert.lengthOf(connections, 1)
    assert.lengthOf(reports, 0)
    agent.destroy()
  })
})
