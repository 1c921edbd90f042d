import * as fs from "node:fs"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as LocalImages from "../../../src/shell/docker/LocalImages.ts"

let directory = ""
let socket = ""
let server: net.Server | undefined
let requests: Array<string> = []
const connections = new Set<net.Socket>()

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-images-"))
  socket = path.join(directory, "docker.sock")
  requests = []
})
afterEach(async () => {
  for (const one of connections) one.destroy()
  await new Promise((resolve) => server === undefined ? resolve(undefined) : server.close(resolve))
  server = undefined
  fs.rmSync(directory, { recursive: true })
})

/** A daemon that answers as `answer` does: a text, or nothing while the client waits. */
const listen = (answer: (image: string) => string | undefined): Promise<void> => {
  server = net.createServer((connection) => {
    connections.add(connection)
    connection.on("error", () => undefined)
    connection.once("data", (chunk) => {
      requests.push(chunk.toString())
      const text = answer(/^GET \/images\/(\S+)\/json /.exec(chunk.toString())?.[1] ?? "")
      if (text !== undefined) connection.end(text)
    })
  })
  return new Promise((resolve) => server?.listen(socket, resolve))
}

const ask = (images: ReadonlyArray<string>, limit = 60_000): Promise<ReadonlyArray<string>> =>
  new Promise((resolve) => LocalImages.ask(socket, images, resolve, limit))

const found = `HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"Id":"${"x".repeat(1 << 20)}"}`
const missing = "HTTP/1.0 404 Not Found\r\n\r\n{}"

describe("LocalImages", () => {
  it("are those that the daemon describes, in the order of the question", async () => {
    const all = Array.from({ length: 30 }, (_, at) => `team/app:${at}`)
    await listen((image) => Number(image.split(":")[1]) % 3 === 0 ? found : missing)
    assert.deepStrictEqual(await ask(all), all.filter((_, at) => at % 3 === 0))
    assert.strictEqual(requests.length, 30)
    assert.strictEqual(requests[0], "GET /images/team/app:0/json HTTP/1.0\r\nHost: docker\r\n\r\n")
  })

  it("are none without a question, without a daemon, or where something else answers", async () => {
    assert.deepStrictEqual(await ask(["a", "b"]), [])
    await listen(() => "SSH-2.0-OpenSSH\r\n")
    assert.deepStrictEqual(await ask([]), [])
    assert.deepStrictEqual(await ask(["a", "b"]), [])
  })

  it("are those of which a slow daemon tells in time", async () => {
    await listen((image) => image === "slow" ? undefined : found)
    assert.deepStrictEqual(await ask(["a", "slow", "b"], 3_000), ["a", "b"])
  })

  it("are asked for no longer when the answer is not needed", async () => {
    let isDone = false
    let stop: () => void = () => undefined
    const closed = new Promise((resolve) => {
      void listen(() => {
        for (const one of connections) one.once("close", resolve)
        stop()
        return undefined
      }).then(() => {
        stop = LocalImages.ask(socket, ["a"], () => isDone = true)
      })
    })
    await closed
    assert.isFalse(isDone)
  })
})
