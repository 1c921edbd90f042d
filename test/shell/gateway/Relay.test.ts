/**
 * Two connections that become one, read into a buffer each, and as Node reads others.
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

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-relay-"))
  servers = []
})
afterEach(() => {
  for (const server of servers) server.close()
  fs.rmSync(directory, { recursive: true })
})

/** Both ends of a connection: that of who connects, and that of who accepts. */
const pair = async (connect: (at: string) => net.Socket): Promise<readonly [net.Socket, net.Socket]> => {
  const place = path.join(directory, String(servers.length))
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(place)
  servers.push(server)
  await once(server, "listening")
  const accepted = once(server, "connection")
  const client = connect(place)
  await once(client, "connect")
  return [client, (await accepted)[0] as net.Socket]
}

const plain = (at: string): net.Socket => net.connect({ path: at, allowHalfOpen: true })

/** All that comes, to its end; the connection stays as it is. */
const whole = async (socket: net.Socket): Promise<Buffer> => {
  const chunks: Array<Buffer> = []
  socket.on("data", (chunk) => chunks.push(chunk)).resume()
  await once(socket, "end")
  return Buffer.concat(chunks)
}

const pause = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))

/** A user, and a program that the user speaks to. */
const sides = async (accept: typeof Relay.accepted, connect: typeof Relay.connect) => {
  const [user, accepted] = await pair(plain)
  const [daemon, program] = await pair(connect)
  return { user, client: accept(accepted), daemon, program }
}

describe.each([
  ["into a buffer", Relay.accepted, Relay.connect],
  ["as others", (socket: net.Socket) => socket, plain]
])("two connections as one, read %s,", (_, accept, connect) => {
  const between = () => sides(accept, connect)
  const joined = async () => {
    const all = await between()
    Relay.join(all.client, all.daemon)
    return all
  }

  it("pass both ways, what was read already first, and end one after the other", async () => {
    const { client, daemon, program, user } = await between()
    for (const [socket, writer] of [[client, user], [daemon, program]] as const) {
      writer.write("first ")
      const [chunk] = await once(socket.resume(), "data") as [Buffer]
      socket.pause()
      socket.unshift(chunk)
    }
    Relay.join(client, daemon)
    user.end("second")
    assert.strictEqual(String(await whole(program)), "first second")
    program.end("answer")
    assert.strictEqual(String(await whole(user)), "first answer")
  })

  it.each([
    ["user", "", ""],
    ["user", "input", ""],
    ["program", "", "output"],
    ["program", "", ""],
    ["both", "", ""],
    ["both", "input", "output"]
  ])("pass an end of %s that came before, behind %j and %j", async (who, input, output) => {
    const { client, daemon, program, user } = await between()
    const closed = [client, daemon].map((socket) => once(socket, "close"))
    if (who === "program") user.write(input)
    else user.end(input)
    if (who === "user") program.write(output)
    else program.end(output)
    await pause(30)
    Relay.join(client, daemon)
    if (who === "program") user.end()
    if (who === "user") program.end()
    const [there, back] = await Promise.all([whole(program), whole(user)])
    assert.deepStrictEqual([String(there), String(back)], [input, output])
    await Promise.all(closed)
  })

  it("pass much to the byte, to one that reads late", async () => {
    const { program, user } = await joined()
    const sent = Buffer.alloc(10 << 20)
    for (let place = 0; place < sent.length; place += 4) {
      sent.writeUInt32LE(Math.imul(place, 2_654_435_761) >>> 0, place)
    }
    user.end(sent)
    program.end(sent)
    await pause(100)
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
      socket.on("error", () => undefined).on("end", () => socket.end()).resume()
      return once(socket, "close")
    })
    both[ended].destroy()
    await Promise.all(closed)
  })

  it("let a server end that accepted one of them", async () => {
    const { program, user } = await joined()
    const ended = servers.map((server) => new Promise((resolve) => server.close(resolve)))
    user.end()
    program.end()
    user.resume()
    program.resume()
    await Promise.all(ended)
  })
})

it("two connections as one pass on all that the program wrote, where it has gone since and takes no more", async () => {
  const { client, daemon, program, user } = await sides(Relay.accepted, Relay.connect)
  Relay.join(client, daemon)
  // more than the user's side of the connection and the gateway's buffer hold: the rest is not read yet
  const sent = Buffer.alloc(400 << 10, "x")
  user.on("error", () => undefined).pause()
  await new Promise((resolve) => program.write(sent, resolve))
  while (client.writableLength === 0) await pause(10)
  assert.isBelow(daemon.bytesRead, sent.length)
  const closed = [client, daemon].map((socket) => new Promise((resolve) => socket.on("close", resolve)))
  program.destroy()
  user.write("input")
  while (client.bytesRead === 0) await pause(10)
  assert.strictEqual((await whole(user)).length, sent.length)
  user.destroy()
  await Promise.all(closed)
})
