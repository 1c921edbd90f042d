/**
 * What a running session has on the machine, and what of that is still there later.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs"
import { basename, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"

/** The traces of a session by the time they were collected. */
export interface Traces {
  readonly directory: string
  /** Paths such as `/proc/4711`, with the start time of the process. */
  readonly processes: ReadonlyMap<string, string>
  /** Such as `net:[4026532290]`; the kernel gives a number again when its namespace is gone. */
  readonly namespaces: ReadonlySet<string>
  /** When, in clock ticks since the machine started, as the start times are. */
  readonly collectedAt: number
}

/** The same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** Collects what runs for the session of a directory: engine, containers and commands of the client. */
export const collect = (directory: string): Traces => {
  const own = new Set(namespacesOf("/proc/self"))
  const inCgroups = new Set(cgroupsOf(directory).flatMap(processesIn))
  const processes = allProcesses().filter((path) =>
    inCgroups.has(basename(path)) || read(join(path, "mountinfo")).includes(` ${directory}/`) ||
    read(join(path, "cmdline")).includes(directory)
  )
  return {
    directory,
    processes: new Map(processes.map((path) => [path, startOf(path)])),
    namespaces: new Set(processes.flatMap(namespacesOf).filter((namespace) => !own.has(namespace))),
    collectedAt: Number.parseFloat(read("/proc/uptime")) * TICKS_PER_SECOND
  }
}

/** Says what is left of the traces, one line each; waits up to `limit` milliseconds for there to be nothing. */
export const remaining = async (traces: Traces, limit = 0): Promise<ReadonlyArray<string>> => {
  const end = Date.now() + limit
  for (;;) {
    const left = leftOf(traces)
    if (left.length === 0 || Date.now() >= end) return left
    await sleep(50)
  }
}

const leftOf = ({ collectedAt, directory, namespaces, processes }: Traces): ReadonlyArray<string> => {
  const now = collect(directory)
  const held = new Set(allProcesses().filter((path) => Number(startOf(path)) <= collectedAt).flatMap(namespacesOf))
  return [
    ...[...new Map([...processes, ...now.processes])].filter(([path, start]) => start !== "" && startOf(path) === start)
      .map(([path]) => `process ${path} ${read(join(path, "cmdline")).replaceAll("\0", " ")}`),
    ...[...namespaces].filter((namespace) => held.has(namespace)).map((namespace) => `namespace ${namespace}`),
    ...read("/proc/self/mountinfo").split("\n").filter((line) => line.includes(directory)).map((line) =>
      `mount ${line}`
    ),
    ...cgroupsOf(directory).map((path) => `cgroup ${path}`),
    ...(existsSync(directory) ? [`directory ${directory}`] : [])
  ]
}

const allProcesses = (): ReadonlyArray<string> =>
  readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map((name) => `/proc/${name}`)

const namespacesOf = (path: string): ReadonlyArray<string> =>
  ["mnt", "net", "pid", "cgroup", "ipc", "uts"].flatMap((kind) => {
    try {
      return [readlinkSync(join(path, "ns", kind))]
    } catch {
      return [] // ended meanwhile
    }
  })

/** The cgroups of a session and all below them, in every hierarchy of the machine. */
const cgroupsOf = (directory: string): ReadonlyArray<string> => {
  const root = "/sys/fs/cgroup"
  return [root, ...directoriesIn(root)].map((hierarchy) => join(hierarchy, basename(directory))).filter((path) =>
    existsSync(path)
  )
    .flatMap((path) => [path, ...below(path)])
}

const below = (path: string): ReadonlyArray<string> =>
  directoriesIn(path).flatMap((directory) => [directory, ...below(directory)])

const directoriesIn = (path: string): ReadonlyArray<string> => {
  try {
    return readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory())
      .map(({ name }) => join(path, name))
  } catch {
    return [] // removed meanwhile
  }
}

const processesIn = (cgroup: string): ReadonlyArray<string> =>
  read(join(cgroup, "cgroup.procs")).split("\n").filter((pid) => pid !== "")

const startOf = (path: string): string => read(join(path, "stat")).replace(/^.*\) /s, "").split(" ")[19] ?? ""

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return "" // ended meanwhile
  }
}
