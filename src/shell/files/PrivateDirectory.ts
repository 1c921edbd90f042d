/**
 * Directories that only this user can look into, each for one run of the shim, named after its process so that what a
 * killed run left behind can be told from what is in use.
 */
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { attempt } from "./Attempt.ts"
import * as Ownership from "./Ownership.ts"

/** `docker-shim-`, process id, its start in clock ticks since boot, its process id namespace, and what makes it unique. */
const pattern = /^docker-shim-(\d+)-(\d+)-(\d+)-\w{6}$/

/** Of processes that cannot be seen from here, in another namespace, a directory this old is of none that still runs. */
const longestRun = 7 * 24 * 3600_000

/**
 * Makes a directory, mode 0700, and removes those of runs that were killed. Throws where none can be made.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (env: Readonly<Record<string, string | undefined>>): string => {
  const parent = place(env)
  sweep(parent)
  const directory = fs.mkdtempSync(
    path.join(parent, `docker-shim-${process.pid}-${startOf("self") ?? "0"}-${namespace()}-`)
  )
  fs.chmodSync(directory, 0o700)
  return directory
}

/**
 * Removes a directory.
 *
 * @category destructors
 * @since 0.1.0
 */
export const remove = (directory: string): void => {
  try {
    fs.rmSync(directory, { recursive: true, force: true })
  } catch {
    // The next run tries again.
  }
}

/**
 * Where such directories are: `$XDG_RUNTIME_DIR` where that is this user's own, else the system's directory for temporary
 * files. The path has nothing in it that `COMPOSE_FILE` could take for a separator.
 */
const place = (env: Readonly<Record<string, string | undefined>>): string =>
  [env["XDG_RUNTIME_DIR"] ?? "", env["TMPDIR"] ?? "", tmpdir()].find((one, at) =>
    /^\/[\w./-]*$/.test(one) && isUsable(one, at === 0)
  ) ?? "/tmp"

const isUsable = (directory: string, mustBeOwn: boolean): boolean => {
  try {
    const stat = fs.statSync(directory)
    fs.accessSync(directory, fs.constants.W_OK | fs.constants.X_OK)
    return stat.isDirectory() && (!mustBeOwn || Ownership.isOwn(stat))
  } catch {
    return false
  }
}

/** Removes what runs that are no more left behind: only real directories, of this user's own. */
const sweep = (parent: string): void => {
  const own = namespace()
  for (const name of attempt(() => fs.readdirSync(parent)) ?? []) {
    const [, pid, start, space] = pattern.exec(name) ?? []
    if (pid === undefined) continue
    const directory = path.join(parent, name)
    const stat = attempt(() => fs.lstatSync(directory))
    if (stat?.isDirectory() !== true || stat.uid !== process.getuid?.()) continue
    const isOver = space === own ? startOf(pid) !== start : Date.now() - stat.mtimeMs > longestRun
    if (isOver) remove(directory)
  }
}

/** When a process was started, field 22 of proc(5)'s `stat`; `undefined` where there is none. */
const startOf = (pid: string): string | undefined => {
  const stat = attempt(() => fs.readFileSync(`/proc/${pid}/stat`, "latin1"))
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19]
}

const namespace = (): string => /\d+/.exec(attempt(() => fs.readlinkSync("/proc/self/ns/pid")) ?? "")?.[0] ?? "0"
