/**
 * Passes bytes from one connection to another as they come, no faster than the other side takes them.
 */
import * as net from "node:net"

/** In bytes, a little more than a socket of Linux holds (net.core.wmem_default): one read empties it. */
const bufferSize = 256 << 10

/** Where bytes are that somebody reads as a stream: they are copied from there at once, so all connections share it. */
const shared = Buffer.allocUnsafeSlow(64 << 10)

/** Where the bytes of a connection go: `left` of them to another one. Then `passed` is called, and a stream gets the others. */
interface Route {
  readonly to: net.Socket
  readonly passed: () => void
  left: number
}

/** The route that a connection follows now, if it does; and whether it reads into one buffer, or as Node's do. */
interface Routing {
  readonly isBuffered: boolean
  now: Route | undefined
}

const routings = new WeakMap<net.Socket, Routing>()

/** Sends a part on, as far as the route goes; `then` is called when the other side has it. Gives what is behind it. */
const send = (route: Route, part: Buffer, then: () => void): Buffer => {
  const taken = part.subarray(0, route.left)
  route.left -= taken.length
  // nobody takes the rest if the other side has ended
  if (route.to.writable) route.to.write(taken, then)
  return part.subarray(taken.length)
}

/** Passes on what was read, and says whether to read on: only once the other side has all of it. */
const passOn = (from: net.Socket, routing: Routing, route: Route, part: Buffer, isReused: boolean): boolean => {
  const isLast = route.left <= part.length
  const rest = send(route, isLast && isReused ? Buffer.from(part) : part, () => isLast || from.resume())
  if (isLast) finish(from, routing, route, rest)
  return isLast || route.to.writableLength === 0 || !route.to.writable
}

/**
 * Ends a route. What comes behind it is kept, so that others can read it; and if nothing does, the end is noticed.
 */
const finish = (from: net.Socket, routing: Routing, { passed }: Route, rest: Buffer): void => {
  routing.now = undefined
  from.removeAllListeners("data").pause()
  if (rest.length > 0) from.unshift(rest)
  from.read(0)
  passed()
}

/**
 * Options of a connection that can be joined to another one.
 *
 * **Details**
 *
 * A joined one reads into one buffer, and reads on once the other side has its content. Node's streams make a buffer for each
 * 64 kB; collecting those takes half of the time, and they take tens of megabytes until then. Node knows `onread` only for a new
 * connection: so this one is like any other until it is joined.
 */
const joinable = (own: () => net.Socket): { readonly onread: net.OnReadOpts; readonly routing: Routing } => {
  const routing: Routing = { isBuffered: true, now: undefined }
  let buffer: Buffer | undefined
  return {
    routing,
    onread: {
      buffer: () => routing.now === undefined ? shared : buffer ??= Buffer.allocUnsafeSlow(bufferSize),
      callback: (size, read) => {
        const part = read.subarray(0, size) as Buffer
        const { now } = routing
        if (now === undefined) return own().push(Buffer.from(part))
        // the first read still goes where all others go, too
        const isReused = read !== shared
        return passOn(own(), routing, now, isReused ? part : Buffer.from(part), isReused)
      }
    }
  }
}

/** Connects to a socket; the connection can be joined. */
export const connect = (path: string): net.Socket => {
  const { onread, routing } = joinable((): net.Socket => socket)
  const socket: net.Socket = net.connect({ path, allowHalfOpen: true, onread })
  routings.set(socket, routing)
  return readToEnd(socket)
}

/**
 * Lets a connection whose other side takes no more be read to its end before the write's error ends it: that side has often
 * written its last words by then, such as a program's last output, or the answer that says why. Node alone would drop them.
 */
export const readToEnd = (socket: net.Socket): net.Socket => {
  const proto = net.Socket.prototype as WithWritev
  const held = (then: Written): Written => (error) => {
    if (error === null || error === undefined || socket.destroyed) return then(error)
    const end = (): void => {
      socket.off("end", end).off("close", end)
      then(error)
    }
    if (socket.readableEnded) end()
    else socket.on("end", end).on("close", end)
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
  const { onread, routing } = joinable((): net.Socket => socket)
  const options: net.SocketConstructorOpts & { readonly handle: object; readonly onread: net.OnReadOpts } = {
    handle,
    allowHalfOpen: true,
    readable: true,
    writable: true,
    onread
  }
  const socket = new net.Socket(options)
  routings.set(socket, routing)
  return socket.on("close", () => first.destroy())
}

/** Has what comes now be dropped, so that the end is noticed. */
export const discard = (from: net.Socket): void => {
  if (routings.get(from)?.now === undefined) from.resume()
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

/** Passes on all that comes, and the end. */
const flow = (from: net.Socket, to: net.Socket): void => {
  whenEnded(from, () => to.end())
  redirect(from, { to, left: Infinity, passed: () => undefined })
}

/** An end may have come already. */
const whenEnded = (socket: net.Socket, then: () => void): void => {
  if (socket.readableEnded) then()
  else socket.once("end", then)
}

/**
 * Passes `length` bytes on. Then it keeps what comes, so that others can read it. `whenPassed` says whether the bytes came, or the
 * end before them.
 */
export const pass = (
  from: net.Socket,
  to: net.Socket,
  length: number,
  whenPassed: (isWhole: boolean) => void
): void => {
  const cut = (): void => whenPassed(false)
  whenEnded(from, cut)
  redirect(from, {
    to,
    left: length,
    passed: () => {
      from.off("end", cut)
      whenPassed(true)
    }
  })
}

/** Has a connection follow a route from now on. What was read already goes first. */
const redirect = (from: net.Socket, route: Route): void => {
  const routing = routings.get(from) ?? { isBuffered: false, now: undefined }
  const isUnderWay = routing.now !== undefined
  routings.set(from, routing)
  routing.now = route
  // it may wait for the other side, and reads on then
  if (isUnderWay) return
  let rest: Buffer = Buffer.alloc(0)
  while (route.left > 0) {
    const read = from.read() as Buffer | null
    if (read === null) break
    rest = send(route, read, () => undefined)
  }
  if (route.left === 0) return finish(from, routing, route, rest)
  if (!routing.isBuffered) {
    from.on("data", (part) => {
      if (routing.now !== undefined && !passOn(from, routing, routing.now, part, false)) from.pause()
    })
  }
  from.resume()
}
