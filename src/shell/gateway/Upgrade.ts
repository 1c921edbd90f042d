/**
 * Passes connections on that stop being HTTP/1.1: `docker exec`, `attach` and `build` take theirs over (`Upgrade: tcp`,
 * `h2c`).
 */
import { type IncomingMessage, type Server, ServerResponse } from "node:http"
import type * as net from "node:net"
import * as Forward from "./Forward.ts"

/**
 * Whether the daemon is offered the upgrade that a request asks for.
 *
 * **Details**
 *
 * A server need not upgrade (RFC 9110, section 7.8). None is offered for what holds paths, which has to be read; nor HTTP/2
 * where it is more than a tunnel to BuildKit (moby 28.5.2, `daemon/server/router/{grpc,session}`): everything that a client
 * asks there later would pass unread. Nor where the request's own body comes in chunks: only Node's parser knows their end, and it
 * does not read them for a connection that it hands over.
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
 * Has a request to upgrade read once more, by a server without upgrades, as one that asks for none. The connection ends with
 * its answer.
 */
export const decline = (server: Server, request: IncomingMessage, client: net.Socket, head: Buffer): void => {
  const { httpVersion, method, rawHeaders, url } = request
  const headers = [...Forward.without(rawHeaders, ["upgrade", "connection", "http2-settings"]), "Connection", "close"]
  const lines = [`${String(method)} ${String(url)} HTTP/${httpVersion}`, ...headerLines(headers)]
  client.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]))
  server.emit("connection", client)
}

/**
 * Passes a request to upgrade on, with the body that may come with it. Where the daemon agrees, the two connections become
 * one; where it does not, the client gets its answer, and the connection ends.
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
    const lines = [
      `HTTP/1.1 ${String(incoming.statusCode)} ${incoming.statusMessage ?? ""}`,
      ...headerLines(incoming.rawHeaders)
    ]
    client.write(`${lines.join("\r\n")}\r\n\r\n`)
    if (first.length > 0) client.write(first)
    join(client, daemon)
  })
  upstream.on("response", (incoming) => {
    const response = new ServerResponse(request)
    response.assignSocket(client)
    response.shouldKeepAlive = false
    response.on("finish", () => client.end())
    Forward.respond(request, incoming, response)
  })
  upstream.on("error", (error) => {
    context.report(`the daemon at ${context.daemon} did not answer: ${error.message}`)
    client.destroy()
  })
  sendBody(client, head, Number(request.headers["content-length"] ?? 0), upstream)
}

/** Two connections as one: what ends in one direction goes on in the other, as when a shell's input is at its end. */
const join = (client: net.Socket, daemon: net.Socket): void => {
  daemon.on("error", () => client.destroy()).on("close", () => client.destroySoon())
  client.on("error", () => daemon.destroy()).on("close", () => daemon.destroySoon())
  client.pipe(daemon)
  daemon.pipe(client)
}

/** The body of so many bytes that comes before what the connection becomes; what is behind it stays unread. */
const sendBody = (
  client: net.Socket,
  head: Buffer,
  length: number,
  upstream: { readonly write: (chunk: Buffer) => unknown; readonly end: () => unknown }
): void => {
  let left = length
  const take = (chunk: Buffer): void => {
    const body = chunk.subarray(0, left)
    left -= body.length
    if (body.length > 0) upstream.write(body)
    if (left > 0) return
    client.off("data", take)
    client.pause()
    if (chunk.length > body.length) client.unshift(chunk.subarray(body.length))
    upstream.end()
  }
  if (left > head.length) client.on("data", take)
  take(head)
}

const headerLines = (raw: ReadonlyArray<string>): ReadonlyArray<string> =>
  Array.from({ length: raw.length / 2 }, (_, at) => `${raw[at * 2] ?? ""}: ${raw[at * 2 + 1] ?? ""}`)
