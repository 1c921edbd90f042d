/**
 * Starts collection by itself after a build, in the background, at most once an hour of all sessions together.
 */
import { spawn } from "node:child_process"
import * as os from "node:os"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as CachePlace from "./CachePlace.ts"

/** How long after one collection the next may begin by itself. */
export const interval = 3_600_000

/** Lower than anything the user does. */
const priority = 15

/**
 * Starts `docker-shim cache prune` unless a collection began in the last hour; whether it did. `shim` is the shim's own
 * file, `env` holds the settings. Nobody waits for it, and what becomes of it is nobody's failure.
 *
 * @category running
 * @since 0.1.0
 */
export const start = (
  directory: string,
  shim: string,
  env: Readonly<Record<string, string | undefined>>
): boolean => {
  try {
    if (!SharedDirectory.use(directory, isDue)) return false
    const words = ["cache", "prune"]
    const [file, args] = shim.endsWith(".js") ? [process.execPath, [shim, ...words]] : [shim, words]
    const child = spawn(file, args, { argv0: "docker-shim", cwd: "/", env, stdio: "ignore", detached: true })
    child.on("error", () => undefined)
    if (child.pid !== undefined) os.setPriority(child.pid, priority)
    child.unref()
    return true
  } catch {
    return false
  }
}

/** Whether it is time, which then counts from now. A time in the future, after the clock was wrong, counts as now too, once. */
const isDue = (root: SharedDirectory.SharedDirectory): boolean => {
  const [name = ""] = CachePlace.namesOf(root, CacheLayout.collected(root.path))
  const last = SharedDirectory.status(root, name)
  if (last?.isDirectory() === true) CachePlace.move(root, name, root, SharedFile.unfinished())
  const age = last === undefined ? interval : SharedFile.now(root) - SharedDirectory.changedAt(last)
  if (age >= 0 && age < interval) return false
  SharedFile.write(root, name, "")
  return age >= interval
}
