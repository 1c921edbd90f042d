import * as fs from "node:fs"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as ListenSocket from "../../../src/shell/gateway/ListenSocket.ts"

let directory = ""
let servers: Array<net.Server> = []
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-listen-"))
  servers = []
})
afterEach(() => {
  for (const server of servers) server.close()
  fs.rmSync(directory, { recursive: true, force: true })
})

const at = (name: string): string => path.join(directory, name)
const open = (more: Partial<ListenSocket.Place> = {}) => {
  const server = net.createServer()
  servers.push(server)
  return ListenSocket.open(server, { path: at("new/gateway"), like: at("daemon"), mode: 0o660, ...more })
}
const refusal = (more: Partial<ListenSocket.Place> = {}): Promise<string> =>
  open(more).then(() => "", (error: unknown) => error instanceof Error ? error.message : "")

describe("ListenSocket", () => {
  it("is in its place with its mode, in a directory that is made for it, and removed at the end", async () => {
    const remove = await open()
    assert.strictEqual(fs.statSync(at("new/gateway")).mode & 0o777, 0o660)
    assert.deepStrictEqual(fs.readdirSync(at("new")), ["gateway"])
    remove()
    assert.deepStrictEqual(fs.readdirSync(at("new")), [])
  })

  it("is in a directory that nobody else may write into, whatever the umask", async () => {
    const umask = process.umask(0)
    try {
      await open()
    } finally {
      process.umask(umask)
    }
    assert.strictEqual(fs.statSync(at("new")).mode & 0o777, 0o755)
    assert.strictEqual(fs.statSync(at("new/gateway")).mode & 0o777, 0o660)
  })

  it("leaves another that is in its place by then", async () => {
    const remove = await open()
    fs.rmSync(at("new/gateway"))
    fs.writeFileSync(at("new/gateway"), "another's")
    remove()
    assert.strictEqual(fs.readFileSync(at("new/gateway"), "utf8"), "another's")
  })

  it("is refused where another listens, or something else is", async () => {
    await open()
    assert.match(await refusal(), /^another program listens at .*new\/gateway; stop it, or name another place/)
    fs.writeFileSync(at("file"), "mine")
    assert.match(await refusal({ path: at("file") }), /is there and is not a socket/)
    assert.strictEqual(fs.readFileSync(at("file"), "utf8"), "mine")
    assert.match(await refusal({ path: at("x".repeat(120)) }), /is longer than 107 bytes/)
  })
})
