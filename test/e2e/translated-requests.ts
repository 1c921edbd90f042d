/**
 * What the daemon should be asked once sources are translated: a rule of its own, on the requests of the real docker,
 * which knows nothing of the code under test.
 */
import * as path from "node:path"
import type { RecordedRequest } from "../real-docker/RecordedRequest.ts"

/**
 * Where things are: the user's directory, its place for the daemon, the session's socket, and links in the user's
 * directory by name, each with the place that the daemon should be given.
 */
export interface Places {
  readonly work: string
  readonly target: string
  readonly socket: string
  readonly links: ReadonlyMap<string, string>
}

/** The requests with each source that stands in its place translated. */
export const translated = (requests: ReadonlyArray<RecordedRequest>, places: Places, cwd: string): unknown => {
  const translate = (source: string) => place(source, places, cwd)
  const device = (source: unknown) => typeof source === "string" && source.startsWith("/") ? translate(source) : source
  const visit = (value: unknown, key: string): unknown => {
    if (key === "Binds" && Array.isArray(value)) {
      return value.map((bind: string) => isBind(bind) ? bind.replace(/^[^:]+/, translate) : bind)
    }
    if (key === "PathOnHost" || key === "device" || logFiles.has(key)) return device(value)
    if (key === "o" && typeof value === "string") {
      return value.replaceAll(/(?<=^lowerdir=|upperdir=|:)\/[^:,]*/g, (path) => translate(path))
    }
    if (key === "syslog-address" && typeof value === "string") {
      return value.replace(/(?<=^unix:\/\/)\/.*/, (path) => translate(path))
    }
    if (Array.isArray(value)) return value.map((one) => visit(one, ""))
    if (typeof value !== "object" || value === null) return value
    const isMount = "Type" in value && value.Type === "bind" && !isApiSocket(value)
    return Object.fromEntries(
      Object.entries(value).map((
        [name, one]
      ) => [name, isMount && name === "Source" && typeof one === "string" ? translate(one) : visit(one, name)])
    )
  }
  return stable(visit(requests, ""))
}

const logFiles: ReadonlySet<string> = new Set(["syslog-tls-key", "splunk-capath"])

/** A bind that the daemon takes; docker 20.10 sends it others as well. */
const isBind = (bind: string): boolean => /^[^:]+(?::[^:]+){1,2}$/.test(bind)

/** `--use-api-socket` names the socket by itself, whatever the words say. */
const isApiSocket = (mount: object): boolean => "Target" in mount && mount.Target === "/var/run/docker.sock"

/** Without what differs from call to call: the order of what docker keeps in maps. */
export const stable = (requests: unknown): unknown =>
  JSON.parse(
    JSON.stringify(requests),
    (key, value: unknown) =>
      unordered.has(key) && Array.isArray(value)
        ? value.map((one: unknown) => JSON.stringify(one)).sort().map((one) => JSON.parse(one) as unknown)
        : value
  ) as unknown

const unordered: ReadonlySet<string> = new Set(["Binds", "Mounts", "Env", "Constraints", "Groups", "Hosts", "Ulimits"])

/** By whole segments, after `.` and `..` are gone; names of volumes have no `.` or `/` in front and stay. */
const place = (source: string, { links, socket, target, work }: Places, cwd: string): string => {
  if (!/^[./]/.test(source)) return source
  const absolute = path.posix.resolve(cwd, source)
  if (absolute === "/var/run/docker.sock" || absolute === "/run/docker.sock") return socket
  if (absolute !== work && !absolute.startsWith(`${work}/`)) return source
  const [first = "", ...rest] = absolute.slice(work.length + 1).split("/")
  return path.posix.join(links.get(first) ?? path.posix.join(target, first), ...rest)
}
