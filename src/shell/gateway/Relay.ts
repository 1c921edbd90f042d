/**
 * Passes bytes from one connection to another as they come, no faster than the other side takes them.
 */
import * as net from "node:net"

/** In bytes, a little more than a socket of Linux holds (net.core.wmem_default): one read empties it. */
const bufferSize = 256 << 10

/** Where bytes are that somebody reads as a stream: they are copied from there at once, so all connections share it. */
const shared = Buffer.allocUnsafeSlow(64 << 10)

/** Makes a connection pass what it reads to another one from now on, in place of giving it to a stream. */
type Redirect = (to: net.Socket) => void

const redirects = new WeakMap<net.Socket, Redirect>()

/**
 * Options of a connection that can be joined to another one.
 *
 * **Details**
 *
 * A joined one reads into one buffer, and reads on once the other side has its content. Node's streams make a buffer for each
 * 64 kB; collecting those takes half of the time, and they take tens of megabytes until then. Node knows `onread` only for a new
 * connection: so this one is like any other until it is joined.
 */
const joinable = (own: () => net.Socket): { readonly onread: net.OnReadOpts; readonly redirect: Redirect } => {
  let to: net.Socket | undefined
  let buffer = shared
  return {
    onread: {
      buffer: () => buffer,
      callback: (size, read) => {
        const part = read.subarray(0, size) as Buffer
        if (to === undefined) return own().push(Buffer.from(part))
        // the first read still goes where all others go, too
        to.write(read === shared ? Buffer.from(part) : part, () => own().resume())
        // read on only if all of it went to the other side at once
        return to.writableLength === 0
      }
    },
    redirect: (other) => {
      to = other
      buffer = Buffer.allocUnsafeSlow(bufferSize)
    }
  }
}

/** Connects to a socket; the connection can be joined. */
export const connect = (path: string): net.Socket => {
  const { onread, redirect } = joinable((): net.Socket => socket)
  const socket: net.Socket = net.connect({ path, allowHalfOpen: true, onread })
  redirects.set(socket, redirect)
  return readToEnd(socket)
}

/**
 * Lets a connection whose other side takes no more be read to its end before the write's error ends it: that side has often
 * written its last words by then, such as a program's last output, or the answer that says why. Node alone would drop them.
 */
const readToEnd = (socket: net.Socket): net.Socket => {
  const proto = net.Socket.prototype as WithWritev
  const held = (then: Written): Written => (error) => {
    if (error === null || error === undefined || socket.destroyed) return then(error)
    whenEnded(socket, () => then(error))
  }
  const own: WithWritev = {
    _write: (chunk, encoding, then) => proto._write.call(socket, chunk, encoding, held(then)),
    _writev: (chunks, then) => proto._writev.call(socket, chunks, held(then))
  }
  return Object.assign(socket, own)
}

type Written = (error?: Error | null) => void
type WithWritev = Pick<net.Socket, "_write"> & Required<Pick<net.Socket, "_writev">>

/**
 * A connection that a server has accepted and not read yet (`pauseOnConnect`), as one that can be joined.
 *
 * **Details**
 *
 * Node offers `onread` only for connections that it makes itself. So this makes a new one of the `_handle` of the first, as
 * `net.Server` does. The first one stays without: it only ends with the new one, so that the server knows. It has read nothing,
 * so the new one misses nothing, not even an end. If a version of Node has no `_handle`, the connection stays as it is.
 */
export const accepted = (first: net.Socket): net.Socket => {
  const inner = first as unknown as { _handle?: object | null }
  const handle = inner._handle
  if (handle === undefined || handle === null) return first
  inner._handle = null
  const { onread, redirect } = joinable((): net.Socket => socket)
  const options: net.SocketConstructorOpts & { readonly handle: object; readonly onread: net.OnReadOpts } = {
    handle,
    allowHalfOpen: true,
    readable: true,
    writable: true,
    onread
  }
  const socket = new net.Socket(options)
  redirects.set(socket, redirect)
  return socket.on("close", () => first.destroy())
}

/** Joins two connections. If one direction ends, the other goes on, as at the end of a shell's input. */
export const join = (client: net.Socket, daemon: net.Socket): void => {
  endTogether(client, daemon)
  flow(client, daemon)
  flow(daemon, client)
}

/** What the daemon sends goes to the client, and nothing of the client's to the daemon but its end. */
export const answer = (client: net.Socket, daemon: net.Socket): void => {
  endTogether(client, daemon)
  whenEnded(client, () => daemon.end())
  client.resume()
  flow(daemon, client)
}

/** What was on its way to one side when the other failed still gets there: it may be the answer that says why. */
const endTogether = (client: net.Socket, daemon: net.Socket): void => {
  daemon.on("error", () => client.destroySoon()).on("close", () => client.destroySoon())
  client.on("error", () => daemon.destroy()).on("close", () => daemon.destroySoon())
}

/** Passes on what was read already, all that comes, and the end, which may have come already as well. */
const flow = (from: net.Socket, to: net.Socket): void => {
  const redirect = redirects.get(from)
  if (redirect === undefined) return void from.pipe(to)
  whenEnded(from, () => to.end())
  redirect(to)
  for (let read = from.read() as Buffer | null; read !== null; read = from.read() as Buffer | null) to.write(read)
  from.resume()
}

const whenEnded = (socket: net.Socket, then: () => void): void => {
  if (socket.readableEnded) then()
  else socket.once("end", then)
}

/** Where bytes go: a connection, or a request to the daemon. */
interface Destination {
  readonly write: (chunk: Buffer) => boolean
  readonly writableLength: number
  readonly once: (event: "drain", then: () => void) => unknown
}

/**
 * Passes `length` bytes on, beginning with `head`, which was read already. Then it stops reading, so that others can read the
 * rest. `whenPassed` says whether the bytes came, or the end before them.
 */
export const pass = (
  from: net.Socket,
  head: Buffer,
  length: number,
  to: Destination,
  whenPassed: (isWhole: boolean) => void
): void => {
  let left = length
  const cut = (): void => whenPassed(false)
  const take = (chunk: Buffer): void => {
    const part = chunk.subarray(0, left)
    left -= part.length
    // `write` returns false for a part above its limit, even if the other side has taken it at once
    if (part.length > 0 && !to.write(part) && to.writableLength > 0 && left > 0) {
      from.pause()
      to.once("drain", () => from.resume())
    }
    if (left > 0) return
    from.off("data", take).off("end", cut)
    from.pause()
    if (chunk.length > part.length) from.unshift(chunk.subarray(part.length))
    whenPassed(true)
  }
  if (left > head.length) from.on("data", take)
  take(head)
  if (left > 0) whenEnded(from, cut)
}
