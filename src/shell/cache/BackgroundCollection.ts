/**
 * Starts collection by itself after a build, in the background, at most once an hour of all sessions together.
 */
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as Files from "../files/Files.ts"
import * as CacheLease from "./CacheLease.ts"

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
    const last = fs.lstatSync(CacheLayout.collected(directory), { throwIfNoEntry: false })
    if (last !== undefined && CacheLease.now(directory) - last.mtimeMs < interval) return false
    Files.write(CacheLayout.collected(directory), "")
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
