/**
 * Passes on requests that move much (`docker save`, `export`, `cp`, `logs`, `load`, `build`). Node reads only the request's head;
 * then all that comes from one side goes to the other as it is.
 */
import { IncomingMessage, STATUS_CODES } from "node:http"
import type * as net from "node:net"
import * as Forward from "./Forward.ts"
import * as Relay from "./Relay.ts"
import * as RequestBody from "./RequestBody.ts"

/** The targets with large answers, and those with large bodies: moby 28.5.2, `daemon/server/router`. */
const large = {
  GET:
    /^(?:\/v[0-9.]+)?\/(?:images\/(?:.+\/)?get|containers\/[^/]+\/(?:export|archive|logs)|(?:services|tasks)\/[^/]+\/logs)(?:\?|$)/,
  POST: /^(?:\/v[0-9.]+)?\/(?:build|images\/(?:load|create))(?:\?|$)/,
  PUT: /^(?:\/v[0-9.]+)?\/containers\/[^/]+\/archive(?:\?|$)/
}

/** How many answers of a connection have not ended yet. */
const answering = new WeakMap<net.Socket, number>()

/** How many answers a connection waits for. */
export const waiting = (client: net.Socket): number => answering.get(client) ?? 0

/** Counts an answer that a connection waits for. Call the result when the answer has ended. */
export const began = (client: net.Socket): () => void => {
  const count = (by: number): void => void answering.set(client, waiting(client) + by)
  count(1)
  return () => count(-1)
}

/** In bytes: Node reads smaller bodies in no time, and their connections can stay. */
const longBody = 1 << 20

/**
 * How a request may be handed over: as a `stream` like this, as one with a long `body` of a known length (`Upgrade`), or not.
 *
 * **Details**
 *
 * Not if its connection still waits for another answer, which has to come first; not if a request for a large answer has a body;
 * and not in HTTP/1.0, where Go keeps connections by other rules. Only a body in chunks passes like this: after
 * `Connection: close`, Go does not read the rest of one of a known length that it refuses, and the client would lose the answer
 * (Go 1.27, `net/http`, `body.Close`).
 */
const handoverOf = ({ translator }: Forward.Context, request: IncomingMessage): Handover | undefined => {
  const { httpVersion, method = "", socket, url = "" } = request
  if (httpVersion !== "1.1" || waiting(socket) > 0) return undefined
  const how = isLong(request) ? "body" : isStream(request) ? "stream" : undefined
  return how === undefined || translator.translates(method, url) ? undefined : how
}

const isLong = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) > longBody

const isStream = ({ headers, method, url = "" }: IncomingMessage): boolean =>
  (method === "GET" || method === "POST" || method === "PUT") && large[method].test(url)
  && headers["content-length"] === undefined
  && headers["transfer-encoding"]?.toLowerCase() === (method === "GET" ? undefined : "chunked")

type Handover = "stream" | "body"

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
    declare private isHandedOver: boolean | undefined

    get upgrade(): boolean {
      this.isHandedOver ??= !this.isUpgrade && isHandedOver(context, this)
      return this.isUpgrade || this.isHandedOver
    }

    // the constructor of Node's class sets it too, before this one has a field
    set upgrade(value: boolean) {
      this.isUpgrade = value
    }
  }

const isHandedOver = (context: Forward.Context, request: IncomingMessage): boolean => {
  const how = handoverOf(context, request)
  if (how !== undefined) handovers.set(request, how)
  return how !== undefined
}

const handovers = new WeakMap<IncomingMessage, Handover>()

/** How a request was handed over, if it did not ask for that itself. */
export const handover = (request: IncomingMessage): Handover | undefined => handovers.get(request)

/**
 * Passes such a request on; `head` is what was read behind its head.
 *
 * **Details**
 *
 * `Connection: close` tells the daemon that its connection ends with the answer. The client gets the same header from the
 * daemon, and so knows where the answer ends. Nothing that the client sends after a request without a body reaches the daemon.
 * After one with a body, the daemon takes no further request (RFC 9112, section 9.6).
 */
export const forward = (context: Forward.Context, request: IncomingMessage, client: net.Socket, head: Buffer): void => {
  const { method = "", rawHeaders, url = "" } = request
  // at once: a stream takes nothing back after its end
  if (head.length > 0) client.unshift(head)
  const daemon = Relay.connect(context.daemon)
  let isConnected = false
  daemon.on("connect", () => {
    isConnected = true
    const headers = [...Forward.without(rawHeaders, ["connection", "keep-alive"]), "Connection", "close"]
    daemon.write(Forward.headText(`${method} ${url} HTTP/1.1`, headers), "latin1")
    if (Forward.isBodiless(request)) Relay.answer(client, daemon)
    else Relay.join(client, daemon)
  })
  daemon.on("error", (error: NodeJS.ErrnoException) => {
    if (!isConnected) refuse(client, RequestBody.unavailable(context, error))
  })
  client.on("close", () => isConnected || daemon.destroy()).on("error", () => daemon.destroy())
}

/** Answers in the daemon's place. */
export const refuse = (client: net.Socket, { body, status }: RequestBody.Refusal): void => {
  const headers = [
    "Content-Type",
    "application/json",
    "Content-Length",
    String(Buffer.byteLength(body)),
    "Connection",
    "close"
  ]
  client.end(`${Forward.headText(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, headers)}${body}`)
  // what it still sends is for nobody, but its end ends the connection
  client.resume()
}
