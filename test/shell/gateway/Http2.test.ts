/**
 * Connections that speak HTTP/2 from their first byte on, as gRPC clients do, through the gateway: Node's own HTTP/2 on both
 * sides of it.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import * as http2 from "node:http2"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import { Readable } from "node:stream"
import { buffer, text } from "node:stream/consumers"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import type * as Gateway from "../../../src/shell/gateway/Gateway.ts"
import { started } from "./started.ts"

type Serve = (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void

let directory = ""
let gateway: Gateway.Gateway
let daemon: http2.Http2Server
let client: http2.ClientHttp2Session
let serve: Serve
let reports: Array<string>
const at = (name: string): string => path.join(directory, name)

const connect = (): http2.ClientHttp2Session =>
  http2.connect("http://docker", { createConnection: () => net.connect(at("gateway")), maxHeaderListPairs: 2_000 }).on(
    "error",
    () => undefined
  )

beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-gateway-"))
  reports = []
  daemon = http2.createServer({ maxHeaderListPairs: 2_000 })
  daemon.on("stream", (stream, headers) => {
    stream.on("error", () => undefined)
    serve(stream, headers)
  })
  daemon.listen(at("daemon"))
  await once(daemon, "listening")
  gateway = await started(at, {
    translates: (method, target) =>
      method === "POST" && target.startsWith("/containers/create") || target.includes("dir="),
    translate: (_, target, body) =>
      body.includes("odd")
        ? { _tag: "Refused", why: "it is odd" }
        : { _tag: "Body", body: body.replaceAll("/home/", "/data/"), target: target.replace("=/home/", "=/data/") }
  }, reports)
  client = connect()
})

afterEach(async () => {
  client.destroy()
  await gateway.close(0)
  daemon.close()
  fs.rmSync(directory, { recursive: true })
})

/** A daemon that keeps what it got, and answers. */
const answering = (status: number, answer: string, trailers: http2.OutgoingHttpHeaders = {}) => {
  const got: Array<{ readonly headers: http2.IncomingHttpHeaders; readonly body: string }> = []
  serve = (stream, headers) =>
    void text(stream).then((body) => {
      got.push({ headers, body })
      const sent = { waitForTrailers: true, sendDate: false }
      stream.respond({ ":status": status, "x-answer": "yes" }, sent)
      stream.on("wantTrailers", () => stream.sendTrailers(trailers))
      stream.end(answer)
    })
  return got
}

/** Headers as they are printed: without the symbol that Node adds. */
const plain = (headers: object): unknown => JSON.parse(JSON.stringify(headers))

/** One request, and its whole answer. */
const ask = async (headers: http2.OutgoingHttpHeaders, body = "", trailers: http2.OutgoingHttpHeaders = {}) => {
  const request = client.request(headers, { endStream: false, waitForTrailers: true })
  request.on("wantTrailers", () => request.sendTrailers(trailers))
  request.end(body)
  let ended: http2.IncomingHttpHeaders = {}
  request.on("trailers", (read: http2.IncomingHttpHeaders) => void (ended = read))
  const [answer] = await once(request, "response") as [Readonly<Record<string, unknown>>]
  return {
    answer: plain(answer) as Readonly<Record<string, unknown>>,
    body: await text(request),
    trailers: plain(ended)
  }
}

describe("a request of HTTP/2", () => {
  it("passes with its headers, and so does the answer, with nothing added", async () => {
    const got = answering(201, "made")
    const { answer, body } = await ask({ ":path": "/v1.55/_ping?a=%2F", "x-a": ["1", "2"], "user-agent": "x" })
    assert.deepStrictEqual([answer, body], [{ ":status": 201, "x-answer": "yes" }, "made"])
    assert.deepStrictEqual(plain(got[0]?.headers ?? {}), {
      ":method": "GET",
      ":path": "/v1.55/_ping?a=%2F",
      ":scheme": "http",
      ":authority": "docker:80",
      "x-a": "1, 2",
      "user-agent": "x"
    })
  })

  it("passes with a thousand headers, and so does the answer", async () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, number) => [`x-${number}`, "1"]))
    serve = (stream, headers) => {
      const sent = Object.entries(headers).filter(([name]) => name.startsWith("x-"))
      const options = { endStream: true, sendDate: false }
      stream.respond({ ":status": 200, ...Object.fromEntries(sent) }, options)
    }
    const { answer } = await ask({ ":path": "/x", ...many })
    assert.deepStrictEqual(answer, { ":status": 200, ...many })
  })

  it("that holds paths gets them translated, and its length with them", async () => {
    const got = answering(201, "made")
    const body = `{"Binds":["/home/ä:/x"],"N":1.50}`
    await ask(
      { ":method": "POST", ":path": "/containers/create", "content-length": String(Buffer.byteLength(body)) },
      body
    )
    assert.strictEqual(got[0]?.body, `{"Binds":["/data/ä:/x"],"N":1.50}`)
    assert.strictEqual(got[0]?.headers["content-length"], String(Buffer.byteLength(body)))
  })

  it("that has a path in its target gets it translated there", async () => {
    const got = answering(200, "OK")
    const request = client.request({ ":path": "/containers/x/checkpoints?dir=/home/a" })
    assert.strictEqual(await text(request), "OK")
    const [sent] = got
    assert.deepStrictEqual([sent?.headers[":path"], sent?.body], ["/containers/x/checkpoints?dir=/data/a", ""])
    assert.isUndefined(sent?.headers["content-length"])
  })

  it("that cannot be translated is refused in the daemon's form", async () => {
    const got = answering(201, "made")
    const { answer, body } = await ask({ ":method": "POST", ":path": "/containers/create" }, `{"odd":1}`)
    assert.strictEqual(answer[":status"], 400)
    assert.match(
      body,
      /^\{"message":"docker-shim gateway: refused: its body cannot be read \(it is odd\), so its paths/
    )
    assert.lengthOf(reports, 1)
    const large = await ask({ ":method": "POST", ":path": "/containers/create" }, " ".repeat(17 << 20))
    assert.strictEqual(large.answer[":status"], 413)
    assert.lengthOf(got, 0)
    assert.strictEqual((await ask({ ":path": "/x" })).answer[":status"], 201)
  })

  it("has trailers in both directions, as those of gRPC", async () => {
    const ended: Array<unknown> = []
    serve = (stream) => {
      stream.on("trailers", (trailers) => ended.push(plain(trailers)))
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true })
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }))
      stream.pipe(stream)
    }
    const { body, trailers } = await ask({ ":method": "POST", ":path": "/a.B/C", te: "trailers" }, "abc", {
      "x-end": "1"
    })
    assert.deepStrictEqual([body, trailers, ended], ["abc", { "grpc-status": "0" }, [{ "x-end": "1" }]])
  })

  it.each(["/x", "/containers/create"])(
    "is over with its answer, although the daemon reads no more: %s",
    async (target) => {
      serve = (stream) => {
        stream.respond({ ":status": 400 })
        // as Go does after an answer whose request it has not read (golang.org/x/net/http2, `writeEndsStream`)
        stream.end("never", () => stream.close(http2.constants.NGHTTP2_NO_ERROR))
      }
      const request = client.request({ ":method": "POST", ":path": target })
      request.on("error", () => undefined).end(Buffer.alloc(8 << 20, "x"))
      const closed = once(request, "close")
      assert.strictEqual(await text(request), "never")
      await closed
    }
  )

  it("has an answer of trailers alone", async () => {
    serve = (stream) => stream.respond({ ":status": 200, "grpc-status": "12" }, { endStream: true })
    const { answer, body } = await ask({ ":method": "POST", ":path": "/a.B/C" }, "abc")
    assert.deepStrictEqual([answer["grpc-status"], body], ["12", ""])
  })

  it("streams what is large in both directions, byte for byte", async () => {
    serve = (stream) => {
      stream.respond({ ":status": 200 })
      stream.pipe(stream)
    }
    const sent = Buffer.alloc(30 << 20)
    for (let at = 0; at < sent.length; at += 4) sent.writeUInt32LE(Math.imul(at, 2_654_435_761) >>> 0, at)
    const request = client.request({ ":method": "POST", ":path": "/echo" })
    Readable.from(Array.from({ length: 480 }, (_, one) => sent.subarray(one << 16, (one + 1) << 16))).pipe(request)
    assert.isTrue((await buffer(request)).equals(sent))
  })

  it("is one of a hundred at once", async () => {
    answering(200, "OK")
    const answers = await Promise.all(Array.from({ length: 100 }, (_, one) => ask({ ":path": `/${one}` })))
    assert.deepStrictEqual([...new Set(answers.map(({ body }) => body))], ["OK"])
  })

  it("whose first bytes come one by one is one all the same", async () => {
    answering(200, "OK")
    const slow = net.connect(at("gateway"))
    const bytes: Array<Buffer> = []
    slow.on("data", (chunk) => bytes.push(chunk))
    for (const part of ["P", "RI * HT", "TP/2.0\r\n\r\nSM\r\n\r\n", "\0\0\0\x04\0\0\0\0\0"]) {
      slow.write(part, "latin1")
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
    slow.destroy()
    // a frame of settings (type 4) answers the preface
    assert.strictEqual(Buffer.concat(bytes)[3], 4)
  })
})

describe("a connection of HTTP/2", () => {
  it("tells the daemon that a client gave a request up, and the client that the daemon did", async () => {
    const codes: Array<number> = []
    const given = client.request({ ":method": "POST", ":path": "/x" })
    const begun = new Promise<void>((resolve) => {
      serve = (stream) => {
        stream.on("close", () => codes.push(stream.rstCode))
        resolve()
      }
    })
    given.on("error", () => undefined).write("part")
    await begun
    given.close(http2.constants.NGHTTP2_CANCEL)
    while (codes.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    assert.deepStrictEqual(codes, [http2.constants.NGHTTP2_CANCEL])
    serve = (stream) => stream.close(http2.constants.NGHTTP2_REFUSED_STREAM)
    const refused = client.request({ ":path": "/x" })
    await once(refused, "close").catch(() => undefined)
    assert.strictEqual(refused.rstCode, http2.constants.NGHTTP2_REFUSED_STREAM)
  })

  it("says that the daemon is gone, and the next one finds the daemon again", async () => {
    client.destroy()
    await new Promise((resolve) => daemon.close(resolve))
    client = connect()
    const { answer, body } = await ask({ ":path": "/x" })
    assert.strictEqual(answer[":status"], 503)
    assert.include(body, "Is the docker daemon running?")
    daemon = http2.createServer({ maxHeaderListPairs: 2_000 }).on("stream", (stream) => {
      stream.respond({ ":status": 200 })
      stream.end("back")
    }).listen(at("daemon"))
    await once(daemon, "listening")
    client = connect()
    assert.strictEqual((await ask({ ":path": "/x" })).body, "back")
  })

  it("is let go when the gateway closes, after what runs on it", async () => {
    let go: () => void = () => undefined
    serve = (stream) => {
      stream.respond({ ":status": 200 })
      go = () => void stream.end("done")
    }
    const request = client.request({ ":path": "/slow" })
    await once(request, "response")
    const closed = gateway.close(5_000)
    await once(client, "goaway")
    go()
    assert.strictEqual(await text(request), "done")
    const begun = performance.now()
    await closed
    assert.isBelow(performance.now() - begun, 2_000)
  })
})
