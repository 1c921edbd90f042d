/**
 * Requests that move whole images and file systems, through the gateway: to the byte, and nothing behind them.
 */
import { createHash } from "node:crypto"
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
    "GET /containers/x/archive?path=/x",
    "GET /v1.51/containers/x/logs?follow=1&stdout=1",
    "GET /services/x/logs",
    "GET /tasks/x/logs?stdout=1"
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
    ["without a body", requestOf("POST /build?remote=x", "Connection: close\r\n")],
    // Go would lose the answer to one that it refuses
    [
      "of a known length",
      requestOf("POST /images/load", "Content-Length: 12\r\nConnection: close\r\n", "{\"/x/\":1}   ")
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

  it.each([
    ["POST /images/load?quiet=1", "Transfer-Encoding: chunked\r\n", "", "5\r\na\0b\xff\r\r\n0\r\n\r\n"],
    ["POST /v1.51/build?t=x", "TRANSFER-ENCODING: chunked\r\n", "3;a=b\r\nab", "c\r\n0\r\nX-End: 1\r\n\r\n"],
    ["POST /images/create?fromSrc=-", "Transfer-Encoding: Chunked\r\nExpect: 100-continue\r\n", "", "0\r\n\r\n"],
    ["PUT /v1.41/containers/x/archive?path=/x", "Transfer-Encoding: chunked\r\n", "00", "1\r\na\r\n0\r\n\r\n"]
  ])("passes as it is with its body: %s", async (line, headers, first, second) => {
    answerBehind(second)
    const client = net.connect({ path: at("gateway"), allowHalfOpen: true })
    client.write(requestOf(line, `${headers}Connection: keep-alive\r\n`, first), "latin1")
    while (got[0]?.endsWith(`\r\n\r\n${first}`) !== true) await new Promise((resolve) => setTimeout(resolve, 5))
    client.write(second, "latin1")
    let read = ""
    for await (const chunk of client) read += (chunk as Buffer).toString("latin1")
    client.destroy()
    assert.strictEqual(read, answer)
    assert.deepStrictEqual(got, [requestOf(line, `${headers}Connection: close\r\n`, first + second)])
  })

  it("passes a long body of a known length as it is, and its connection stays the daemon's decision", async () => {
    const body = "0123456789abcdef".repeat(100_000)
    const head = `Content-Length: ${body.length}\r\n`
    serve = (socket, read) => {
      if (read.endsWith(`\r\n\r\n${body}`)) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
    }
    const behind = requestOf("POST /containers/create", "Content-Length: 2\r\n", "{}")
    const read = await exchange(requestOf("PUT /x", head, body) + behind)
    assert.match(read, /^HTTP\/1\.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK$/)
    assert.deepStrictEqual(got, [requestOf("PUT /x", `${head}Connection: keep-alive\r\n`, body)])
  })

  it("passes a body to the byte, however large", async () => {
    const sent = Buffer.alloc(20 << 20)
    for (let place = 0; place < sent.length; place += 4) {
      sent.writeUInt32LE(Math.imul(place, 2_654_435_761) >>> 0, place)
    }
    const [hash, taken] = [createHash("sha256"), { bytes: 0 }]
    daemon.removeAllListeners("connection").on("connection", (socket: net.Socket) => {
      let isBody = false
      socket.on("data", (chunk) => {
        const part = isBody ? chunk : chunk.subarray(chunk.indexOf("\r\n\r\n") + 4)
        isBody = true
        hash.update(part)
        taken.bytes += part.length
        if (taken.bytes === sent.length) socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
      })
    })
    const client = net.connect(at("gateway"))
    client.write(requestOf("POST /images/load", "Transfer-Encoding: chunked\r\n"))
    client.write(sent)
    await once(client.resume(), "end")
    assert.strictEqual(hash.digest("hex"), createHash("sha256").update(sent).digest("hex"))
  })

  it("has the daemon's answer before its body is at its end", async () => {
    serve = (socket) => void socket.end(answer, "latin1")
    assert.strictEqual(await exchange(requestOf("POST /build", "Transfer-Encoding: chunked\r\n", "4\r\npart")), answer)
  })

  it("has the daemon's answer where the daemon reads no more of its body", async () => {
    serve = (socket) => {
      socket.pause()
      socket.end(answer, "latin1", () => setTimeout(() => socket.destroy(), 200))
    }
    const client = net.connect({ path: at("gateway"), allowHalfOpen: true })
    client.on("error", () => undefined)
    client.write(requestOf("POST /build", "Transfer-Encoding: chunked\r\n"))
    client.write(Buffer.alloc(20 << 20))
    let read = ""
    client.on("data", (chunk) => void (read += chunk.toString("latin1")))
    await new Promise((resolve) => client.on("close", resolve))
    assert.strictEqual(read, answer)
  })

  it.each([["GET /images/get", "", ""], ["POST /build", "Transfer-Encoding: chunked\r\n", "4\r\npart"]])(
    "is told that the daemon is gone, and forgotten when its client is: %s",
    async (line, headers, body) => {
      daemon.close()
      fs.rmSync(at("daemon"), { force: true })
      assert.match(
        await exchange(requestOf(line, headers, body)),
        /^HTTP\/1\.1 503 Service Unavailable\r\n[^]*\{"message":"docker-shim gateway: cannot reach the Docker/
      )
      assert.lengthOf(reports, 1)
      // waits for the connections that are open
      await gateway.close(600_000)
    }
  )

  it.each([["GET /images/get", ""], ["POST /build", "Transfer-Encoding: chunked\r\n"]])(
    "ends where the daemon ends its connection as it comes: %s",
    async (line, headers) => {
      daemon.removeAllListeners("connection").on("connection", (socket: net.Socket) => socket.destroy())
      for (let round = 0; round < 20; round += 1) assert.strictEqual(await exchange(requestOf(line, headers)), "")
    }
  )

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
