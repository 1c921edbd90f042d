/**
 * What passes through the gateway, to the byte: a client and a daemon that are plain sockets, and Node's own client.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import * as http from "node:http"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import { text } from "node:stream/consumers"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Gateway from "../../../src/shell/gateway/Gateway.ts"
import type { Translator } from "../../../src/shell/gateway/Translator.ts"
import { started } from "./started.ts"

let directory = ""
let gateway: Gateway.Gateway
let daemon: net.Server
let reports: Array<string> = []
let serve: (socket: net.Socket) => void = () => undefined
const at = (name: string): string => path.join(directory, name)

const translator: Translator = {
  translates: (method, target) =>
    method === "POST" && target.startsWith("/containers/create") || target.includes("dir="),
  translate: (_, target, body) =>
    body.includes("odd")
      ? { _tag: "Refused", why: "it is odd" }
      : target.includes("dir=odd")
      ? { _tag: "Refused", why: "it is odd", part: "query" }
      : { _tag: "Body", body: body.replaceAll("/home/", "/data/"), target: target.replace("=/home/", "=/data/") }
}

beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-gateway-"))
  reports = []
  daemon = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy())
    serve(socket)
  })
  daemon.listen(at("daemon"))
  await once(daemon, "listening")
  fs.chmodSync(at("daemon"), 0o660)
  gateway = await started(at, translator, reports)
})

afterEach(async () => {
  await gateway.close(0)
  daemon.close()
  fs.rmSync(directory, { recursive: true })
})

/** A daemon that reads until what it got matches, answers, and ends. */
const answering = (until: RegExp, answer: string | Buffer, ends = true) => {
  const got: Array<string> = []
  serve = (socket) => {
    let read = ""
    socket.on("data", (chunk) => {
      const before = until.test(read)
      read += chunk.toString("latin1")
      if (before || !until.test(read)) return
      got.push(read)
      socket.write(answer)
      if (ends) socket.end()
    })
  }
  return got
}

/** What a client reads that writes something and never ends. */
const exchange = async (sent: string, until: RegExp): Promise<string> => {
  const client = net.connect(at("gateway"))
  client.write(sent)
  let read = ""
  try {
    for await (const chunk of client) {
      read += (chunk as Buffer).toString("latin1")
      if (until.test(read)) break
    }
  } finally {
    client.destroy()
  }
  return read
}

const ok = "HTTP/1.1 200 OK\r\nApi-Version: 1.51\r\nX-ODD: ä\r\nContent-Length: 2\r\n\r\nOK"

describe("a request", () => {
  it("passes with its headers as they are, and so does the answer", async () => {
    const got = answering(/\r\n\r\n/, Buffer.from(ok, "latin1"))
    const sent = "GET /v1.51/_ping?a=%2F&b HTTP/1.1\r\nHOST: docker\r\nuser-AGENT: x\r\nX-A: 1\r\nX-A: 2\r\n\r\n"
    assert.strictEqual(await exchange(sent, /OK$/), ok)
    assert.strictEqual(got[0]?.replace("Connection: keep-alive\r\n", "").replace("Content-Length: 0\r\n", ""), sent)
  })

  it("that holds paths gets them translated, and its length with them", async () => {
    const got = answering(/\}$/, ok)
    const body = `{"Binds":["/home/ä:/x"],"N":1.50}`
    const length = Buffer.byteLength(body)
    await exchange(
      `POST /containers/create?name=x HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`
        + body,
      /OK$/
    )
    assert.match(got[0] ?? "", new RegExp(`\r\nContent-Length: ${length}\r\n`))
    assert.match(Buffer.from(got[0] ?? "", "latin1").toString(), /\r\n\r\n\{"Binds":\["\/data\/ä:\/x"\],"N":1\.50\}$/)
  })

  it.each(["GET", "DELETE"])("that has a path in its target gets it translated there: %s", async (method) => {
    const got = answering(/\r\n\r\n/, ok)
    assert.match(
      await exchange(`${method} /containers/x/checkpoints/c?dir=/home/a HTTP/1.1\r\nHost: d\r\n\r\n`, /OK$/),
      / 200 OK/
    )
    assert.match(got[0] ?? "", /^[A-Z]+ \/containers\/x\/checkpoints\/c\?dir=\/data\/a HTTP\/1\.1\r\n[^]*\r\n\r\n$/)
    const refused = await exchange("GET /containers/x/checkpoints?dir=odd HTTP/1.1\r\nHost: d\r\n\r\n", /\}\n$/)
    assert.include(refused, "refused: its query cannot be read (it is odd), so its paths cannot be translated")
    assert.lengthOf(got, 1)
  })

  it("that comes in chunks and waits for leave is translated as well", async () => {
    const got = answering(/\}$/, ok)
    const client = net.connect(at("gateway"))
    client.write(
      "POST /containers/create HTTP/1.1\r\nHost: d\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    const [leave] = await once(client, "data") as [Buffer]
    assert.strictEqual(leave.toString(), "HTTP/1.1 100 Continue\r\n\r\n")
    client.write(
      "8\r\n{\"a\":\"/h\r\n8\r\nome/a\"}  \r\n0\r\n\r\n".replace("  \r\n", "\r\n").replace(
        "8\r\nome/a\"}",
        "7\r\nome/a\"}"
      )
    )
    const [answer] = await once(client, "data") as [Buffer]
    client.destroy()
    assert.include(answer.toString(), "200 OK")
    assert.match(got[0] ?? "", /\r\n\r\n\{"a":"\/data\/a"\}$/)
  })

  it("streams its body and its trailers, and those of the answer", async () => {
    serve = (socket) => {
      let read = ""
      socket.on("data", (chunk) => {
        read += chunk.toString()
        if (!read.endsWith("\r\n\r\n") || !read.includes("0\r\nX-Sum: 1")) return
        socket.end(
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n3\r\nabc\r\n0\r\nX-End: 2\r\n\r\n"
        )
      })
    }
    const request = http.request({
      socketPath: at("gateway"),
      method: "POST",
      path: "/build",
      headers: { Trailer: "X-Sum" }
    })
    request.write("part")
    request.addTrailers({ "X-Sum": "1" })
    request.end()
    const [answer] = await once(request, "response") as [http.IncomingMessage]
    assert.strictEqual(await text(answer), "abc")
    assert.deepStrictEqual(answer.rawTrailers, ["X-End", "2"])
  })

  it("whose answer ends with the connection is not put into chunks", async () => {
    answering(/\r\n\r\n/, "HTTP/1.1 200 OK\r\nContent-Type: x\r\n\r\n\u0001raw")
    const answer = await exchange("GET /logs HTTP/1.1\r\nHost: d\r\n\r\n", /(?!)/)
    assert.strictEqual(answer, "HTTP/1.1 200 OK\r\nContent-Type: x\r\n\r\n\u0001raw")
  })

  it("gets the head of an answer before its first byte", async () => {
    answering(/\r\n\r\n/, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", false)
    const head = await exchange("GET /events HTTP/1.1\r\nHost: d\r\n\r\n", /\r\n\r\n/)
    assert.include(head, "200 OK")
  })

  it("is followed by others on the same connection", async () => {
    answering(/\r\n\r\n/, ok)
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    const ports = new Set<net.Socket>()
    for (let one = 0; one < 3; one++) {
      const request = http.get({ socketPath: at("gateway"), path: "/x", agent })
      request.on("socket", (socket) => ports.add(socket))
      const [answer] = await once(request, "response") as [http.IncomingMessage]
      assert.strictEqual(await text(answer), "OK")
    }
    agent.destroy()
    assert.strictEqual(ports.size, 1)
  })
})

describe("a connection that is taken over", () => {
  const upgrade =
    "POST /exec/1/start HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}"
  const switching = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"

  it("is one with the daemon's, and may end in one direction first", async () => {
    serve = (socket) => {
      let read = ""
      socket.on("data", (chunk) => {
        const before = read
        read += chunk.toString()
        if (!before.includes("{}") && read.includes("{}")) socket.write(`${switching}first`)
      })
      socket.on("end", () => socket.end(`got ${read.slice(read.indexOf("{}") + 2)}`))
    }
    const client = net.connect({ path: at("gateway"), allowHalfOpen: true })
    client.write(`${upgrade}early`)
    await once(client, "data")
    client.end("late")
    let rest = ""
    for await (const chunk of client) rest += String(chunk)
    assert.strictEqual(rest.replace("first", ""), "got earlylate")
  })

  it("has an end that came before it was one, behind what came before that", async () => {
    serve = (socket) => {
      let read = ""
      socket.on("data", (chunk) => {
        read += chunk.toString()
        if (read.endsWith("{}")) setTimeout(() => socket.write(switching), 50)
      })
      socket.on("end", () => socket.end(`got ${read.slice(read.indexOf("{}") + 2)}`))
    }
    const client = net.connect({ path: at("gateway"), allowHalfOpen: true })
    client.end(`${upgrade}input`)
    let rest = ""
    for await (const chunk of client) rest += String(chunk)
    assert.strictEqual(rest, `${switching}got input`)
  })

  it.each([0, 50])(
    "has an end that the daemon gets to know before it answers, %i ms after the request",
    async (wait) => {
      serve = (socket) => {
        socket.resume().on("end", () => {
          socket.write(switching)
          socket.end("the end")
        })
      }
      const client = net.connect({ path: at("gateway"), allowHalfOpen: true })
      client.write(upgrade)
      setTimeout(() => client.end(), wait)
      let rest = ""
      for await (const chunk of client) rest += String(chunk)
      assert.strictEqual(rest, `${switching}the end`)
    }
  )

  it("is answered where the daemon refuses, and used no more", async () => {
    answering(/\{\}$/, "HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\nno")
    const answer = await exchange(upgrade, /(?!)/)
    assert.match(answer, /^HTTP\/1\.1 409 Conflict\r\n(?:.*\r\n)*\r\nno$/)
  })

  it("is answered with all that the daemon says where that refuses, however much it is", async () => {
    const large = "x".repeat(2 << 20)
    answering(/\{\}$/, `HTTP/1.1 409 Conflict\r\nContent-Length: ${large.length}\r\n\r\n${large}`)
    assert.isTrue((await exchange(upgrade, /(?!)/)).endsWith(`\r\nConnection: close\r\n\r\n${large}`))
  })

  it("is none where the request's body comes in chunks: the daemon gets all of that", async () => {
    const got = answering(/0\r\n\r\n$/, ok)
    const sent = upgrade.replace(
      "Content-Length: 2\r\n\r\n{}",
      "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    )
    assert.match(await exchange(sent, /(?!)/), /^HTTP\/1\.1 200 OK\r\n[^]*OK$/)
    assert.match(got[0] ?? "", /\r\n\r\n2\r\n\{\}\r\n0\r\n\r\n$/)
    assert.notMatch(got[0] ?? "", /upgrade/i)
  })

  it("is none where the request holds paths: those are translated, and nothing behind it passes unread", async () => {
    const got = answering(/\}$/, ok)
    const body = `{"a":"/home/a"}`
    const sent = "POST /containers/create HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nX-A: ä\r\n"
      + `Content-Length: ${body.length}\r\n\r\n`
    const answer = await exchange(sent + body, /(?!)/)
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[^]*OK$/)
    assert.match(got[0] ?? "", /\{"a":"\/data\/a"\}$/)
    assert.notMatch(got[0] ?? "", /upgrade/i)
    assert.include(Buffer.from(got[0] ?? "", "latin1").toString(), "X-A: ä\r\n")
  })

  it.each([["/_ping", false], ["/v1.51/grpc", true], ["/session", true], ["/containers/x/grpc", false]])(
    "at %s speaks HTTP/2 afterwards: %s",
    async (target, isOffered) => {
      const got = answering(/\r\n\r\n/, ok)
      await exchange(
        `POST ${target} HTTP/1.1\r\nHost: d\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n`,
        /OK$/
      )
      assert.strictEqual(/upgrade: h2c/i.test(got[0] ?? ""), isOffered)
    }
  )
})

describe("a request that cannot be translated", () => {
  const create = (headers: string): string => `POST /containers/create HTTP/1.1\r\nHost: d\r\n${headers}\r\n\r\n`
  const message = (answer: string): string =>
    (JSON.parse(answer.slice(answer.indexOf("\r\n\r\n"))) as { readonly message: string }).message
  const remedy = "so its paths cannot be translated; send less, or the daemon's own paths to the daemon's own socket"

  it("is refused in the daemon's form, with the next step", async () => {
    const got = answering(/\}$/, ok)
    const answer = await exchange(`${create("Content-Length: 9")}{"odd":1}`, /\}\n$/)
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/json\r\n/)
    assert.strictEqual(
      message(answer),
      `docker-shim gateway: refused: its body cannot be read (it is odd), ${remedy}`
    )
    assert.deepStrictEqual(reports, [
      `POST /containers/create was refused: its body cannot be read (it is odd), ${remedy}`
    ])
    assert.lengthOf(got, 0)
  })

  it("is refused before it is sent where it is too large and asks for leave", async () => {
    const got = answering(/\r\n\r\n/, ok)
    const answer = await exchange(create(`Expect: 100-continue\r\nContent-Length: ${17 << 20}`), /\}\n$/)
    assert.match(answer, /^HTTP\/1\.1 413 /)
    assert.strictEqual(message(answer), `docker-shim gateway: refused: its body is larger than 16 MiB, ${remedy}`)
    assert.lengthOf(got, 0)
  })

  it("is refused where it grows too large, and its client may go on", async () => {
    answering(/\r\n\r\n/, ok)
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    const post = async (target: string, size: number): Promise<number | undefined> => {
      const request = http.request({ socketPath: at("gateway"), method: "POST", path: target, agent })
      const answered = once(request, "response") as Promise<[http.IncomingMessage]>
      for (let sent = 0; sent < size; sent += 1 << 20) request.write(Buffer.alloc(1 << 20, " "))
      request.end("{}")
      const [answer] = await answered
      await text(answer)
      return answer.statusCode
    }
    assert.strictEqual(await post("/containers/create", 17 << 20), 413)
    assert.strictEqual(await post("/containers/json", 0), 200)
    agent.destroy()
  })

  it("is refused where its paths are no UTF-8; what holds none passes as it is", async () => {
    const got = answering(/\}$/, ok)
    const send = (body: string): Promise<string> =>
      new Promise((resolve) => {
        const client = net.connect(at("gateway"))
        client.write(Buffer.from(`${create(`Content-Length: ${body.length}`)}${body}`, "latin1"))
        client.once("data", (chunk: Buffer) => {
          client.destroy()
          resolve(chunk.toString("latin1"))
        })
      })
    assert.match(await send(`{"a":"/home/\xff"}`), /^HTTP\/1\.1 400 [^]*its body is not UTF-8, so its paths cannot/)
    assert.lengthOf(got, 0)
    assert.match(await send(`{"a":"/x/\xff"}`), /^HTTP\/1\.1 200 /)
    assert.match(got[0] ?? "", /\{"a":"\/x\/\xff"\}$/)
  })

  it("does not take the machine's memory, of two hundred clients", async () => {
    answering(/\r\n\r\n/, ok)
    const clients = Array.from({ length: 200 }, () => net.connect(at("gateway")).on("error", () => undefined))
    let refused = 0
    for (const client of clients) {
      client.on("data", (chunk) => refused += String(chunk).startsWith("HTTP/1.1 503 ") ? 1 : 0)
      client.write(create(`Content-Length: ${15 << 20}`))
      client.write(Buffer.alloc(1 << 20, " "))
    }
    // 64 MiB are what may be in memory
    while (refused < 136) await new Promise((resolve) => setTimeout(resolve, 20))
    clients.forEach((client) => client.destroy())
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.match(await exchange(`${create("Content-Length: 2")}{}`, /OK$/), /200 OK/)
  })
})

describe("the gateway", () => {
  it("has the mode of the daemon's socket", () => {
    assert.strictEqual(fs.statSync(at("gateway")).mode & 0o777, 0o660)
  })

  it("says in the daemon's form that the daemon is gone", async () => {
    daemon.close()
    fs.rmSync(at("daemon"), { force: true })
    const answer = await exchange("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n", /\}\n/)
    assert.match(answer, /^HTTP\/1\.1 503 [\s\S]*\{"message":"docker-shim gateway: cannot reach the Docker daemon/)
    assert.lengthOf(reports, 1)
  })

  it("does not take the place of another", async () => {
    const second = Gateway.start({
      listen: { path: at("gateway"), like: at("daemon") },
      daemon: at("daemon"),
      translator,
      report: () => undefined,
      presence: () => ""
    })
    const refused = await second.then(() => "started", (error: unknown) => String(error))
    assert.match(refused, /another program listens at/)
  })

  it("takes the place of one that was killed", async () => {
    const place = at("killed")
    const killed = net.createServer().listen(place)
    await once(killed, "listening")
    fs.linkSync(place, `${place}.kept`)
    await new Promise((resolve) => killed.close(resolve))
    fs.renameSync(`${place}.kept`, place)
    const next = await Gateway.start({
      listen: { path: place, like: at("daemon") },
      daemon: at("daemon"),
      translator,
      report: () => undefined,
      presence: () => ""
    })
    answering(/\r\n\r\n/, ok)
    const answer = await new Promise((resolve) =>
      http.get({ socketPath: place, path: "/" }, (got) => resolve(text(got)))
    )
    await next.close(0)
    assert.strictEqual(answer, "OK")
  })

  it("serves two hundred connections at once, and forgets clients that are gone", async () => {
    answering(/\r\n\r\n/, ok)
    const answers = await Promise.all(Array.from({ length: 200 }, async (_, one) => {
      if (one % 4 === 0) {
        net.connect(at("gateway")).on("error", () => undefined).end("GET /x HTTP/1.1\r\nHo").destroy()
        return "OK"
      }
      const request = http.get({ socketPath: at("gateway"), path: "/x", agent: false })
      const [answer] = await once(request, "response") as [http.IncomingMessage]
      return text(answer)
    }))
    assert.deepStrictEqual([...new Set(answers)], ["OK"])
  })

  it("lets what runs end when it is closed, and ends it after a while", async () => {
    answering(/\r\n\r\n/, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", false)
    const client = net.connect(at("gateway")).on("error", () => undefined)
    client.write("GET /events HTTP/1.1\r\nHost: d\r\n\r\n")
    await once(client, "data")
    const begun = performance.now()
    await gateway.close(300)
    assert.isAtLeast(performance.now() - begun, 290)
    gateway = { close: () => Promise.resolve() }
  })
})
