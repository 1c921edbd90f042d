/**
 * Directories that only this user can look into, each for one run of the shim. The name contains the process, so the next run
 * recognises what a killed run left behind.
 */
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { attempt } from "./Attempt.ts"
import * as SafePlace from "./SafePlace.ts"

/** `docker-shim-`, process id, its start in clock ticks since boot, its process id namespace, and what makes it unique. */
const pattern = /^docker-shim-(\d+)-(\d+)-(\d+)-\w{6}$/

/**
 * In milliseconds. A process of another namespace cannot be seen from here: if its directory is older than this, it has ended.
 */
const longestRun = 7 * 24 * 3600_000

/**
 * Makes a directory with mode 0700, calls `fill`, and removes the directories of killed runs. If a place does not work (no
 * room, a name that leads nowhere), it tries the next one. Throws the first error if no place is left.
 */
export const create = <A>(env: Env, fill: (directory: string) => A): A => {
  let first: unknown
  for (const parent of places(env)) {
    try {
      sweep(parent)
      return fillOne(parent, fill)
    } catch (error) {
      first ??= error
    }
  }
  throw first ?? new Error("no directory for temporary files is safe from other users")
}

const fillOne = <A>(parent: string, fill: (directory: string) => A): A => {
  const directory = fs.mkdtempSync(
    path.join(parent, `docker-shim-${process.pid}-${startOf("self") ?? "0"}-${namespace()}-`)
  )
  try {
    // the mask may have taken rights away that the owner needs
    fs.chmodSync(directory, 0o700)
    return fill(directory)
  } catch (error) {
    remove(directory)
    throw error
  }
}

/** Removes a directory. */
export const remove = (directory: string): void => {
  try {
    fs.rmSync(directory, { recursive: true, force: true })
  } catch {
    // The next run tries again.
  }
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * The places for such directories, the best first: the directory of the user's login, those for temporary files, and memory.
 * Other users cannot change where any of them leads. No path contains a character that `COMPOSE_FILE` could take for a
 * separator.
 */
export const places = (env: Env): ReadonlyArray<string> => {
  const all = [env["XDG_RUNTIME_DIR"] ?? "", env["TMPDIR"] ?? "", tmpdir(), "/tmp", "/dev/shm"]
  return [...new Set(all)].filter((one) => /^\/[\w./-]*$/.test(one) && isUsable(one))
}

const isUsable = (directory: string): boolean =>
  attempt(() => {
      fs.accessSync(directory, fs.constants.W_OK | fs.constants.X_OK)
      return true
    }) === true && SafePlace.isSafe(directory)

/** Removes the directories of runs that have ended. Removes only real directories that belong to this user. */
const sweep = (parent: string): void => {
  const own = namespace()
  for (const name of attempt(() => namesIn(parent)) ?? []) {
    const [, pid, start, space] = pattern.exec(name) ?? []
    if (pid === undefined) continue
    const directory = path.join(parent, name)
    const stat = attempt(() => fs.lstatSync(directory))
    if (stat?.isDirectory() !== true || stat.uid !== process.getuid?.()) continue
    const isOver = space === own ? startOf(pid) !== start : Date.now() - stat.mtimeMs > longestRun
    if (isOver) remove(directory)
  }
}

/** Looks at no more names than this: others may put any number into a directory for temporary files. */
const mostNames = 10_000

const namesIn = (directory: string): ReadonlyArray<string> => {
  const names: Array<string> = []
  const listing = fs.opendirSync(directory)
  try {
    for (let entry = listing.readSync(); entry !== null && names.length < mostNames; entry = listing.readSync()) {
      names.push(entry.name)
    }
    return names
  } finally {
    listing.closeSync()
  }
}

/** When a process was started, field 22 of proc(5)'s `stat`; `undefined` if there is none. */
const startOf = (pid: string): string | undefined => {
  const stat = attempt(() => fs.readFileSync(`/proc/${pid}/stat`, "latin1"))
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19]
}

const namespace = (): string => /\d+/.exec(attempt(() => fs.readlinkSync("/proc/self/ns/pid")) ?? "")?.[0] ?? "0"
