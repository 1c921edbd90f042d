/**
 * Passes bytes from one connection to another as they come, no faster than the other side takes them.
 */
import * as net from "node:net"

/** Joins two connections. If one direction ends, the other goes on, as at the end of a shell's input. */
export const join = (client: net.Socket, daemon: net.Socket): void => {
  const [asked, answered] = [client, daemon].map((socket) => socket.read() as Buffer | null)
  const one = reader(client, () => other)
  const other = reader(daemon, () => one)
  other.on("error", () => one.destroy()).on("close", () => one.destroySoon()).on("end", () => one.end())
  one.on("error", () => other.destroy()).on("close", () => other.destroySoon()).on("end", () => other.end())
  if (asked) other.write(asked)
  if (answered) one.write(answered)
  one.resume()
  other.resume()
}

/** What the daemon sends goes to the client, and nothing of the client's to the daemon, see `connect`. */
export const answer = (client: net.Socket, daemon: net.Socket): void => {
  daemon.on("error", () => client.destroy()).on("end", () => client.end()).on("close", () => client.destroySoon())
  client.on("end", () => daemon.end()).resume()
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
 * Options of a connection that passes all that it reads to another one.
 *
 * **Details**
 *
 * It reads into one buffer, and reads on once the other side has its content. Node's streams make a buffer for each 64 kB;
 * collecting those takes half of the time, and they take tens of megabytes until then.
 */
const giving = (
  own: () => net.Socket,
  to: () => net.Socket
): { readonly allowHalfOpen: true; readonly onread: net.OnReadOpts } => ({
  allowHalfOpen: true,
  onread: {
    buffer: Buffer.allocUnsafeSlow(bufferSize),
    callback: (size, read) => {
      to().write(read.subarray(0, size), () => own().resume())
      // read on only if all of it went to the other side at once
      return to().writableLength === 0
    }
  }
})

/** Connects to a socket, and passes all that comes from there to a client. */
export const connect = (path: string, client: net.Socket): net.Socket => {
  const daemon: net.Socket = net.connect({ path, ...giving(() => daemon, () => client) })
  return daemon
}

/**
 * A connection that passes all that it reads from now on to another one. Take what it has read already before.
 *
 * **Details**
 *
 * Only a connection made with `onread` has it. So this makes a new one of the `_handle` of Node's, as `net.Server` does, and leaves
 * the first one without; they end together. If a version of Node has no `_handle`, the first one itself passes what it reads.
 */
const reader = (socket: net.Socket, to: () => net.Socket): net.Socket => {
  const first = socket as unknown as { _handle?: object | null }
  const handle = first._handle
  if (handle === undefined || handle === null) {
    return socket.on("data", (chunk) => {
      if (to().write(chunk)) return
      socket.pause()
      to().once("drain", () => socket.resume())
    })
  }
  first._handle = null
  const options: net.SocketConstructorOpts & { readonly handle: object } = {
    handle,
    readable: true,
    writable: true,
    ...giving((): net.Socket => own, to)
  }
  const own = new net.Socket(options)
  own.on("close", () => socket.destroy())
  socket.on("close", () => own.destroy())
  return own
}
