/**
 * Serves connections that speak HTTP/2 from the first byte. Node's own HTTP/2 does the protocol. Requests with paths are
 * translated as those of HTTP/1.1 are.
 */
import * as http2 from "node:http2"
import * as net from "node:net"
import * as Memory from "../process/Memory.ts"
import * as Exchange from "./Exchange.ts"
import * as Http2Failure from "./Http2Failure.ts"
import * as RequestBody from "./RequestBody.ts"

/** Serves HTTP/2 connections. `close` waits for running requests. */
export interface Http2Server {
  readonly serve: (client: net.Socket) => void
  readonly close: () => void
}

/** In bytes, as large as Go's HTTP/2 has them for a connection and a stream: builds and images stream through. */
const [sessionWindow, streamWindow] = [16 << 20, 1 << 20]
/** The most requests of a client at once, as many as Go's HTTP/2 accepts (golang.org/x/net/http2, `defaultMaxStreams`). */
export const maxConcurrentStreams = 250
/** Node takes 128 headers unless told; Go limits their bytes alone. */
const maxHeaderListPairs = 1 << 16
const options = {
  maxSessionMemory: 64,
  maxHeaderListPairs,
  settings: { initialWindowSize: streamWindow, enablePush: false }
}

/**
 * Makes a server for HTTP/2 connections. Each has at most one connection to the daemon, made when it is needed: so it finds a
 * restarted daemon again.
 */
export const createServer = (context: RequestBody.Context): Http2Server => {
  const server = http2.createServer({ ...options, settings: { ...options.settings, maxConcurrentStreams } })
  const sessions = new Set<http2.ServerHttp2Session>()
  server.on("session", (session) => {
    sessions.add(session)
    let daemon: http2.ClientHttp2Session | undefined
    const connected = (): http2.ClientHttp2Session => {
      if (daemon === undefined || daemon.closed || daemon.destroyed) daemon = toDaemon(context)
      return daemon
    }
    session.setLocalWindowSize(sessionWindow)
    session.on("stream", (stream, headers, flags) => {
      stream.on("error", () => undefined) // `close` tells the other side
      const isEmpty = (flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0
      forward(context, connected, stream, headers, isEmpty).catch((error: unknown) => {
        refuse(stream, Exchange.broken(context, nameOf(headers), error))
      })
    })
    session.on("error", () => daemon?.destroy()).on("close", () => {
      sessions.delete(session)
      // nobody is left who waits for an answer
      daemon?.destroy()
    })
  })
  return {
    serve: (client) => {
      // a client that ends its side is gone, as for Go's HTTP/2; if nothing is written to it, nobody else would notice
      client.on("end", () => client.destroy())
      server.once("session", (session) => Http2Failure.watch(session, client))
      server.emit("connection", client)
    },
    close: () => sessions.forEach((session) => session.close())
  }
}

/** A connection to the daemon. */
const toDaemon = ({ daemon }: RequestBody.Context): http2.ClientHttp2Session => {
  const socket = net.connect({ path: daemon, allowHalfOpen: true })
  const session = http2.connect("http://docker", { ...options, createConnection: () => socket })
  Http2Failure.watch(session, socket)
  session.on("connect", () => session.destroyed || session.setLocalWindowSize(sessionWindow))
  session.on("error", () => undefined) // the streams get the error too, and answer the client
  return session
}

const forward = async (
  context: RequestBody.Context,
  connected: () => http2.ClientHttp2Session,
  stream: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
  isEmpty: boolean
): Promise<void> => {
  const [method, target] = [headers[":method"] ?? "", headers[":path"] ?? ""]
  if (!context.translator.translates(method, target)) {
    request(context, connected, stream, headers, isEmpty)
    return
  }
  const declared = Number(headers["content-length"] ?? 0)
  const source = stream.iterator({ destroyOnReturn: false })
  const outcome = await RequestBody.take(context, method, target, source, declared).catch((error: unknown) => {
    if (stream.readableEnded) throw error
  })
  // the client is gone before the end of its body: there is nobody to tell
  if (outcome === undefined) {
    stream.close(http2.constants.NGHTTP2_CANCEL)
    return
  }
  if (outcome._tag === "Refuse") {
    refuse(stream, outcome.refusal)
    return
  }
  const { body, release } = outcome
  if (stream.destroyed) {
    release()
    return
  }
  stream.on("close", release)
  // a request without a body stays without one
  const length = isEmpty ? {} : { "content-length": String(body.length) }
  request(context, connected, stream, { ...headers, ":path": outcome.target, ...length }, isEmpty, body)
}

/** What reports call a request. */
const nameOf = (headers: http2.IncomingHttpHeaders): string => `${headers[":method"] ?? ""} ${headers[":path"] ?? ""}`

/**
 * A request's headers as Node's client sends them: nghttp2's server takes `te: Trailers`, and a header that belongs to HTTP/1.1.
 */
const sendable = (headers: http2.IncomingHttpHeaders): http2.OutgoingHttpHeaders => ({
  ...headers,
  "http2-settings": undefined,
  ...(headers["te"] === undefined ? {} : { te: String(headers["te"]).toLowerCase() })
})

/** Asks the daemon, with a whole body or with the client's as it comes, and gives the client its answer. */
const request = (
  context: RequestBody.Context,
  connected: () => http2.ClientHttp2Session,
  stream: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
  isEmpty: boolean,
  body?: Buffer
): void => {
  if (isGone(stream)) return
  const upstream = connected().request(sendable(headers), { endStream: isEmpty, waitForTrailers: !isEmpty })
  let isAnswered = false
  const step = (take: () => void): void => {
    if (isGone(stream)) return
    Exchange.step(context, nameOf(headers), (refusal) => {
      isAnswered = true
      refuse(stream, refusal)
      upstream.close(http2.constants.NGHTTP2_CANCEL)
    }, take)
  }
  upstream.on("headers", (more) => step(() => stream.headersSent || stream.additionalHeaders(more)))
  upstream.on("response", (answer, flags) =>
    step(() => {
      const isLast = (flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0
      // only the daemon's headers: Node would add a date, and its types do not know the option
      const sent = { endStream: isLast, waitForTrailers: !isLast, sendDate: false }
      stream.respond(answer, sent)
      if (!isLast) pass(upstream, stream, step)
    }))
  upstream.on("error", (error: NodeJS.ErrnoException) => {
    // if the daemon reset the stream, so does the gateway for the client; any other error means that the connection failed
    if (stream.headersSent || error.code === "ERR_HTTP2_STREAM_ERROR") return
    isAnswered = true
    refuse(stream, RequestBody.unavailable(context, error))
  })
  upstream.on("close", () => {
    if (!isAnswered && upstream.rstCode !== http2.constants.NGHTTP2_NO_ERROR) stream.close(upstream.rstCode)
    // nobody else reads what the client still sends, and its end would not be noticed
    stream.resume()
  })
  stream.on("close", () => {
    if (!upstream.destroyed && !upstream.closed) upstream.close(stream.rstCode || http2.constants.NGHTTP2_CANCEL)
  })
  if (isEmpty) return
  if (body === undefined) pass(stream, upstream, step)
  else upstream.end(body)
}

/** Whether a client takes no more of an answer: Node then throws. */
const isGone = (stream: http2.Http2Stream): boolean => stream.destroyed || stream.closed

/** Passes data from one side to the other, and then the trailers. */
const pass = (from: http2.Http2Stream, to: http2.Http2Stream, step: (take: () => void) => void): void => {
  let trailers: http2.IncomingHttpHeaders = {}
  from.on("trailers", (read) => void (trailers = read))
  to.on("wantTrailers", () => step(() => to.sendTrailers(trailers)))
  Memory.keepReadSmall(from)
  from.pipe(to)
}

/**
 * Answers in the daemon's place. The rest of the request is read: a reset, as Go sends it, ends some of Node 20's clients that
 * still write (an assertion in `src/node_mem-inl.h`).
 */
const refuse = (stream: http2.ServerHttp2Stream, { body, status }: RequestBody.Refusal): void => {
  if (isGone(stream)) return
  if (stream.headersSent) return stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR)
  stream.respond({ ":status": status, "content-type": "application/json" })
  stream.end(body)
  stream.resume()
}
