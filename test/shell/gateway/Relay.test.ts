/**
 * Two connections that become one, each of a kind that Node reads in its own way.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Relay from "../../../src/shell/gateway/Relay.ts"

let directory = ""
let servers: Array<net.Server>
/** What Node would have of a connection's if it were kept elsewhere: nothing. */
const elsewhere = (socket: net.Socket): net.Socket =>
  new Proxy(socket, {
    get: (target, key) => {
      if (key === "_handle") return undefined
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === "function" ? value.bind(target) as unknown : value
    }
  })

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-relay-"))
  servers = []
})
afterEach(() => {
  for (const server of servers) server.close()
  fs.rmSync(directory, { recursive: true })
})

/** Both ends of a connection. */
const pair = async (): Promise<readonly [net.Socket, net.Socket]> => {
  const place = path.join(directory, String(servers.length))
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(place)
  servers.push(server)
  await once(server, "listening")
  const accepted = once(server, "connection")
  const client = net.connect({ path: place, allowHalfOpen: true })
  await once(client, "connect")
  return [client, (await accepted)[0] as net.Socket]
}

/** All that comes, to its end; the connection stays as it is. */
const whole = async (socket: net.Socket): Promise<Buffer> => {
  const chunks: Array<Buffer> = []
  socket.on("data", (chunk) => chunks.push(chunk)).resume()
  await once(socket, "end")
  return Buffer.concat(chunks)
}

describe.each([["as Node reads them", (socket: net.Socket) => socket], ["without what Node keeps", elsewhere]])(
  "two connections as one, %s",
  (_, seen) => {
    /** A user, and a program that the user speaks to. */
    const joined = async (before = "") => {
      const [user, client] = await pair()
      const [daemon, program] = await pair()
      if (before !== "") {
        client.resume()
        user.write(before)
        await once(client, "data").then(([chunk]) => {
          client.pause()
          client.unshift(chunk as Buffer)
        })
      }
      Relay.join(seen(client), seen(daemon))
      return { user, client, daemon, program }
    }

    it("pass both ways, what was read already first, and end one after the other", async () => {
      const { program, user } = await joined("first ")
      user.end("second")
      assert.strictEqual(String(await whole(program)), "first second")
      program.end("answer")
      assert.strictEqual(String(await whole(user)), "answer")
    })

    it("pass much to the byte, to one that reads late", async () => {
      const { program, user } = await joined()
      const sent = Buffer.alloc(10 << 20)
      for (let place = 0; place < sent.length; place += 4) {
        sent.writeUInt32LE(Math.imul(place, 2_654_435_761) >>> 0, place)
      }
      user.end(sent)
      program.end(sent)
      await new Promise((resolve) => setTimeout(resolve, 100))
      const [there, back] = await Promise.all([whole(program), whole(user)])
      assert.isTrue(there.equals(sent) && back.equals(sent))
    })

    it.each(["user", "program"] as const)("end where the %s is gone", async (gone) => {
      const all = await joined()
      const other = gone === "user" ? all.program : all.user
      const closed = [all.client, all.daemon].map((socket) => once(socket, "close"))
      other.on("error", () => undefined).on("end", () => other.end()).resume()
      all[gone].destroy()
      await Promise.all(closed)
    })

    it.each(["client", "daemon"] as const)("end where the %s is ended", async (ended) => {
      const { program, user, ...both } = await joined()
      const closed = [user, program].map((socket) => {
        socket.on("end", () => socket.end()).resume()
        return once(socket, "close")
      })
      both[ended].destroy()
      await Promise.all(closed)
    })
  }
)
