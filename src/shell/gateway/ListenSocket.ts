/**
 * The socket that the gateway listens on.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import * as net from "node:net"
import * as path from "node:path"

/** The first descriptor that systemd passes: sd_listen_fds(3). */
const firstPassed = 3

/**
 * Makes a server listen at a path, with the mode and group of the daemon's socket, or on the descriptor that systemd
 * passed. Rejects with a line that says why it cannot.
 *
 * @category running
 */
export const open = async (listener: net.Server, place: string, daemon: string): Promise<void> => {
  if (process.env["LISTEN_FDS"] === "1" && process.env["LISTEN_PID"] === String(process.pid)) {
    await listening(listener, () => listener.listen({ fd: firstPassed }))
    return
  }
  fs.mkdirSync(path.dirname(place), { recursive: true })
  await makeRoom(place)
  // nobody else can connect before the socket has the mode that it is to have
  const umask = process.umask(0o177)
  try {
    await listening(listener, () => listener.listen(place))
  } finally {
    process.umask(umask)
  }
  const like = fs.statSync(daemon, { throwIfNoEntry: false })
  if (like === undefined) return
  fs.chownSync(place, -1, like.gid)
  fs.chmodSync(place, like.mode & 0o777)
}

/** Removes the socket of a gateway that is gone; another that listens, and what is no socket, stay. */
const makeRoom = async (place: string): Promise<void> => {
  const stat = fs.lstatSync(place, { throwIfNoEntry: false })
  if (stat === undefined) return
  if (!stat.isSocket()) throw new Error(`${place} is there and is not a socket; name another place with --listen`)
  if (await isAnswered(place)) {
    throw new Error(`another program listens at ${place}; stop it, or name another place with --listen`)
  }
  fs.unlinkSync(place)
}

const isAnswered = async (place: string): Promise<boolean> => {
  const socket = net.connect(place)
  try {
    await once(socket, "connect")
    return true
  } catch (error) {
    // ECONNREFUSED: nobody accepts any more; every other error is one of a socket that somebody may use
    return (error as NodeJS.ErrnoException).code !== "ECONNREFUSED"
  } finally {
    socket.destroy()
  }
}

const listening = async (listener: net.Server, listen: () => void): Promise<void> => {
  const started = once(listener, "listening")
  listen()
  await started
}
