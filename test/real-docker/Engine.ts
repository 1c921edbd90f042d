/**
 * One `dockerd` in mount, network and pid namespaces of its own. It dies with the thread that started it.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { request } from "node:http"
import { basename, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { type Bind, printMounts } from "./Namespace.ts"
import * as Suite from "./Suite.ts"

/** Where images and layers are kept; `containerd` is what can export a build cache. */
export type Store = "containerd" | "classic"

/** What an engine is started with. */
export interface EngineOptions {
  readonly suite: Suite.Suite
  readonly store: Store
  /** The session's directory: holds the socket, the data and the log. Its name is the engine's cgroup. */
  readonly directory: string
  /** What the engine sees and the machine does not. */
  readonly binds: ReadonlyArray<Bind>
}

/** A running engine. */
export interface Engine {
  readonly process: ChildProcess
  /** The first process of the engine's namespaces, for `nsenter -t`. */
  readonly init: number
  /** What it said last, if it has ended and nobody here ended it. */
  readonly lost: () => string | undefined
  /** Ends engine and containers at once, as a power cut does, and waits until the kernel has ended them. */
  readonly kill: () => Promise<void>
}

/** An engine alone on the machine answers after 0.3 s; eight at once, with a cold disk, after some seconds. */
const START_LIMIT_MS = 60_000

/** The socket of a session's engine, the same path for client and engine. */
export const socketOf = (directory: string): string => join(directory, "docker.sock")

/** Starts an engine and waits until it answers. Rejects with the end of its log. */
export const start = async (options: EngineOptions): Promise<Engine> => {
  const { directory, suite } = options
  prepare(options)
  for (const name of ["mark", "tmp"]) await mkdir(join(directory, name), { recursive: true })
  const log = openSync(join(directory, "log"), "a")
  const child = spawn("setpriv", [
    ...["--pdeathsig", "KILL", "--", "unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child"],
    ...["docker-init", "--", "sh", "-c", startScript(options), "dockerd", ...dockerdArguments(options)]
  ], {
    cwd: "/",
    detached: true,
    // what a killed engine leaves there goes with the session
    env: { PATH: `${suite.bin}:/usr/sbin:/usr/bin:/sbin:/bin`, TMPDIR: join(directory, "tmp") },
    stdio: ["ignore", log, log]
  })
  closeSync(log)
  const ended = once(child, "exit")
  child.unref()
  const init = await answering(child, directory)
  let isKilled = false
  return {
    process: child,
    init,
    lost: () => isKilled || isRunning(child) ? undefined : lastWords(directory),
    kill: async () => {
      isKilled = true
      child.ref()
      // not `child`, the parent of `init`, which has to collect it; `init` ends when the kernel has ended all others
      if (existsSync(`/proc/${init}`)) process.kill(init, "SIGKILL")
      await ended
    }
  }
}

/** Removes what a killed engine has on disk, so that the next one starts empty; with `keepData` as after a reboot. */
export const erase = (directory: string, keepData: boolean): void => {
  for (const name of ["docker.sock", "pid", "exec", "init", "tmp", ...(keepData ? [] : ["data"])]) {
    rmSync(join(directory, name), { recursive: true, force: true, maxRetries: 5 })
  }
}

const prepare = ({ directory, store, suite }: EngineOptions): void => {
  if (Suite.isClassic(suite.generation) && store === "containerd") {
    throw new Error("Docker 20.10 has only the classic store")
  }
  const features = Suite.isClassic(suite.generation)
    ? {}
    : { features: { "containerd-snapshotter": store === "containerd" } }
  writeFileSync(join(directory, "daemon.json"), JSON.stringify(features))
}

/** The mount of `mark` is by what the session's processes are found; tmpfs for what containerd puts there in any case. */
const startScript = ({ binds, directory }: EngineOptions): string => {
  const mark = join(directory, "mark")
  return "busybox ip link set lo up && mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /opt/containerd && " +
    printMounts([{ source: mark, target: mark }, ...binds]) + "exec dockerd \"$@\""
}

const dockerdArguments = ({ directory }: EngineOptions): ReadonlyArray<string> => [
  ...["--config-file", join(directory, "daemon.json"), "--data-root", join(directory, "data")],
  ...["--exec-root", join(directory, "exec"), "-p", join(directory, "pid"), "-H", `unix://${socketOf(directory)}`],
  ...["--iptables=false", "--cgroup-parent", `/${basename(directory)}`]
]

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null

const answering = async (child: ChildProcess, directory: string): Promise<number> => {
  const limit = Date.now() + START_LIMIT_MS
  let init: number | undefined
  while (isRunning(child) && Date.now() < limit) {
    init ??= recordInit(child, directory)
    if (init !== undefined && await ping(socketOf(directory))) return init
    await sleep(25)
  }
  child.kill("SIGKILL")
  const log = readFileSync(join(directory, "log"), "utf8").trim().split("\n").slice(-15).join("\n")
  throw new Error(`dockerd did not start in ${directory}:\n${log}`)
}

/** The trace that a crashed engine leaves in its log, else the log's end: the log goes with the session. */
const lastWords = (directory: string): string => {
  const log = readFileSync(join(directory, "log"), "utf8")
  return (/^(?:panic|fatal error): [^]*/m.exec(log)?.[0] ?? log.slice(-4_000)).slice(0, 4_000)
}

/** Finds the child of `unshare` and notes it, with its start time, for `session.sh`. */
const recordInit = (child: ChildProcess, directory: string): number | undefined => {
  if (child.pid === undefined) return undefined
  try {
    const init = Number.parseInt(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8"), 10)
    const started = readFileSync(`/proc/${init}/stat`, "utf8").replace(/^.*\) /s, "").split(" ")[19] ?? ""
    writeFileSync(join(directory, "init"), `${init} ${started}\n`)
    return init
  } catch {
    return undefined // not yet there
  }
}

const ping = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = request({ socketPath, path: "/_ping", timeout: 5_000 }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    probe.on("timeout", () => probe.destroy())
    probe.on("error", () => resolve(false))
    probe.end()
  })
