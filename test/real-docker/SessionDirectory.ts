/**
 * A directory whose life is the session's: it goes when the session stops or when the process that made it dies, and
 * everything that runs with a mount below it goes first. `session.sh` does the work, so that it outlives this process.
 */
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import type { Writable } from "node:stream"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

/** One session's directory, such as `/tmp/docker-shim-e2e-4711-1`. */
export interface SessionDirectory {
  readonly path: string
  /** A directory in it, such as a shared cache; what the session needs for itself lies beside that. */
  readonly below: (name: string) => string
  /** Ends what runs with a mount below `path`, removes cgroups, mount points made for it, and `path`. */
  readonly remove: () => Promise<void>
}

/** What all session directories begin with. Short: a socket path below it may have no more than 108 bytes. */
export const BASE = "/tmp/docker-shim-e2e"

const SCRIPT = fileURLToPath(new URL("session.sh", import.meta.url))

let count = 0

/**
 * Makes a session directory, and those of `mountPoints` that the machine lacks. First removes what dead processes left.
 */
export const create = async (mountPoints: ReadonlyArray<string>): Promise<SessionDirectory> => {
  await script("leftovers", BASE)
  count += 1
  const path = `${BASE}-${process.pid}-${count}`
  await script("create", path, String(process.pid), ...mountPoints)
  const remove = watch(path)
  const below = (name: string): string => {
    mkdirSync(join(path, name), { recursive: true })
    return join(path, name)
  }
  return { path, below, remove }
}

/** Removes the cgroups of containers that have ended with their engine. */
export const removeCgroups = (path: string): Promise<void> => script("cgroups", path)

const script = async (...args: ReadonlyArray<string>): Promise<void> => {
  await promisify(execFile)(SCRIPT, [...args], { cwd: "/" })
}

/** Starts the watcher, in a session of its own for Ctrl-C not to reach it. The end of its stdin makes it remove `path`. */
const watch = (path: string): () => Promise<void> => {
  const watcher = spawn(SCRIPT, ["watch", path], { cwd: "/", detached: true, stdio: ["pipe", "ignore", "ignore"] })
  const ended = once(watcher, "exit")
  watcher.unref()
  // a pipe is a socket, which the types of `spawn` do not say
  const stdin = watcher.stdin as Writable & { readonly unref: () => void }
  stdin.unref()
  stdin.on("error", () => undefined)
  return async () => {
    watcher.ref()
    stdin.end()
    await ended
    await script("remove", path) // nothing left to do, unless somebody killed the watcher
    if (existsSync(path)) throw new Error(`traces of a session remain in ${path}`)
  }
}
