/** Starts collection automatically after a build, in the background, at most once an hour for all sessions together. */
import { spawn } from "node:child_process"
import * as os from "node:os"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import { attempt } from "../files/Attempt.ts"
import * as ChangeTime from "../files/ChangeTime.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as TimeBudget from "../files/TimeBudget.ts"
import * as ProgramForm from "../process/ProgramForm.ts"
import * as CachePlace from "./CachePlace.ts"
import * as ForeignDirectory from "./ForeignDirectory.ts"

/** The time between two automatic collections, in milliseconds. */
export const interval = 3_600_000

/** Lower than anything the user does. */
const priority = 15

/**
 * Starts `docker-shim cache prune --force`, unless a collection began in the last hour; returns whether it did. `shim` is the
 * shim's own file, `env` holds the settings. Nobody waits for it, and its failure is nobody's.
 */
export const start = (
  cache: CachePlace.Cache,
  shim: string,
  env: Readonly<Record<string, string | undefined>>,
  budget: TimeBudget.TimeBudget = TimeBudget.endless
): boolean => {
  try {
    if (!TimeBudget.cutting(budget, () => CachePlace.use(cache, isDue))) return false
    run(["cache", "prune", "--force"], CachePlace.pathOf(cache), shim, env)
    return true
  } catch {
    // a later build starts it; what keeps it from beginning is for 'docker-shim doctor' to say
    return false
  }
}

/**
 * Starts `docker-shim cache verify --repair` of an entry, unless one began in the last hour; whether one runs or ran.
 */
export const startVerification = (
  directory: string,
  key: string,
  shim: string,
  env: Readonly<Record<string, string | undefined>>,
  budget: TimeBudget.TimeBudget = TimeBudget.endless
): boolean => {
  try {
    const isToBegin = TimeBudget.cutting(budget, () =>
      SharedDirectory.use(
        directory,
        (root) =>
          CachePlace.at(root, CacheLayout.checking(root.path, key), (entry, name) => {
            const last = SharedDirectory.status(entry, name)
            // whatever else is in the way is none of ours
            if (last?.isDirectory() === true) CachePlace.move(entry, name, root, SharedFile.unfinished())
            const now = SharedFile.write(entry, name, "").ctimeMs
            // nobody can choose the time of a change of status
            return last === undefined || now - last.ctimeMs >= interval
          })
      ))
    if (isToBegin === undefined) return false // the entry is gone
    if (isToBegin) run(["cache", "verify", "--repair", "--key", key], directory, shim, env)
    return true
  } catch {
    // one that may not write there cannot set anything aside either
    return false
  }
}

/**
 * The shim's first line starts Node without the user's values of these. `NodeVariables` has their names, too, but would be a part
 * of its own of the program if it were used here.
 */
const forNode = { NODE_OPTIONS: undefined, NODE_EXTRA_CA_CERTS: undefined }

const run = (
  words: ReadonlyArray<string>,
  directory: string,
  shim: string,
  env: Readonly<Record<string, string | undefined>>
): void => {
  // `node` need not be on `PATH`, where that line would look for it
  const [file, args] = ProgramForm.isExecutable(shim) ? [shim, words] : [process.execPath, [shim, ...words]]
  const child = spawn(file, args, {
    argv0: "docker-shim",
    cwd: "/",
    env: { ...env, ...forNode, DOCKER_SHIM_CACHE_DIR: directory },
    stdio: "ignore",
    detached: true
  })
  child.on("error", () => undefined)
  child.unref()
  const { pid } = child
  // it has ended already, or nobody may set that: it runs all the same
  if (pid !== undefined) attempt(() => os.setPriority(pid, priority))
}

/** Whether it is time, which then counts from now. A time in the future, after the clock was wrong, counts as now too, once. */
const isDue = (root: SharedDirectory.SharedDirectory): boolean => {
  ForeignDirectory.check(root)
  const [name = ""] = CachePlace.namesOf(root, CacheLayout.collected(root.path))
  const last = SharedDirectory.status(root, name)
  if (last?.isDirectory() === true) CachePlace.move(root, name, root, SharedFile.unfinished())
  const age = last === undefined ? interval : SharedFile.now(root) - ChangeTime.fromStats(last)
  if (age >= 0 && age < interval) return false
  SharedFile.write(root, name, "")
  return age >= interval
}
