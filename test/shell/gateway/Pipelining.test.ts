/**
 * Clients that send requests ahead of the answers to the ones before, through the built gateway.
 */
import { once } from "node:events"
import * as net from "node:net"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as Built from "./built.ts"

let built: Built.Built

beforeAll(async () => {
  const daemon = net.createServer((socket) => {
    socket.on("error", () => socket.destroy()).on("data", (chunk) => {
      const [, target] = /^GET (\S+) /.exec(chunk.toString("latin1")) ?? []
      if (target !== "/never") socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n${target?.slice(1)}`)
    })
  })
  built = await Built.inFrontOf(daemon)
})

afterAll(() => built.stop())

const get = (target: string): string => `GET /${target} HTTP/1.1\r\nHost: d\r\n\r\n`
const numbers = Array.from({ length: 250 }, (_, number) => String(1_000 + number))

it("gives 250 at once their answers, in their order, and says nothing", async () => {
  const client = net.connect(built.at("gateway"))
  client.write(numbers.map(get).join(""))
  let read = ""
  for await (const chunk of client) {
    read += String(chunk)
    if (read.endsWith("1249")) break
  }
  assert.deepStrictEqual([...read.matchAll(/\r\n\r\n(\d{4})/g)].map(([, number]) => number), numbers)
  assert.notInclude(built.gateway.said(), "Warning")
})

it.each(["1000", "never"])(
  "ends the connection of one that sends very many, and takes little memory: %s",
  async (target) => {
    const said = built.gateway.said().length
    const client = net.connect(built.at("gateway")).on("error", () => undefined)
    const closed = new Promise((resolve) => client.on("close", resolve))
    const most = await built.gateway.most(async () => {
      client.write(get(target).repeat(100_000))
      client.resume()
      await closed
    })
    assert.isBelow(most, 100)
    assert.include(
      built.gateway.said().slice(said),
      "a client sent more than 250 requests without waiting for their answers"
    )
    const other = net.connect(built.at("gateway"))
    other.write(get("1000"))
    const [read] = await once(other, "data") as [Buffer]
    assert.match(String(read), /1000$/)
    other.destroy()
  }
)
