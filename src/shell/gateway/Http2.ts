/**
 * Passes the requests of connections on that speak HTTP/2 from their first byte on. Node's own HTTP/2 does the protocol. Those
 * that hold paths are translated as those of HTTP/1.1 are.
 */
import * as http2 from "node:http2"
import * as net from "node:net"
import * as RequestBody from "./RequestBody.ts"

/** What serves such connections; `close` lets the requests that run end. */
export interface Http2Server {
  readonly serve: (client: net.Socket) => void
  readonly close: () => void
}

/** As much at once as Go's HTTP/2 has for a connection and a stream: builds and images stream through. */
const [sessionWindow, streamWindow] = [16 << 20, 1 << 20]
/** As many requests of a client's at once as Go's HTTP/2 takes (golang.org/x/net/http2, `defaultMaxStreams`). */
const maxConcurrentStreams = 250
const options = { maxSessionMemory: 64, settings: { initialWindowSize: streamWindow, enablePush: false } }

/**
 * Makes what serves such connections. Each has at most one connection to the daemon, made when it is needed, so that a daemon
 * that was restarted is found again.
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
      void forward(context, connected, stream, headers, isEmpty)
    })
    session.on("error", () => daemon?.destroy()).on("close", () => {
      sessions.delete(session)
      // nobody is left who waits for an answer
      daemon?.destroy()
    })
  })
  return {
    serve: (client) => {
      // one that is at its end is gone, as it is for Go's HTTP/2; where nothing is written to it, nobody else would notice
      client.on("end", () => client.destroy())
      server.emit("connection", client)
    },
    close: () => sessions.forEach((session) => session.close())
  }
}

/** A connection to the daemon. */
const toDaemon = ({ daemon }: RequestBody.Context): http2.ClientHttp2Session => {
  const session = http2.connect("http://docker", {
    ...options,
    createConnection: () => net.connect({ path: daemon, allowHalfOpen: true })
  })
  session.on("connect", () => session.destroyed || session.setLocalWindowSize(sessionWindow))
  session.on("error", () => undefined) // the streams have it too, and answer the client
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
    const upstream = request(context, connected, stream, headers, isEmpty)
    if (upstream !== undefined && !isEmpty) pass(stream, upstream)
    return
  }
  try {
    const declared = Number(headers["content-length"] ?? 0)
    const outcome = await RequestBody.take(
      context,
      method,
      target,
      stream.iterator({ destroyOnReturn: false }),
      declared
    )
    if (outcome._tag === "Refuse") {
      stream.resume()
      refuse(stream, outcome.refusal)
      return
    }
    const { body, release } = outcome
    // a request without a body has none afterwards
    const length = isEmpty ? {} : { "content-length": String(body.length) }
    const sent = { ...headers, ":path": outcome.target, ...length }
    const upstream = request(context, connected, stream, sent, isEmpty)
    if (upstream === undefined) {
      release()
      return
    }
    upstream.on("close", release)
    if (!isEmpty) upstream.end(body)
  } catch {
    // the client is gone before the end of its body: there is nobody to tell
    stream.close(http2.constants.NGHTTP2_CANCEL)
  }
}

/** Asks the daemon, and gives the client its answer; `undefined` if the client is gone. */
const request = (
  context: RequestBody.Context,
  connected: () => http2.ClientHttp2Session,
  stream: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
  isEmpty: boolean
): http2.ClientHttp2Stream | undefined => {
  if (stream.destroyed) return undefined
  const upstream = connected().request(headers, { endStream: isEmpty, waitForTrailers: !isEmpty })
  upstream.on("headers", (more) => stream.headersSent || stream.additionalHeaders(more))
  upstream.on("response", (answer, flags) => {
    const isLast = (flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0
    // the daemon's headers alone: Node would add a date, and its types do not know the option
    const sent = { endStream: isLast, waitForTrailers: !isLast, sendDate: false }
    stream.respond(answer, sent)
    if (!isLast) pass(upstream, stream)
  })
  let isAnswered = false
  upstream.on("error", (error: NodeJS.ErrnoException) => {
    // what the daemon did to the stream is done to the client's; otherwise its connection failed
    if (stream.headersSent || error.code === "ERR_HTTP2_STREAM_ERROR") return
    isAnswered = true
    refuse(stream, RequestBody.unavailable(context, error))
  })
  upstream.on("close", () => {
    if (!isAnswered && upstream.rstCode !== http2.constants.NGHTTP2_NO_ERROR) stream.close(upstream.rstCode)
  })
  stream.on("close", () => {
    if (!upstream.destroyed && !upstream.closed) upstream.close(stream.rstCode || http2.constants.NGHTTP2_CANCEL)
  })
  return upstream
}

/** Passes what comes from one side on to the other, and its trailers behind it. */
const pass = (from: http2.Http2Stream, to: http2.Http2Stream): void => {
  let trailers: http2.IncomingHttpHeaders = {}
  from.on("trailers", (read) => void (trailers = read))
  to.on("wantTrailers", () => to.sendTrailers(trailers))
  from.pipe(to)
}

/** Answers in the daemon's place. */
const refuse = (stream: http2.ServerHttp2Stream, { body, status }: RequestBody.Refusal): void => {
  if (stream.destroyed || stream.headersSent) return
  stream.respond({ ":status": status, "content-type": "application/json" })
  stream.end(body)
}
