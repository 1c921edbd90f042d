import { once } from "node:events"
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

  it("is refused where no directory can be made", async () => {
    fs.writeFileSync(at("file"), "mine")
    for (const path of ["/proc/none/x/gateway", "/proc/none/gateway", at("file/x/gateway")]) {
      const directory = path.slice(0, -"/gateway".length)
      assert.match(
        await refusal({ path }),
        new RegExp(`^the directory ${directory} cannot be made \\(E[A-Z]+\\); name another place with --listen$`)
      )
    }
  })

  it.each<readonly [what: string, listen: string, to: string]>([
    ["the same path", "run/docker.sock", "run/docker.sock"],
    ["a link to its directory", "run/docker.sock", "link/docker.sock"],
    ["that link, the other way round", "link/docker.sock", "run/docker.sock"],
    ["a directory that is not there yet", "run/new/docker.sock", "link/new/docker.sock"],
    ["another spelling", "run/docker.sock", "link/../run//./docker.sock"],
    ["a link to it", "run/docker.sock", "link.sock"],
    ["another name of the same socket", "run/docker.sock", "same.sock"]
  ])("is refused where it would be the daemon's own: %s", async (what, listen, to) => {
    fs.mkdirSync(at("run"))
    fs.symlinkSync("run", at("link"))
    fs.symlinkSync("run/docker.sock", at("link.sock"))
    if (what.startsWith("another name")) {
      // left by a daemon that was killed
      const server = net.createServer().listen(at("same.sock"))
      await once(server, "listening")
      fs.linkSync(at("same.sock"), at("run/docker.sock"))
      fs.linkSync(at("same.sock"), at("kept"))
      await new Promise((resolve) => server.close(resolve))
      fs.renameSync(at("kept"), at("same.sock"))
    }
    const before = fs.readdirSync(at("run"))
    assert.strictEqual(
      await refusal({ path: at(listen), like: `${directory}/${to}` }),
      "--listen and --to name the same socket"
    )
    assert.deepStrictEqual(fs.readdirSync(at("run")), before)
  })
})
