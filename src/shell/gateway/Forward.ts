/**
 * Passes one request of HTTP/1.1 on to the daemon, and its response back.
 */
import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
  STATUS_CODES
} from "node:http"
import * as Memory from "../process/Memory.ts"
import * as DaemonConnection from "./DaemonConnection.ts"
import * as Exchange from "./Exchange.ts"
import * as Presence from "./Presence.ts"
import * as Relay from "./Relay.ts"
import * as RequestBody from "./RequestBody.ts"
import { maxBody } from "./Translator.ts"

/** The gateway's parts that passing on needs; see `Gateway.serve`. */
export type Context = RequestBody.Context

/**
 * Passes a request on. Headers keep their order and spelling, bodies stream in both directions, trailers follow them.
 */
export const forward = (context: Context, request: IncomingMessage, response: ServerResponse): void => {
  const { headers, method = "", url = "" } = request
  if (url === Presence.path) return present(context, response)
  if (!context.translator.translates(method, url)) return stream(context, request, response)
  const declared = Number(headers["content-length"] ?? 0)
  // the body is needed before the daemon is asked; a client that gets a refusal sends none
  const isSent = !isExpecting(request) || declared <= maxBody
  if (isExpecting(request) && isSent) response.writeContinue()
  const source = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  void RequestBody.take(context, method, url, source, declared).then(
    (outcome) => {
      if (outcome._tag === "Send") return send(context, request, response, outcome)
      refuse(response, outcome.refusal, isSent && !request.complete ? request : undefined)
    }
  ).catch((error: unknown) => {
    // a client that is gone before the end of its body gets no answer
    if (request.complete) refuse(response, Exchange.broken(context, nameOf(request), error))
    else response.destroy()
  })
}

/** What reports call a request. */
export const nameOf = ({ method = "", url = "" }: IncomingMessage): string => `${method} ${url}`

/**
 * Sends the client's request to the daemon, with the headers as Node lists them: over a connection of an agent, or over one of
 * its own, which may end in one direction first.
 */
export const toDaemon = (
  { daemon }: Context,
  request: IncomingMessage,
  headers: ReadonlyArray<string>,
  agent?: Agent,
  target = request.url
): ClientRequest => {
  const { method } = request
  const has = (header: string): boolean => pairs(headers).some(([name]) => name.toLowerCase() === header)
  // without a length, Node would announce a body in chunks, although the client sends none
  const isEmpty = isBodiless(request) && !has("content-length")
  // HTTP/1.0 needs no host, but Node asks with 1.1; without one there the daemon would refuse the request, as it should in 1.1
  const isUnnamed = request.httpVersion === "1.0" && !has("host")
  const upstream = httpRequest({
    maxHeaderSize: maxAnswerHead,
    ...(agent === undefined ? { createConnection: () => Relay.connect(daemon) } : { agent }),
    method,
    path: target,
    headers: [
      ...(isUnnamed ? ["Host", "docker"] : []),
      ...without(headers, isChunked(headers) ? [] : ["trailer"]),
      ...(isEmpty ? ["Content-Length", "0"] : [])
    ]
  })
  // Node would leave out those beyond 2,000, and say nothing
  upstream.maxHeadersCount = 0
  return upstream
}

/** In bytes, as much as Go's client takes (Go 1.24, `net/http/transport.go`); Node's takes 16 kB. */
const maxAnswerHead = 10 << 20

const present = ({ presence }: Context, response: ServerResponse): void => {
  const body = presence()
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) })
  response.end(body)
}

/** Sends a complete body. */
const send = (
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
  { body, release, target }: RequestBody.Outcome & { readonly _tag: "Send" }
): void => {
  // the client may have gone while its body was translated
  if (response.destroyed) return release()
  response.on("close", release)
  const headers = without(request.rawHeaders, ["content-length", "transfer-encoding", "expect"])
  const sent = [...headers, "Content-Length", String(body.length)]
  const upstream = toDaemon(context, request, sent, DaemonConnection.of(context.daemon, request.socket), target)
  answer(context, request, upstream, response)
  upstream.end(body)
}

/** Passes a body on as it comes. */
const stream = (context: Context, request: IncomingMessage, response: ServerResponse): void => {
  const agent = DaemonConnection.of(context.daemon, request.socket)
  const upstream = toDaemon(context, request, request.rawHeaders, agent)
  if (isExpecting(request)) upstream.on("continue", () => response.writeContinue())
  answer(context, request, upstream, response)
  if (isBodiless(request)) return void upstream.end()
  request.on("end", () => {
    upstream.addTrailers(pairs(request.rawTrailers))
    upstream.end()
  })
  Memory.keepReadSmall(request)
  request.pipe(upstream, { end: false })
  passOn(request, upstream, response)
}

/**
 * Passes a body on even if the daemon has answered before its end. Node then no longer says when its connection takes more
 * (`lib/_http_client.js`, `socketOnData`). If the daemon ends the connection, so does the gateway for the client: nobody would
 * read the rest, and so nobody would notice that the client is gone.
 */
const passOn = (request: IncomingMessage, upstream: ClientRequest, response: ServerResponse): void => {
  const more = (): boolean => upstream.emit("drain")
  upstream.on("response", (incoming) =>
    incoming.on("end", () => {
      const { socket } = upstream
      if (socket === null || upstream.writableFinished) return
      socket.on("drain", more)
      upstream.once("close", () => socket.off("drain", more))
      more()
    }))
  upstream.on("close", () => {
    const leave = (): void => request.socket.destroySoon()
    if (request.complete) return
    if (response.writableFinished) leave()
    else response.once("finish", leave)
  })
}

/** Gives the client the daemon's answer. If one of the two is gone, ends the other. */
export const answer = (
  context: Context,
  request: IncomingMessage,
  upstream: ClientRequest,
  response: ServerResponse
): void => {
  const fail = (error: NodeJS.ErrnoException): void => {
    // a daemon that ends an idle connection may do so as the next request comes; its clients know that, and ask again
    if (response.destroyed || upstream.reusedSocket) return void response.destroy()
    // of an answer that has begun, its own end tells whether it is whole
    if (response.headersSent) return
    refuse(response, RequestBody.unavailable(context, error))
  }
  upstream.on("response", (incoming) => respond(context, request, incoming, response))
  upstream.on("error", fail)
  // also if the daemon takes over a connection (101) and nobody asked it to
  upstream.on("close", () => {
    if (!response.headersSent) fail(new Error("it gave no answer"))
  })
  response.on("close", () => {
    if (!response.writableFinished) upstream.destroy()
  })
  passEnd(request, upstream, response)
}

/**
 * If the client ends its side before it has the answer, as `nc -N` does, ends the side of the daemon's connection too: what that
 * means is the daemon's decision, as it is without a gateway.
 */
const passEnd = ({ socket }: IncomingMessage, upstream: ClientRequest, response: ServerResponse): void => {
  const end = (): void => {
    response.shouldKeepAlive = false
    if (upstream.writableFinished) upstream.socket?.end()
    else upstream.once("finish", () => upstream.socket?.end())
  }
  if (socket.readableEnded) return end()
  socket.once("end", end)
  response.once("close", () => socket.off("end", end))
}

/** Passes a response on. If Node does not take its head, answers in the daemon's place. */
export const respond = (
  context: Context,
  request: IncomingMessage,
  incoming: IncomingMessage,
  response: ServerResponse
): void =>
  Exchange.step(context, nameOf(request), (refusal) => {
    incoming.destroy()
    refuse(response, refusal)
  }, () => passAnswer(request, incoming, response))

/**
 * A stream that waits for its first event (`docker events`) gets its head at once; otherwise the head goes with the first bytes.
 * Node 20 writes a head alone as UTF-8, which would change other bytes.
 */
const flushSoon = (incoming: IncomingMessage, response: ServerResponse, headers: ReadonlyArray<string>): void => {
  if (/[^\0-\x7f]/.test(headers.join(""))) return
  setImmediate(() => {
    if (!incoming.readableDidRead && !response.writableEnded && !response.destroyed) response.flushHeaders()
  })
}

const passAnswer = (request: IncomingMessage, incoming: IncomingMessage, response: ServerResponse): void => {
  const status = incoming.statusCode ?? 502
  const isOld = request.httpVersion === "1.0"
  const isBare = status === 204 || status === 304
  const inChunks = isChunked(incoming.rawHeaders) && !isOld && !isBare
  const isDelimited = request.method === "HEAD" || isBare || incoming.headers["content-length"] !== undefined ||
    inChunks
  // a connection that was handed over takes no further request
  const close = response.shouldKeepAlive ? [] : ["Connection", "close"]
  // a response that ends with its connection ends so for the client as well, and not in chunks
  if (!isDelimited) {
    response.shouldKeepAlive = false
    response.useChunkedEncodingByDefault = false
  }
  // only the daemon's headers
  response.sendDate = false
  response.removeHeader("connection")
  // the connection may end only if it was for this request alone
  const hidden = [
    ...(response.shouldKeepAlive || close.length > 0 ? ["connection"] : []),
    // with it, Node ends the connection of an answer without a body, and does not say so
    ...(isOld || isBare ? ["transfer-encoding"] : []),
    ...(inChunks ? [] : ["trailer"])
  ]
  const headers = [...without(incoming.rawHeaders, hidden), ...close]
  response.writeHead(status, incoming.statusMessage, headers)
  flushSoon(incoming, response, headers)
  const isWhole = (): boolean => incoming.complete || !isDelimited
  incoming.on("end", () => {
    if (!isWhole()) return
    response.addTrailers(pairs(incoming.rawTrailers))
    response.end()
  })
  incoming.on("close", () => {
    if (!isWhole()) response.destroy()
  })
  Memory.keepReadSmall(incoming)
  incoming.pipe(response, { end: false })
}

/**
 * Answers in the daemon's place. If the connection ended now, a client that is still sending its request would not read the
 * answer. So the rest of the request, `unread`, is read first.
 */
export const refuse = (
  response: ServerResponse,
  { body, status }: RequestBody.Refusal,
  unread?: IncomingMessage
): void => {
  if (response.destroyed) return
  if (response.headersSent) return void response.destroy()
  // the reason of an answer that could not be passed on may still be set
  response.writeHead(status, STATUS_CODES[status], {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    ...(unread === undefined && !response.req.complete ? { Connection: "close" } : {})
  })
  response.write(body)
  if (unread === undefined) response.end()
  else unread.on("end", () => response.end()).resume()
}

/** Whether a request says that it has no body. */
export const isBodiless = ({ headers }: IncomingMessage): boolean =>
  headers["content-length"] === undefined && headers["transfer-encoding"] === undefined

const isExpecting = (request: IncomingMessage): boolean => request.headers.expect?.toLowerCase() === "100-continue"

/** Node's list of headers, name after value, as pairs. */
const pairs = (raw: ReadonlyArray<string>): Array<[string, string]> =>
  Array.from({ length: raw.length / 2 }, (_, at) => [raw[at * 2] ?? "", raw[at * 2 + 1] ?? ""])

/** Whether Node sends a message with these headers in chunks (`lib/_http_common.js`, `chunkExpression`). Others have no trailers. */
const isChunked = (raw: ReadonlyArray<string>): boolean =>
  pairs(raw).some(([name, value]) =>
    name.toLowerCase() === "transfer-encoding" && /(?:^|\W)chunked(?:$|\W)/i.test(value)
  )

/** The text of a head: its first line, and headers as Node lists them. */
export const headText = (first: string, raw: ReadonlyArray<string>): string =>
  `${[first, ...pairs(raw).map(([name, value]) => `${name}: ${value}`)].join("\r\n")}\r\n\r\n`

/** Node's list of headers without some. */
export const without = (raw: ReadonlyArray<string>, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.length === 0 ? raw : pairs(raw).filter(([name]) => !names.includes(name.toLowerCase())).flat()
