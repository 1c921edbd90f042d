/**
 * Clients that send requests ahead of the answers to the ones before, through the built gateway.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as GatewayProcess from "../../real-docker/GatewayProcess.ts"

let directory = ""
let gateway: GatewayProcess.GatewayProcess
let daemon: net.Server
const at = (name: string): string => path.join(directory, name)

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-gateway-"))
  daemon = net.createServer((socket) => {
    socket.on("error", () => socket.destroy()).on("data", (chunk) => {
      const [, target] = /^GET (\S+) /.exec(chunk.toString("latin1")) ?? []
      if (target !== "/never") socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n${target?.slice(1)}`)
    })
  })
  await once(daemon.listen(at("daemon")), "listening")
  gateway = await GatewayProcess.start(at("gateway"), at("daemon"))
})

afterAll(async () => {
  await gateway.kill()
  daemon.close()
  fs.rmSync(directory, { recursive: true })
})

const get = (target: string): string => `GET /${target} HTTP/1.1\r\nHost: d\r\n\r\n`
const numbers = Array.from({ length: 250 }, (_, number) => String(1_000 + number))

it("gives 250 at once their answers, in their order, and says nothing", async () => {
  const client = net.connect(at("gateway"))
  client.write(numbers.map(get).join(""))
  let read = ""
  for await (const chunk of client) {
    read += String(chunk)
    if (read.endsWith("1249")) break
  }
  assert.deepStrictEqual([...read.matchAll(/\r\n\r\n(\d{4})/g)].map(([, number]) => number), numbers)
  assert.notInclude(gateway.said(), "Warning")
})

it.each(["1000", "never"])(
  "ends the connection of one that sends very many, and takes little memory: %s",
  async (target) => {
    const said = gateway.said().length
    const client = net.connect(at("gateway")).on("error", () => undefined)
    const closed = new Promise((resolve) => client.on("close", resolve))
    const most = await gateway.most(async () => {
      client.write(get(target).repeat(100_000))
      client.resume()
      await closed
    })
    assert.isBelow(most, 100)
    assert.include(gateway.said().slice(said), "a client sent more than 250 requests without waiting for their answers")
    const other = net.connect(at("gateway"))
    other.write(get("1000"))
    const [read] = await once(other, "data") as [Buffer]
    assert.match(String(read), /1000$/)
    other.destroy()
  }
)
