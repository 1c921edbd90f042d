/**
 * Bytes that pass from one connection to another as they come, no faster than the other side takes them.
 */
import * as net from "node:net"

/** Two connections as one: what ends in one direction goes on in the other, as when a shell's input is at its end. */
export const join = (client: net.Socket, daemon: net.Socket): void => {
  daemon.on("error", () => client.destroy()).on("close", () => client.destroySoon())
  client.on("error", () => daemon.destroy()).on("close", () => daemon.destroySoon())
  client.pipe(daemon)
  daemon.pipe(client)
}

/** Where bytes go: a connection, or a request to the daemon. */
interface Destination {
  readonly write: (chunk: Buffer) => boolean
  readonly writableLength: number
  readonly once: (event: "drain", then: () => void) => unknown
}

/**
 * Passes so many bytes on, beginning with `head`, which was read already; then nothing of the connection is read, and what is
 * behind them can be.
 */
export const pass = (from: net.Socket, head: Buffer, length: number, to: Destination, whenPassed: () => void): void => {
  let left = length
  const take = (chunk: Buffer): void => {
    const part = chunk.subarray(0, left)
    left -= part.length
    // `write` says no to all that is larger than its limit, also where the other side has taken it at once
    if (part.length > 0 && !to.write(part) && to.writableLength > 0 && left > 0) {
      from.pause()
      to.once("drain", () => from.resume())
    }
    if (left > 0) return
    from.off("data", take)
    from.pause()
    if (chunk.length > part.length) from.unshift(chunk.subarray(part.length))
    whenPassed()
  }
  if (left > head.length) from.on("data", take)
  take(head)
}

/** As much as a socket of Linux's holds (net.core.wmem_default), and a little more: one read empties it. */
const bufferSize = 256 << 10

/**
 * Connects to a socket, and gives all that comes from there to a client.
 *
 * **Details**
 *
 * It reads into one buffer, again once the client's side has what was in it: a buffer for each 64 kB, as Node's streams have
 * them, takes half of the time for collecting them.
 */
export const connect = (path: string, client: net.Socket): net.Socket => {
  const give = (size: number, read: Uint8Array): boolean => {
    client.write(read.subarray(0, size), () => daemon.resume())
    // not all of it went to the client's side at once
    return client.writableLength === 0
  }
  const onread = { buffer: Buffer.allocUnsafeSlow(bufferSize), callback: give }
  const daemon = net.connect({ path, allowHalfOpen: true, onread })
  return daemon
}
