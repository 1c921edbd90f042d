/**
 * Passes bytes from one connection to another as they come, no faster than the other side takes them.
 */
import * as net from "node:net"

/** Joins two connections. If one direction ends, the other goes on, as at the end of a shell's input. */
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
 * Passes `length` bytes on, beginning with `head`, which was read already. Then it stops reading, so that others can read the
 * rest.
 */
export const pass = (from: net.Socket, head: Buffer, length: number, to: Destination, whenPassed: () => void): void => {
  let left = length
  const take = (chunk: Buffer): void => {
    const part = chunk.subarray(0, left)
    left -= part.length
    // `write` returns false for a part above its limit, even if the other side has taken it at once
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

/** In bytes, a little more than a socket of Linux holds (net.core.wmem_default): one read empties it. */
const bufferSize = 256 << 10

/**
 * Connects to a socket, and passes all that comes from there to a client.
 *
 * **Details**
 *
 * It reads into one buffer, and reads on once the client's side has its content. Node's streams make a buffer for each 64 kB;
 * collecting those takes half of the time.
 */
export const connect = (path: string, client: net.Socket): net.Socket => {
  const give = (size: number, read: Uint8Array): boolean => {
    client.write(read.subarray(0, size), () => daemon.resume())
    // read on only if all of it went to the client's side at once
    return client.writableLength === 0
  }
  const onread = { buffer: Buffer.allocUnsafeSlow(bufferSize), callback: give }
  const daemon = net.connect({ path, allowHalfOpen: true, onread })
  return daemon
}
