/**
 * A daemon that answers before it has read a request's body and then ends the connection, as Go does with a body that it does not
 * want: the client gets that answer, whatever way its request takes.
 */
import { once } from "node:events"
import * as net from "node:net"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as Relay from "../../../src/shell/gateway/Relay.ts"
import * as Built from "./built.ts"

let built: Built.Built

const refusal = "HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\nConnection: close\r\n\r\nnever"
const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"

beforeAll(async () => {
  const daemon = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy()).on("data", (chunk) => {
      if (chunk.toString("latin1").startsWith("GET ")) return void socket.write(ok)
      // the rest of the body stays unread, so the next write to this connection fails
      socket.pause()
      socket.write(refusal, () => socket.destroy())
    })
  })
  built = await Built.inFrontOf(daemon)
})

afterAll(() => built.stop())

const body = Buffer.alloc(8 << 20, "x")
const known = [`Content-Length: ${body.length}`, body] as const
const chunked = [
  "Transfer-Encoding: chunked",
  Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n0\r\n\r\n")])
] as const

describe.each([["the first of a connection", ""], ["a later one", "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n"]])(
  "a request that is %s, and refused within its body",
  (_, first) => {
    it.each([
      ["with paths", "POST /containers/create", known],
      ["with paths, in chunks", "POST /containers/create", chunked],
      ["in chunks", "POST /containers/x/exec", chunked],
      ["of a known length", "POST /containers/x/exec", known],
      ["that moves much", "POST /images/load", chunked],
      ["to upgrade", "POST /session", [`${known[0]}\r\nConnection: Upgrade\r\nUpgrade: tcp`, body] as const]
    ])("has the daemon's answer: one %s", async (_, line, [header, content]) => {
      const before = built.gateway.said().length
      for (let round = 0; round < 5; round += 1) {
        // one of Node's own loses what it has not read when a write fails
        const client = Relay.connect(built.at("gateway")).on("error", () => undefined)
        let read = ""
        client.on("data", (chunk) => void (read += chunk.toString("latin1")))
        client.write(first)
        while (first !== "" && !read.endsWith("OK")) await once(client, "data")
        read = ""
        client.write(`${line} HTTP/1.1\r\nHost: d\r\n${header}\r\n\r\n`)
        client.write(content)
        await new Promise<void>((resolve) => {
          client.on("close", resolve).on("end", resolve).on("data", () => /(?:never|\}\n)$/.test(read) && resolve())
        })
        assert.match(read, /^HTTP\/1\.1 400 Bad Request\r\n[^]*\r\n\r\nnever$/)
        client.destroy()
      }
      assert.notInclude(built.gateway.said().slice(before), "cannot reach")
    })
  }
)
