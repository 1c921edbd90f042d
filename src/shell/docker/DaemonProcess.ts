/** Finds the process behind a daemon's socket, as far as this user may look. */
import * as fs from "node:fs"
import * as path from "node:path"
import { attempt } from "../files/Attempt.ts"

/** The mount namespace of a process, such as `mnt:[4026531841]`; `undefined` if it may not be read. */
export const mountNamespace = (process: string): string | undefined =>
  attempt(() => fs.readlinkSync(`/proc/${process}/ns/mnt`))

/**
 * Whether `dockerd` itself listens at a socket, in this process's own mount namespace and with the same root: then both see the
 * same files. `false` is no proof of the opposite: another user's processes cannot be looked at.
 *
 * **Details**
 *
 * The socket is found by its path among those of the network namespace (`/proc/net/unix`), where only one may have it, and its
 * process by the descriptors of all. Only `dockerd` counts: a relay may lead to a daemon anywhere.
 */
export const seesSameFiles = (socket: string): boolean => {
  const own = mountNamespace("self")
  const inode = listening(socket)
  if (own === undefined || inode === undefined) return false
  const processes = attempt(() => fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name))) ?? []
  return processes.some((one) =>
    isDaemon(one) && mountNamespace(one) === own && isSameRoot(one) && descriptors(one).includes(`socket:[${inode}]`)
  )
}

/** The inode of the one listening socket with this path: unix(7), the flag that Linux prints for those that accept. */
const listening = (socket: string): string | undefined => {
  const text = attempt(() => fs.readFileSync("/proc/net/unix", "utf8")) ?? ""
  const names = new Set([socket, attempt(() => fs.realpathSync(socket))])
  const inodes = text.split("\n").flatMap((line) => {
    const [, inode, name] = /^\S+: \S+ \S+ 00010000 0001 \S+ +(\d+) (\/.*)$/.exec(line) ?? []
    return inode !== undefined && names.has(aliased(name)) ? [inode] : []
  })
  const [first, ...others] = new Set(inodes)
  return others.length === 0 ? first : undefined
}

/** The path by which a daemon bound its socket, with its links followed as they lead now. */
const aliased = (name: string | undefined): string | undefined =>
  name === undefined
    ? undefined
    : attempt(() => path.join(fs.realpathSync(path.dirname(name)), path.basename(name))) ?? name

const isDaemon = (process: string): boolean => {
  const file = attempt(() => fs.readlinkSync(`/proc/${process}/exe`)) ?? ""
  return path.basename(file.replace(/ \(deleted\)$/, "")) === "dockerd"
}

const isSameRoot = (process: string): boolean => {
  const [one, other] = [`/proc/${process}/root/`, "/"].map((root) => attempt(() => fs.statSync(root)))
  return one !== undefined && one.dev === other?.dev && one.ino === other.ino
}

const descriptors = (process: string): ReadonlyArray<string> => {
  const directory = `/proc/${process}/fd`
  return (attempt(() => fs.readdirSync(directory)) ?? []).flatMap((name) =>
    attempt(() => fs.readlinkSync(`${directory}/${name}`)) ?? []
  )
}
