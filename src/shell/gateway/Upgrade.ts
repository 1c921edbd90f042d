/**
 * Passes on connections that stop being HTTP/1.1: `docker exec`, `attach` and `build` upgrade theirs (`Upgrade: tcp`, `h2c`).
 */
import { type ClientRequest, type IncomingMessage, type Server, ServerResponse } from "node:http"
import type * as net from "node:net"
import * as Forward from "./Forward.ts"
import * as Relay from "./Relay.ts"

/**
 * Whether the gateway passes on the upgrade that a request asks for.
 *
 * **Details**
 *
 * A server need not upgrade (RFC 9110, section 7.8). The gateway does not upgrade requests with paths, because it has to read
 * them. It upgrades to HTTP/2 only for a tunnel to BuildKit (moby 28.5.2, `daemon/server/router/{grpc,session}`): elsewhere all
 * later requests would pass unread. It does not upgrade if the request's own body comes in chunks: only Node's parser knows
 * where they end, and it does not read them for a connection that it hands over.
 */
export const isOffered = (
  { translator }: Forward.Context,
  { headers, method = "", url = "" }: IncomingMessage
): boolean => {
  const isHttp2 = /(?:^|,)\s*h2c?\s*(?:,|$)/i.test(headers.upgrade ?? "")
  return !translator.translates(method, url) && headers["transfer-encoding"] === undefined &&
    (!isHttp2 || /^(?:\/v[0-9.]+)?\/(?:grpc|session)(?:\?|$)/.test(url))
}

/**
 * Lets a server without upgrades read the request again and answer it without an upgrade. The connection ends with the answer.
 */
export const decline = (server: Server, request: IncomingMessage, client: net.Socket, head: Buffer): void => {
  const { httpVersion, method, rawHeaders, url } = request
  const headers = [...Forward.without(rawHeaders, ["upgrade", "connection", "http2-settings"]), "Connection", "close"]
  const text = Forward.headText(`${String(method)} ${String(url)} HTTP/${httpVersion}`, headers)
  client.unshift(Buffer.concat([Buffer.from(text, "latin1"), head]))
  server.emit("connection", client)
}

/**
 * Passes a request to upgrade on, with the body that may come with it. If the daemon agrees, the two connections become one. If
 * not, the client gets its answer, and the connection ends.
 */
export const forward = (
  context: Forward.Context,
  request: IncomingMessage,
  client: net.Socket,
  head: Buffer
): void => {
  const upstream = Forward.toDaemon(context, request, request.rawHeaders)
  client.on("error", () => upstream.destroy()).on("close", () => upstream.destroy())
  upstream.on("upgrade", (incoming, daemon, first) => {
    const status = `HTTP/1.1 ${String(incoming.statusCode)} ${incoming.statusMessage ?? ""}`
    client.write(Forward.headText(status, incoming.rawHeaders), "latin1")
    if (first.length > 0) client.write(first)
    Relay.join(client, daemon)
  })
  upstream.on("response", (incoming) => {
    const response = new ServerResponse(request)
    response.assignSocket(client)
    response.shouldKeepAlive = false
    // even if a body is still to come: nobody reads it any more
    response.on("finish", () => client.destroySoon())
    Forward.respond(context, request, incoming, response)
  })
  upstream.on("error", (error) => {
    context.report(`the daemon at ${context.daemon} did not answer: ${error.message}`)
    client.destroy()
  })
  upstream.on("continue", () => client.write(Forward.headText("HTTP/1.1 100 Continue", [])))
  const length = Number(request.headers["content-length"] ?? 0)
  if (head.length < length) upstream.flushHeaders()
  // bytes after the body belong to the upgraded connection
  Relay.pass(client, head, length, upstream, (isWhole) => isWhole ? upstream.end() : endEarly(upstream))
}

/** What a request means that ends within its body is the daemon's decision, as it is without a gateway. */
const endEarly = (upstream: ClientRequest): void => {
  if (upstream.socket !== null) upstream.socket.end()
  // it gets its connection, and then what was written
  else upstream.once("socket", (daemon) => setImmediate(() => daemon.end()))
}
