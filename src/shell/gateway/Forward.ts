/**
 * Passes one request of HTTP/1.1 on to the daemon, and its response back.
 */
import { type ClientRequest, type IncomingMessage, request as httpRequest, type ServerResponse } from "node:http"
import { connect } from "node:net"
import { maxBody, type Translator } from "./Translator.ts"

/**
 * What passing on depends on, see `Gateway.serve`.
 *
 * @category models
 */
export interface Context {
  readonly daemon: string
  readonly translator: Translator
  readonly report: (line: string) => void
}

/**
 * Passes a request on. Headers keep their order and spelling, bodies stream in both directions, trailers follow them.
 *
 * @category running
 */
export const forward = (context: Context, request: IncomingMessage, response: ServerResponse): void => {
  const { method = "", url = "" } = request
  if (!context.translator.translates(method, url)) return stream(context, request, response)
  // the body is needed before the daemon is asked
  if (isExpecting(request)) response.writeContinue()
  void readBody(request).then(
    (body) => {
      if (body.isWhole) return send(context, request, response, translated(context, method, url, body.read))
      context.report(`${method} ${url}: the body is larger than ${maxBody} bytes, and passed as it was`)
      stream(context, request, response, body.read)
    },
    () => response.destroy()
  )
}

/**
 * The options of a request to the daemon that is the client's, with the headers given as Node lists them.
 *
 * @category constructors
 */
export const toDaemon = (
  { daemon }: Context,
  { headers: known, method, url }: IncomingMessage,
  headers: ReadonlyArray<string>
): ClientRequest => {
  // Node would say that a body follows in chunks, where the client said that there is none
  const isEmpty = known["content-length"] === undefined && known["transfer-encoding"] === undefined
  return httpRequest({
    createConnection: () => connect({ path: daemon, allowHalfOpen: true }),
    method,
    path: url,
    headers: [...headers, ...(isEmpty ? ["Content-Length", "0"] : [])]
  })
}

/** The body with its paths translated. One that is not UTF-8 is not JSON: the daemon says so. */
const translated = ({ report, translator }: Context, method: string, url: string, body: Buffer): Buffer => {
  try {
    return Buffer.from(
      translator.translate(method, url, new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body))
    )
  } catch (error) {
    report(`${method} ${url} passed as it was: ${String(error)}`)
    return body
  }
}

/** Sends a body that is all there. */
const send = (context: Context, request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
  const headers = without(request.rawHeaders, ["content-length", "transfer-encoding", "expect", "trailer"])
  const upstream = toDaemon(context, request, [...headers, "Content-Length", String(body.length)])
  answer(context, request, upstream, response)
  upstream.end(body)
}

/** Passes a body on as it comes, behind what was read of it already. */
const stream = (
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
  read: Buffer = Buffer.alloc(0)
): void => {
  const upstream = toDaemon(
    context,
    request,
    read.length > 0 ? without(request.rawHeaders, ["expect"]) : request.rawHeaders
  )
  if (isExpecting(request) && read.length === 0) upstream.on("continue", () => response.writeContinue())
  answer(context, request, upstream, response)
  if (read.length > 0) upstream.write(read)
  request.on("end", () => {
    upstream.addTrailers(pairs(request.rawTrailers))
    upstream.end()
  })
  request.pipe(upstream, { end: false })
}

/** Gives the client what the daemon answers; ends one where the other is gone. */
const answer = (
  context: Context,
  request: IncomingMessage,
  upstream: ClientRequest,
  response: ServerResponse
): void => {
  upstream.on("response", (incoming) => {
    respond(request, incoming, response)
  })
  upstream.on("error", (error: NodeJS.ErrnoException) => {
    if (response.headersSent || response.destroyed) return void response.destroy()
    unavailable(context, response, error)
  })
  response.on("close", () => {
    if (!response.writableFinished) upstream.destroy()
  })
}

/**
 * Passes a response on.
 *
 * @category running
 */
export const respond = (request: IncomingMessage, incoming: IncomingMessage, response: ServerResponse): void => {
  const status = incoming.statusCode ?? 502
  const isDelimited = request.method === "HEAD" || status === 204 || status === 304
    || incoming.headers["content-length"] !== undefined || incoming.headers["transfer-encoding"] !== undefined
  // a response that ends with its connection ends so for the client as well, and not in chunks
  if (!isDelimited) {
    response.shouldKeepAlive = false
    response.useChunkedEncodingByDefault = false
  }
  // the daemon's headers alone
  response.sendDate = false
  response.removeHeader("connection")
  // only the connection that this request had to itself may end
  const headers = response.shouldKeepAlive ? without(incoming.rawHeaders, ["connection"]) : incoming.rawHeaders
  response.writeHead(status, incoming.statusMessage, [...headers])
  // what waits for its first event (`docker events`) has the head at once; Node 20 writes one alone as UTF-8, which would
  // change other bytes
  if (!/[^\0-\x7f]/.test(headers.join(""))) response.flushHeaders()
  incoming.on("end", () => {
    if (!incoming.complete && isDelimited) return
    response.addTrailers(pairs(incoming.rawTrailers))
    response.end()
  })
  incoming.on("close", () => {
    if (!incoming.complete && isDelimited) response.destroy()
  })
  incoming.pipe(response, { end: false })
}

/** What the daemon would say if it could. */
const unavailable = ({ daemon, report }: Context, response: ServerResponse, error: NodeJS.ErrnoException): void => {
  report(`the daemon at ${daemon} did not answer: ${error.message}`)
  const message = `docker-shim gateway: cannot reach the Docker daemon at unix://${daemon}: ${
    error.code ?? error.message
  }. Is the docker daemon running?`
  response.writeHead(503, { "Content-Type": "application/json", "Connection": "close" })
  response.end(`${JSON.stringify({ message })}\n`)
}

const readBody = async (request: IncomingMessage): Promise<{ readonly isWhole: boolean; readonly read: Buffer }> => {
  const chunks: Array<Buffer> = []
  let size = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > maxBody) return { isWhole: false, read: Buffer.concat(chunks) }
  }
  return { isWhole: true, read: Buffer.concat(chunks) }
}

const isExpecting = (request: IncomingMessage): boolean => request.headers.expect?.toLowerCase() === "100-continue"

/** Node's list of headers, name after value, as pairs. */
const pairs = (raw: ReadonlyArray<string>): Array<[string, string]> =>
  Array.from({ length: raw.length / 2 }, (_, at) => [raw[at * 2] ?? "", raw[at * 2 + 1] ?? ""])

const without = (raw: ReadonlyArray<string>, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  pairs(raw).filter(([name]) => !names.includes(name.toLowerCase())).flat()
