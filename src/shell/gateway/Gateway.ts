/**
 * Listens on a socket for clients, and passes their requests on to the daemon. Translates the paths in them, and changes
 * nothing else.
 *
 * Node's own HTTP server and client do the protocol. Each client connection has a connection to the daemon of its own
 * (`DaemonConnection`), so nothing of one client reaches another.
 */
import { createServer, IncomingMessage, type Server, type ServerResponse } from "node:http"
import * as net from "node:net"
import * as Exchange from "./Exchange.ts"
import * as Forward from "./Forward.ts"
import * as Http2 from "./Http2.ts"
import * as ListenSocket from "./ListenSocket.ts"
import * as Preface from "./Preface.ts"
import * as Relay from "./Relay.ts"
import * as Stream from "./Stream.ts"
import type { Translator } from "./Translator.ts"
import * as Upgrade from "./Upgrade.ts"

/**
 * A gateway that listens.
 *
 * **Details**
 *
 * `close` accepts no more connections, waits for running requests, and ends those that still run after `patience` milliseconds.
 */
export interface Gateway {
  readonly close: (patience: number) => Promise<void>
}

/** Whether this form of the program has a gateway. */
export const isAvailable: boolean = true

/**
 * The parts of a gateway: where it listens, the path of the daemon's socket, the translation, the function that gets a line for
 * each problem, and what it says about itself.
 */
export interface Options {
  readonly listen: ListenSocket.Place
  readonly daemon: string
  readonly translator: Translator
  readonly report: (line: string) => void
  readonly presence: () => string
}

/**
 * Listens on a socket, or on the one that systemd passes (`LISTEN_FDS`, sd_listen_fds(3)), and serves it. If it cannot, rejects
 * with a line that says why.
 */
export const start = async (options: Options): Promise<Gateway> => {
  const listener = net.createServer({ allowHalfOpen: true, pauseOnConnect: true })
  const remove = await ListenSocket.open(listener, options.listen)
  const gateway = serve(listener, options)
  return {
    close: (patience) => {
      remove()
      return gateway.close(patience)
    }
  }
}

/** Serves connections of a listening socket from now on. */
const serve = (listener: net.Server, options: Options): Gateway => {
  const { report } = options
  const context: Forward.Context = { ...options, held: { bytes: 0 } }
  const [http, http2] = [httpServer(context), Http2.createServer(context)]
  const open = new Set<net.Socket>()
  const silent = new Set<net.Socket>()
  listener.on("connection", (socket: net.Socket) => {
    const client = Relay.accepted(socket)
    // each request that waits listens
    client.setMaxListeners(0)
    open.add(client)
    silent.add(client)
    client.on("close", () => {
      open.delete(client)
      silent.delete(client)
    }).on("error", () => client.destroy())
    Preface.whenKnown(client, (isHttp2) => {
      silent.delete(client)
      if (isHttp2) return http2.serve(client)
      http.serve(client)
      client.resume()
    })
  })
  listener.on("error", (error) => report(`the socket failed: ${error.message}`))
  return {
    close: async (patience) => {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()))
      http2.close()
      // a connection that is kept alive is idle once its request has ended
      const end = (): void => {
        silent.forEach((client) => client.destroy())
        http.closeIdle()
      }
      end()
      const idle = setInterval(end, 50)
      const last = setTimeout(() => open.forEach((client) => client.destroy()), patience)
      await closed
      clearInterval(idle)
      clearTimeout(last)
    }
  }
}

/** No request has a time limit (`docker events`), and no idle connection is ended: the daemon does not end them either. */
const limits = {
  requestTimeout: 0,
  headersTimeout: 0,
  keepAliveTimeout: 0,
  // as Go has it: DefaultMaxHeaderBytes, and 4096 more (Go 1.24, `net/http/server.go`)
  maxHeaderSize: (1 << 20) + 4096,
  // the daemon checks that itself
  requireHostHeader: false
}

const httpServer = (context: Forward.Context) => {
  const [server, again] = [plainServer(context, Stream.messageOf(context)), plainServer(context, IncomingMessage)]
  server.on("upgrade", (request: IncomingMessage, client: net.Socket, head: Buffer) => {
    Exchange.step(context, Forward.nameOf(request), (refusal) => Stream.refuse(client, refusal), () => {
      const handover = Stream.handover(request)
      if (handover === "stream") Stream.forward(context, request, client, head)
      else if (handover === "body" || Upgrade.isOffered(context, request)) {
        Upgrade.forward(context, request, client, head)
      } else Upgrade.decline(again, request, client, head)
    })
  })
  return {
    serve: (client: net.Socket): void => void server.emit("connection", client),
    closeIdle: (): void => [server, again].forEach((one) => one.closeIdleConnections())
  }
}

/**
 * Ends a connection whose requests would fill the memory: Node reads on, whatever waits. As many may wait for their answers as over
 * HTTP/2.
 */
const isTooMany = ({ report }: Forward.Context, { socket }: IncomingMessage): boolean => {
  const most = Http2.maxConcurrentStreams
  // what came with the one too many is read, too
  if (socket.destroyed) return true
  if (Stream.waiting(socket) < most) return false
  report(`a client sent more than ${most} requests without waiting for their answers; its connection was ended`)
  socket.destroy()
  return true
}

/** A server that does not upgrade: it treats a request that asks for an upgrade like any other. */
const plainServer = (context: Forward.Context, message: typeof IncomingMessage): Server => {
  const server = createServer({ ...limits, IncomingMessage: message })
  // a client may end its side first; by default Node then ends the other, before there is an answer (`lib/_http_server.js`)
  Object.assign(server, { httpAllowHalfOpen: true })
  const answers = new WeakMap<object, ServerResponse>()
  const forward = (request: IncomingMessage, response: ServerResponse): void => {
    if (isTooMany(context, request)) return
    answers.set(request.socket, response)
    response.on("close", Stream.began(request.socket))
    Exchange.step(context, Forward.nameOf(request), (refusal) => Forward.refuse(response, refusal), () => {
      Forward.forward(context, request, response)
    })
  }
  server.timeout = 0
  // Go limits their bytes alone; what Node hides behind its own limit may be the length
  server.maxHeadersCount = 0
  server.on("request", forward).on("checkContinue", forward).on("checkExpectation", forward)
  server.on("clientError", (error: NodeJS.ErrnoException, client) => {
    if (!client.writable) return void client.destroy()
    const answer = answers.get(client)
    // a client that ends within its body may have an answer already, or a part of one
    if (answer?.headersSent === true && !(answer.writableFinished && answer.req.complete)) {
      return void client.end(() => client.destroy())
    }
    const status = error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request"
    client.end(`HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${status}`)
  })
  return server
}
