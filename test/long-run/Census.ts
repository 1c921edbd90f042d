/**
 * What there is on the machine of sessions that are at rest: what must be none, and what must not grow.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import * as CacheContents from "../real-docker/CacheContents.ts"
import type { Session } from "../real-docker/Session.ts"
import * as SessionDirectory from "../real-docker/SessionDirectory.ts"
import * as Traces from "../real-docker/Traces.ts"

/** One census. What sessions have is the most of any, for they begin anew now and then. */
export interface Census {
  /** Processes of commands that ended, and of containers that are gone. */
  readonly processes: ReadonlyArray<string>
  /** What the shim left in the directories for temporary files, and half-written answers. */
  readonly temporary: ReadonlyArray<string>
  /** What docker and its plugins left in the directories for temporary files. */
  readonly foreign: number
  /** Answers that the shim remembers for a user. */
  readonly remembered: number
  /** Mounts of sessions that the machine sees, and those of an engine. */
  readonly machineMounts: number
  readonly engineMounts: number
  /** Directories of sessions that ended: those of this process, but for the sessions that are there. */
  readonly directories: number
  /** Open files of this process, and of an engine. */
  readonly ownFiles: number
  readonly engineFiles: number
  readonly cache: CacheCensus
}

/** The cache directory; `held` are the bytes that collection has to leave there, whatever the limit. */
export interface CacheCensus {
  readonly files: number
  /** Those of builds, which collection has to leave there, too. */
  readonly heldFiles: number
  readonly entries: number
  readonly bytes: number
  readonly held: number
  readonly leases: number
  /** Private export directories of builds. */
  readonly exports: number
}

/** What an engine at rest is: `unshare`, the first process of its namespaces, and the two daemons. */
const engine: ReadonlySet<string> = new Set(["unshare", "docker-init", "dockerd", "containerd"])

/** How long what was told to end may take, in milliseconds: a killed shim's build goes on to its own end. */
const patience = 60_000

/** Counts, once all that was told to end has ended or had the time for it. */
export const take = async (
  sessions: ReadonlyArray<Session>,
  temporary: ReadonlyArray<string>,
  cache: string
): Promise<Census> => {
  const processes = await atRest(sessions)
  const left = temporary.flatMap((directory) => fs.readdirSync(directory).map((name) => path.join(directory, name)))
  const answers = sessions.map(({ directory }) => filesIn(path.join(directory, "home-client/.cache/docker-shim")))
  const most = (count: (session: Session) => number): number => Math.max(...sessions.map(count))
  return {
    processes,
    temporary: [
      ...left.filter((file) => path.basename(file).startsWith("docker-shim-")),
      ...answers.flat().filter((file) => !file.endsWith(".json"))
    ],
    foreign: left.filter((file) => !path.basename(file).startsWith("docker-shim-")).length,
    remembered: Math.max(...answers.map((files) => files.length)),
    machineMounts: mountsOf("self").filter((mount) => mount.includes(mine)).length,
    engineMounts: most((session) => mountsOf(String(session.engine().init)).length),
    directories: fs.readdirSync(path.dirname(mine)).filter((name) => name.startsWith(path.basename(mine))).length
      - sessions.length,
    ownFiles: openFilesOf("self"),
    engineFiles: most((session) => processesOf(session).reduce((sum, { pid }) => sum + openFilesOf(pid), 0)),
    cache: cacheIn(cache)
  }
}

/** Waits until nothing but the engines runs; says what does, at the latest. */
export const atRest = async (sessions: ReadonlyArray<Session>): Promise<ReadonlyArray<string>> => {
  const end = Date.now() + patience
  for (;;) {
    const others = sessions.flatMap((session) =>
      processesOf(session).filter(({ name }) => !engine.has(name)).map(({ pid, words }) => `${pid} ${words}`)
    )
    if (others.length === 0 || Date.now() > end) return others
    await sleep(200)
  }
}

/** All that runs for a session, engine and commands; what ended and waits to be collected has no words. */
const processesOf = (session: Session) =>
  [...Traces.collect(session.directory).processes.keys()].map((at) => ({
    pid: path.basename(at),
    name: read(`${at}/comm`).trim(),
    words: read(`${at}/cmdline`).replaceAll("\0", " ")
  })).filter(({ words }) => words !== "" && !words.includes("session.sh watch") && !words.startsWith("cat "))

/** What the directories of this process's sessions begin with. */
const mine = `${SessionDirectory.BASE}-${process.pid}-`

const mountsOf = (pid: string): ReadonlyArray<string> => read(`/proc/${pid}/mountinfo`).trim().split("\n")

const openFilesOf = (pid: string): number => {
  try {
    return fs.readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return 0 // ended meanwhile
  }
}

const cacheIn = (directory: string): CacheCensus => {
  const blobs = CacheContents.blobsOf(directory)
  const sizeOf = (digests: Iterable<string>): number =>
    [...digests].reduce((sum, digest) => sum + (blobs.get(digest)?.size ?? 0), 0)
  const files = filesIn(directory)
  const held = heldIn(directory, blobs)
  return {
    files: files.length,
    heldFiles: held.size + files.filter((file) => /\/\.(?:leases|incoming|retired)\//.test(file)).length,
    entries: CacheContents.entriesOf(directory).length,
    bytes: sizeOf(blobs.keys()),
    held: sizeOf(held),
    leases: leasesIn(directory).length,
    exports: CacheContents.exportsOf(directory).length
  }
}

/**
 * What a build may have read or be about to name, by the rule of docs/use/build-cache.md: entries that it has a lease on, with
 * the indexes replaced meanwhile, what it exported, and all that is younger than itself. A killed build has its lease for
 * ten minutes.
 */
const heldIn = (directory: string, blobs: ReadonlyMap<string, fs.Stats>): ReadonlySet<string> => {
  const leases = leasesIn(directory)
  const keys = new Set(leases.flatMap((lease) => read(`${lease}/started`).split("\n").filter((key) => key !== "")))
  const oldest = Math.min(Infinity, ...leases.map((lease) => fs.statSync(`${lease}/started`).mtimeMs))
  const indexes = CacheContents.entriesOf(directory).flatMap((key) => [
    ...(keys.has(key) ? [path.join(directory, key, "index.json")] : []),
    ...filesIn(path.join(directory, key, ".incoming")).filter((file) => path.basename(file) === "index.json"),
    ...filesIn(path.join(directory, key, ".retired"))
  ])
  const young = [...blobs].filter(([, { ctimeMs, mtimeMs }]) => Math.max(ctimeMs, mtimeMs) >= oldest)
  return new Set([
    ...indexes.flatMap((index) => CacheContents.namedBy(directory, index)),
    ...young.map(([digest]) => digest)
  ])
}

/** Those that were taken whole: a killed build may leave half of one under another name. */
const leasesIn = (directory: string): ReadonlyArray<string> =>
  CacheContents.childrenOf(path.join(directory, ".leases")).filter((lease) => !path.basename(lease).startsWith("."))

/** The files below a directory, links not followed; none where there is no directory. */
const filesIn = (directory: string): ReadonlyArray<string> => {
  if (!fs.existsSync(directory)) return []
  return fs.readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name))
}

const read = (file: string): string => {
  try {
    return fs.readFileSync(file, "utf8")
  } catch {
    return "" // ended meanwhile
  }
}
