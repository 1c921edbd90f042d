/**
 * Passes on connections that stop being HTTP/1.1: `docker exec`, `attach` and `build` upgrade theirs (`Upgrade: tcp`, `h2c`).
 */
import { Agent, type IncomingMessage, type Server, ServerResponse } from "node:http"
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
 * Passes a request on with its body as it comes. If the daemon agrees to an upgrade, the two connections become one. If not, the
 * client gets the daemon's answer, and its connection ends.
 *
 * **Details**
 *
 * Whether the client ends before the answer is noticed, unless it has sent more than the body: that is kept for the upgraded
 * connection. In that case the daemon would not notice either, without a gateway.
 */
export const forward = (
  context: Forward.Context,
  request: IncomingMessage,
  client: net.Socket,
  head: Buffer
): void => {
  // at once: a stream takes nothing back after its end
  if (head.length > 0) client.unshift(head)
  // without an agent Node ends a connection with the answer, and Go would read no more of a body that it refuses
  const agent = new Agent({ keepAlive: true })
  Object.assign(agent, { createConnection: () => Relay.connect(context.daemon) })
  const upstream = Forward.toDaemon(context, request, request.rawHeaders, agent)
  const response = new ServerResponse(request)
  response.assignSocket(client)
  response.shouldKeepAlive = false
  // a server of Node's no longer says this for a connection that it has handed over
  const more = (): boolean => response.emit("drain")
  client.on("drain", more)
  Forward.answer(context, request, upstream, response)
  upstream.on("upgrade", (incoming, daemon, first) => {
    client.off("drain", more)
    response.detachSocket(client)
    response.destroy()
    const status = `HTTP/1.1 ${String(incoming.statusCode)} ${incoming.statusMessage ?? ""}`
    client.write(Forward.headText(status, incoming.rawHeaders), "latin1")
    if (first.length > 0) client.write(first)
    Relay.join(client, daemon)
  })
  // nobody reads what comes behind the body
  upstream.on("response", () => Relay.discard(client))
  response.on("finish", () => {
    client.end()
    Relay.discard(client)
  })
  upstream.on("continue", () => response.writeContinue())
  upstream.on("socket", (daemon) => {
    daemon.on("error", () => undefined)
    // not if it is upgraded: then it is no response's
    const leave = (): void => {
      if (response.socket !== null) daemon.destroySoon()
    }
    upstream.on("close", leave)
    client.on("close", leave)
    daemon.once("connect", () => {
      Relay.pass(client, daemon, Number(request.headers["content-length"] ?? 0), (isWhole) => {
        // what a request means that ends within its body is the daemon's decision, as it is without a gateway
        if (isWhole) upstream.end()
        else daemon.end()
        if (response.headersSent) Relay.discard(client)
      })
    })
  })
  // the head alone, but not as UTF-8 (`flushHeaders`), which would change other bytes
  upstream.write(Buffer.alloc(0))
}
