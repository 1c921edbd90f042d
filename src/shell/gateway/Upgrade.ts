/**
 * Passes connections on that stop being HTTP/1.1: `docker exec`, `attach` and `build` take theirs over (`Upgrade: tcp`,
 * `h2c`), gRPC clients speak HTTP/2 from the first byte on.
 */
import { type IncomingMessage, ServerResponse } from "node:http"
import * as net from "node:net"
import * as Forward from "./Forward.ts"

/**
 * Passes a request to upgrade on, with the body that may come with it. Where the daemon agrees, the two connections become
 * one; where it does not, the client gets its answer, and the connection ends.
 *
 * @category running
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

/** Passes a connection on that is no HTTP/1.1 at all. */
export const connect = (client: net.Socket, path: string, report: (line: string) => void): void => {
  const daemon = net.connect({ path, allowHalfOpen: true })
  daemon.on("error", (error) => {
    report(`the daemon at ${path} did not answer: ${error.message}`)
    client.destroy()
  })
  join(client, daemon)
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
