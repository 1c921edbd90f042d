/**
 * Passes on requests for whole images or file systems (`docker save`, `export`, `cp`). Node reads only the request's head; then
 * all that comes from the daemon goes to the client as it is.
 */
import { IncomingMessage, STATUS_CODES } from "node:http"
import type * as net from "node:net"
import * as Forward from "./Forward.ts"
import * as Relay from "./Relay.ts"
import * as RequestBody from "./RequestBody.ts"

/** The targets with large answers: moby 28.5.2, `daemon/server/router/{image,container}`. */
const large = /^(?:\/v[0-9.]+)?\/(?:images\/(?:.+\/)?get|containers\/[^/]+\/(?:export|archive))(?:\?|$)/

/** How many answers of a connection have not ended yet. */
const answering = new WeakMap<net.Socket, number>()

/** Counts an answer that a connection waits for. Call the result when the answer has ended. */
export const began = (client: net.Socket): () => void => {
  const count = (by: number): void => void answering.set(client, (answering.get(client) ?? 0) + by)
  count(1)
  return () => count(-1)
}

/**
 * Whether a request has such an answer, and may be passed on like this.
 *
 * **Details**
 *
 * Not if its connection still waits for another answer, which has to come first; not with a body, which Node has to read; and
 * not in HTTP/1.0, where Go keeps connections by other rules.
 */
const isLarge = ({ translator }: Forward.Context, request: IncomingMessage): boolean => {
  const { httpVersion, method, socket, url = "" } = request
  return method === "GET" && large.test(url) && httpVersion === "1.1" && Forward.isBodiless(request)
    && !translator.translates(method, url) && (answering.get(socket) ?? 0) === 0
}

/**
 * The class of requests for a server that hands over these requests as upgrades, besides the client's own upgrades.
 *
 * **Details**
 *
 * The server hands a connection over (`upgrade`) if a request's `upgrade` is true. If another version of Node decides that
 * differently, these requests pass like all others (`Forward`).
 */
export const messageOf = (context: Forward.Context): typeof IncomingMessage =>
  class extends IncomingMessage {
    declare private isUpgrade: boolean
    declare private isStream: boolean | undefined

    get upgrade(): boolean {
      this.isStream ??= !this.isUpgrade && isLarge(context, this)
      if (this.isStream) streams.add(this)
      return this.isUpgrade || this.isStream
    }

    // the constructor of Node's class sets it too, before this one has a field
    set upgrade(value: boolean) {
      this.isUpgrade = value
    }
  }

const streams = new WeakSet<IncomingMessage>()

/** Whether a connection was handed over because of the size of its answer. */
export const isOne = (request: IncomingMessage): boolean => streams.has(request)

/**
 * Passes such a request on.
 *
 * **Details**
 *
 * `Connection: close` tells the daemon that its connection ends with the answer. The client gets the same header from the
 * daemon, and so knows where the answer ends. Nothing that the client sends after the request reaches the daemon.
 */
export const forward = (context: Forward.Context, request: IncomingMessage, client: net.Socket): void => {
  const daemon = Relay.connect(context.daemon, client)
  let isConnected = false
  daemon.on("connect", () => {
    isConnected = true
    const headers = [...Forward.without(request.rawHeaders, ["connection", "keep-alive"]), "Connection", "close"]
    daemon.write(Forward.headText(`GET ${String(request.url)} HTTP/1.1`, headers), "latin1")
  })
  daemon.on("error", (error: NodeJS.ErrnoException) => {
    if (!isConnected) return refuse(client, RequestBody.unavailable(context, error))
    client.destroy()
  })
  daemon.on("end", () => client.end()).on("close", () => isConnected && client.destroySoon())
  client.on("end", () => daemon.end()).on("close", () => daemon.destroy()).on("error", () => daemon.destroy())
  client.resume()
}

/** Answers in the daemon's place. */
const refuse = (client: net.Socket, { body, status }: RequestBody.Refusal): void => {
  const headers = [
    "Content-Type",
    "application/json",
    "Content-Length",
    String(Buffer.byteLength(body)),
    "Connection",
    "close"
  ]
  client.end(`${Forward.headText(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, headers)}${body}`)
}
