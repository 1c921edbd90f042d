/**
 * The socket that the gateway listens on.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import * as net from "node:net"
import * as path from "node:path"
import { attempt } from "../files/Attempt.ts"

/** The first descriptor that systemd passes: sd_listen_fds(3). */
const firstPassed = 3

/** Linux, `sockaddr_un`: a path of 108 bytes with the zero that ends it. */
const maxPath = 107

/**
 * Where a gateway listens, and who may connect.
 *
 * **Details**
 *
 * `mode` (such as 0o660) and `group` (its number) are those of the socket `like` where they are not given.
 */
export interface Place {
  readonly path: string
  readonly like: string
  readonly mode?: number | undefined
  readonly group?: number | undefined
}

/**
 * Makes a server listen at a place, or on the descriptor that systemd passed. Rejects with a line that says why it cannot.
 * The result removes the socket.
 *
 * **Details**
 *
 * The socket is made under a name of its own, gets its mode and group there, and then takes its place at once, which only one
 * of several gateways can do. Where the daemon's socket is not there yet, only the gateway's own user may connect until it is.
 */
export const open = async (listener: net.Server, place: Place): Promise<() => void> => {
  if (process.env["LISTEN_FDS"] === "1" && process.env["LISTEN_PID"] === String(process.pid)) {
    await listening(listener, () => listener.listen({ fd: firstPassed }))
    return () => undefined
  }
  if (Buffer.byteLength(place.path) > maxPath) {
    throw new Error(`${place.path} is longer than ${maxPath} bytes; name another place with --listen`)
  }
  const directory = path.dirname(place.path)
  // who may write into it may put another socket in the gateway's place
  fs.mkdirSync(directory, { recursive: true, mode: 0o755 })
  const own = path.join(directory, `.${process.pid.toString(36)}`)
  // of a gateway that was killed: in a container each has the same number
  if (fs.lstatSync(own, { throwIfNoEntry: false })?.isSocket() === true) fs.unlinkSync(own)
  await makeRoom(place.path)
  const umask = process.umask(0o177)
  try {
    await listening(listener, () => listener.listen(own))
  } finally {
    process.umask(umask)
  }
  try {
    const stopAdmitting = admit(own, place)
    take(own, place.path)
    return remover(place.path, stopAdmitting)
  } catch (error) {
    listener.close()
    throw error
  } finally {
    attempt(() => fs.unlinkSync(own)) // `listener.close` may have done it
  }
}

/** Gives the socket its mode and group, when they are known; the result stops waiting for the daemon's. */
const admit = (own: string, { group, like, mode, path: place }: Place): () => void => {
  const settle = (file: string): boolean => {
    const daemon = fs.statSync(like, { throwIfNoEntry: false })
    const gid = group ?? daemon?.gid
    const bits = mode ?? (daemon === undefined ? undefined : daemon.mode & 0o777)
    if (gid !== undefined) changeGroup(file, gid, place)
    if (bits !== undefined) fs.chmodSync(file, bits)
    return gid !== undefined && bits !== undefined
  }
  if (settle(own)) return () => undefined
  const timer = setInterval(() => {
    // a failure is tried again: the daemon may be making its socket just now
    if (attempt(() => settle(place)) === true) clearInterval(timer)
  }, 500).unref()
  return () => clearInterval(timer)
}

const changeGroup = (file: string, gid: number, place: string): void => {
  if (fs.statSync(file).gid === gid) return
  try {
    fs.chownSync(file, -1, gid)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(
      `${place} cannot be given to group ${gid} (${String(code)}); run as a member of it, or name another with --group`,
      { cause: error }
    )
  }
}

const taken = (place: string): Error =>
  new Error(`another program listens at ${place}; stop it, or name another place with --listen`)

/** Puts the socket in its place, which nobody has; of several that try only one can. */
const take = (own: string, place: string): void => {
  try {
    fs.linkSync(own, place)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "EEXIST" ? taken(place) : error
  }
}

/** Removes the socket, unless another is in its place by now. */
const remover = (place: string, stopAdmitting: () => void): () => void => {
  const { dev, ino } = fs.lstatSync(place)
  return () => {
    stopAdmitting()
    const stat = fs.lstatSync(place, { throwIfNoEntry: false })
    if (stat?.ino === ino && stat.dev === dev) fs.unlinkSync(place)
  }
}

/** Removes the socket of a gateway that is gone; another that listens, and what is no socket, stay. */
const makeRoom = async (place: string): Promise<void> => {
  const stat = fs.lstatSync(place, { bigint: true, throwIfNoEntry: false })
  if (stat === undefined) return
  if (!stat.isSocket()) throw new Error(`${place} is there and is not a socket; name another place with --listen`)
  if (await isAnswered(place)) throw taken(place)
  // what is there now may be another gateway's, that came to the same conclusion: it is moved, looked at, and put back
  const aside = path.join(path.dirname(place), `.${process.pid.toString(36)}-old`)
  try {
    fs.renameSync(place, aside)
  } catch (error) {
    // another that starts just now was faster: who has the place is decided when it is taken
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return
    throw error
  }
  const moved = fs.lstatSync(aside, { bigint: true })
  // by its time, too: a file system gives the number of what was removed to the next file, such as another's new socket
  const isTheSame = moved.ino === stat.ino && moved.dev === stat.dev && moved.mtimeNs === stat.mtimeNs
  if (!isTheSame) attempt(() => fs.linkSync(aside, place)) // a third one has it: nothing is lost
  fs.unlinkSync(aside)
  if (!isTheSame) throw taken(place)
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
