/**
 * The socket that the gateway listens on.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import * as net from "node:net"
import * as path from "node:path"
import * as RealPaths from "../docker/RealPaths.ts"
import { attempt } from "../files/Attempt.ts"
import * as OwnDirectory from "../files/OwnDirectory.ts"

/** The first descriptor that systemd passes: sd_listen_fds(3). */
const firstPassed = 3

/** Linux, `sockaddr_un`: a path of 108 bytes with the zero that ends it. */
const maxPath = 107

/**
 * Where a gateway listens, and who may connect.
 *
 * **Details**
 *
 * Without a `mode` (such as 0o660) or a `group` (its number), the socket gets that of the socket `like`.
 */
export interface Place {
  readonly path: string
  readonly like: string
  readonly mode?: number | undefined
  readonly group?: number | undefined
}

/**
 * Makes a server listen at a place, or on the descriptor that systemd passed. The result removes the socket. If it cannot,
 * rejects with a line that says why.
 *
 * **Details**
 *
 * The socket is made under a temporary name, gets its mode and group there, and is then linked to its place in one step, which
 * succeeds for only one of several gateways. Until the daemon's socket exists, only the gateway's own user may connect.
 */
export const open = async (listener: net.Server, place: Place): Promise<() => void> => {
  // the gateway would be its own daemon
  if (isOne(place.path, place.like)) throw new Error("--listen and --to name the same socket")
  if (process.env["LISTEN_FDS"] === "1" && process.env["LISTEN_PID"] === String(process.pid)) {
    await listening(listener, () => listener.listen({ fd: firstPassed }))
    return () => undefined
  }
  if (Buffer.byteLength(place.path) > maxPath) {
    throw new Error(`${place.path} is longer than ${maxPath} bytes; name another place with --listen`)
  }
  const directory = path.dirname(place.path)
  // whoever can write to the directory can put another socket in the gateway's place
  makeDirectory(directory)
  const own = path.join(directory, `.${process.pid.toString(36)}`)
  // left by a killed gateway: in a container each has the same process id
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

/** Whether two paths are one place for a socket: by links, by another mount of its directory, or by another name of it. */
const isOne = (place: string, other: string): boolean => {
  const real = RealPaths.resolver()
  const [one, two] = [real(place).resolved, real(other).resolved]
  return one === two || isSameFile(one, two)
    || path.basename(one) === path.basename(two) && isSameFile(path.dirname(one), path.dirname(two))
}

const isSameFile = (one: string, other: string): boolean => {
  const [first, second] = [one, other].map((file) => attempt(() => fs.statSync(file)))
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino
}

const makeDirectory = (directory: string): void => {
  try {
    OwnDirectory.make(directory, 0o755)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(`the directory ${directory} cannot be made (${String(code)}); name another place with --listen`, {
      cause: error
    })
  }
}

/** Gives the socket its mode and group as soon as they are known. The result stops waiting for the daemon's socket. */
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

/** Puts the socket in its place, which must be empty. Only one of several gateways can. */
const take = (own: string, place: string): void => {
  try {
    fs.linkSync(own, place)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "EEXIST" ? taken(place) : error
  }
}

/** Removes the socket, unless another one has its place by now. */
const remover = (place: string, stopAdmitting: () => void): () => void => {
  const { dev, ino } = fs.lstatSync(place)
  return () => {
    stopAdmitting()
    const stat = fs.lstatSync(place, { throwIfNoEntry: false })
    if (stat?.ino === ino && stat.dev === dev) fs.unlinkSync(place)
  }
}

/** Removes the socket of a gateway that has ended. If another program listens there, or it is no socket, it stays. */
const makeRoom = async (place: string): Promise<void> => {
  const stat = fs.lstatSync(place, { bigint: true, throwIfNoEntry: false })
  if (stat === undefined) return
  if (!stat.isSocket()) throw new Error(`${place} is there and is not a socket; name another place with --listen`)
  if (await isAnswered(place)) throw taken(place)
  // by now another gateway may have decided the same and put its socket there: move it away, look at it, and put it back
  const aside = path.join(path.dirname(place), `.${process.pid.toString(36)}-old`)
  try {
    fs.renameSync(place, aside)
  } catch (error) {
    // another gateway was faster; `take` decides who gets the place
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return
    throw error
  }
  const moved = fs.lstatSync(aside, { bigint: true })
  // the time counts, too: a file system gives the number of a removed file to the next one, such as another gateway's socket
  const isTheSame = moved.ino === stat.ino && moved.dev === stat.dev && moved.mtimeNs === stat.mtimeNs
  if (!isTheSame) attempt(() => fs.linkSync(aside, place)) // otherwise a third gateway has the place: nothing is lost
  fs.unlinkSync(aside)
  if (!isTheSame) throw taken(place)
}

const isAnswered = async (place: string): Promise<boolean> => {
  const socket = net.connect(place)
  try {
    await once(socket, "connect")
    return true
  } catch (error) {
    // ECONNREFUSED: nobody listens any more. With any other error somebody may use the socket
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
