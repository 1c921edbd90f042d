/**
 * Requests that answer with whole images and file systems, through the gateway: to the byte, and nothing behind them.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import type * as Gateway from "../../../src/shell/gateway/Gateway.ts"
import { started } from "./started.ts"

let directory = ""
let gateway: Gateway.Gateway
let daemon: net.Server
let reports: Array<string>
/** What came over each connection to the daemon. */
let got: Array<string>
/** Called each time that something came. */
let serve: (socket: net.Socket, read: string) => void
const at = (name: string): string => path.join(directory, name)

beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-gateway-"))
  reports = []
  got = []
  daemon = net.createServer({ allowHalfOpen: true }, (socket) => {
    const which = got.push("") - 1
    socket.on("error", () => socket.destroy()).on("data", (chunk) => {
      got[which] = (got[which] ?? "") + chunk.toString("latin1")
      serve(socket, got[which] ?? "")
    })
  })
  await once(daemon.listen(at("daemon")), "listening")
  gateway = await started(at, {
    translates: (_, target) => /^\/(?:containers\/create|images\/get\?odd)/.test(target),
    translate: (_, __, body) => ({ _tag: "Body", body: body.replaceAll("/home/", "/data/") })
  }, reports)
})

afterEach(async () => {
  await gateway.close(0)
  daemon.close()
  fs.rmSync(directory, { recursive: true })
})

/** All that a client reads that writes something, until the connection ends. */
const exchange = async (sent: string): Promise<string> => {
  const client = net.connect({ path: at("gateway"), allowHalfOpen: true })
  client.write(sent, "latin1")
  let read = ""
  for await (const chunk of client) read += (chunk as Buffer).toString("latin1")
  client.destroy()
  return read
}

const answer =
  "HTTP/1.1 200 OK\r\nX-ODD: \xe4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3;a=b\r\nabc\r\n0\r\nX-End: 1\r\n\r\n"
const requestOf = (line: string, headers: string, body = ""): string =>
  `${line} HTTP/1.1\r\nHOST: d\r\nX-A: \xe4\r\n${headers}\r\n${body}`
/** The same, as the daemon gets it. */
const asSent = (line: string): string => requestOf(line, "Connection: close\r\n")

const answerBehind = (end: string): void => {
  serve = (socket, read) => {
    if (read.endsWith(end)) socket.end(answer, "latin1")
  }
}

describe("a request that moves much", () => {
  it.each([
    "GET /images/get?names=a%2Fb",
    "GET /v1.51/images/registry:5000/a/b:c/get",
    "GET /v1.41/containers/x/export",
    "GET /containers/x/archive?path=/x"
  ])("passes as it is, and so does its answer: %s", async (line) => {
    answerBehind("\r\n\r\n")
    assert.strictEqual(await exchange(requestOf(line, "Connection: keep-alive\r\n")), answer)
    assert.deepStrictEqual(got, [asSent(line)])
  })

  it("comes after the answer to the request before it, read like every other", async () => {
    serve = (socket, read) => {
      if (
        read.endsWith(
          "GET /_ping HTTP/1.1\r\nHOST: d\r\nX-A: \xe4\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"
        )
      ) {
        setTimeout(() => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nping"), 50)
      } else if (read.includes("/images/get")) {
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nimage")
      }
    }
    const read = await exchange(requestOf("GET /_ping", "") + requestOf("GET /images/get", "Connection: close\r\n"))
    assert.match(read, /^HTTP[^]*\r\n\r\npingHTTP[^]*\r\n\r\nimage$/)
  })

  it("passes behind one that was answered on the same connection", async () => {
    serve = (socket, read) => {
      if (read.startsWith("GET /images")) socket.end(answer, "latin1")
      else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nping")
    }
    const client = net.connect(at("gateway"))
    client.write(requestOf("GET /_ping", ""))
    await once(client, "data")
    client.write(requestOf("GET /images/get", ""), "latin1")
    let read = ""
    for await (const chunk of client) read += (chunk as Buffer).toString("latin1")
    assert.strictEqual(read, answer)
    assert.strictEqual(got[1], asSent("GET /images/get"))
  })

  it("takes nothing behind it along", async () => {
    answerBehind("\r\n\r\n")
    const behind = requestOf("POST /containers/create", "Content-Length: 2\r\n", "{}")
    assert.strictEqual(await exchange(requestOf("GET /images/get", "") + behind), answer)
    assert.deepStrictEqual(got, [asSent("GET /images/get")])
  })

  it.each([
    ["in HTTP/1.0", requestOf("GET /images/get", "").replace("1.1", "1.0")],
    [
      "with paths",
      requestOf("GET /images/get?odd", "Content-Length: 12\r\nConnection: close\r\n", "{\"/home/\":1}")
    ],
    ["with another method", requestOf("HEAD /containers/x/archive", "Connection: close\r\n")],
    ["with a body", requestOf("GET /images/get", "Content-Length: 12\r\nConnection: close\r\n", "{\"/x/\":1}   ")],
    ["of another kind", requestOf("GET /images/json", "Connection: close\r\n")]
  ])("is read like every other %s", async (_, sent) => {
    serve = (socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    assert.match(await exchange(sent), /^HTTP\/1\.1 200 OK\r\n/)
    assert.notInclude(got[0], "/home/")
    // Node's own headers are there
    assert.match(got[0] ?? "", /\r\n(?:Content-Length: 0|Content-Length: 12|Connection: keep-alive)\r\n/)
  })

  it("is told that the daemon is gone", async () => {
    daemon.close()
    fs.rmSync(at("daemon"), { force: true })
    assert.match(
      await exchange(requestOf("GET /images/get", "")),
      /^HTTP\/1\.1 503 Service Unavailable\r\n[^]*\{"message":"docker-shim gateway: cannot reach the Docker/
    )
    assert.lengthOf(reports, 1)
  })

  it("ends with its client, and with the daemon", async () => {
    const ended: Array<string> = []
    serve = (socket, read) => {
      if (read.includes("/leave")) socket.destroy()
      else {socket.on("end", () => void socket.end(() => ended.push("it"))).write(
          "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart"
        )}
    }
    const client = net.connect(at("gateway"))
    client.write(requestOf("GET /images/get", ""))
    await once(client, "data")
    client.destroy()
    while (ended.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    assert.strictEqual(await exchange(requestOf("GET /images/leave/get", "")), "")
  })
})
