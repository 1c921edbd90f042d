import { once } from "node:events"
import * as net from "node:net"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Preface from "../../../src/shell/gateway/Preface.ts"

let server: net.Server
let client: net.Socket
let accepted: net.Socket
beforeEach(async () => {
  server = net.createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as net.AddressInfo
  const connection = once(server, "connection")
  client = net.connect(port, "127.0.0.1")
  accepted = (await connection)[0] as net.Socket
})
afterEach(() => {
  client.destroy()
  accepted.destroy()
  server.close()
})

/** What the connection is known to speak, and what can then be read of it. */
const known = async (...parts: ReadonlyArray<string>): Promise<readonly [boolean, string]> => {
  const told = new Promise<boolean>((resolve) => Preface.whenKnown(accepted, resolve))
  for (const part of parts) {
    client.write(part)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const isHttp2 = await told
  const read = once(accepted, "data")
  accepted.resume()
  return [isHttp2, String((await read)[0])]
}

describe("Preface", () => {
  it.each([
    [["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"], true],
    [["P", "RI * HTTP", "/2.0\r\n"], true],
    [["GET /_ping HTTP/1.1\r\n"], false],
    [["P", "OST /build HTTP/1.1\r\n"], false],
    [["PRI * HTTP/2.1\r\n"], false]
  ])("of %j speaks HTTP/2: %s, and nothing of it is lost", async (parts, isHttp2) => {
    assert.deepStrictEqual(await known(...parts), [isHttp2, parts.join("")])
  })

  it("lets a client go that leaves before it is known", async () => {
    Preface.whenKnown(accepted, () => assert.fail("known"))
    const closed = once(accepted, "close")
    client.end("PRI")
    await closed
    assert.isTrue(accepted.destroyed)
  })
})
