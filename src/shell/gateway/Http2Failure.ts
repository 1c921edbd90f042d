/**
 * Ends connections of HTTP/2 that Node has given up without ending them.
 */
import type { Http2Session } from "node:http2"
import type { Socket } from "node:net"

/** In milliseconds, how often a connection is looked at. */
const interval = 1_000

/**
 * Ends a session's connection after a protocol error of the other side.
 *
 * **Details**
 *
 * Node 20 then sends GOAWAY, reads no more, and tells nobody: not even that the other side is gone (`src/node_http2.cc`,
 * `Http2Session::MaybeStopReading`; 22.23 and 24 end the connection). Such a session sends nothing more. So a connection that has
 * sent something and then reads nothing gets a PING. If that is not sent, although nothing waits before it, nothing will be.
 */
export const watch = (session: Http2Session, socket: Socket): void => {
  let [read, written] = [-1, -1]
  let isAsked = false
  const look = (): void => {
    if (session.destroyed || session.connecting) return
    const { bytesRead, bytesWritten } = socket
    const [isSilent, hasWritten] = [bytesRead === read, bytesWritten !== written]
    if (isAsked && !hasWritten && waiting(socket) === 0) return void socket.destroy()
    if (isAsked) isAsked = !hasWritten
    else if (isSilent && hasWritten) isAsked = session.ping(() => undefined)
    else return void (read = bytesRead)
    ;[read, written] = [bytesRead, bytesWritten]
  }
  const timer = setInterval(look, interval).unref()
  socket.once("close", () => clearInterval(timer))
}

/** How many bytes wait to be sent; `undefined` if this version of Node does not say it. */
const waiting = (socket: Socket): number | undefined =>
  (socket as { readonly _handle?: { readonly writeQueueSize?: number } | null })._handle?.writeQueueSize
