/**
 * Answers what a path resolves to in the client's file system, with plain calls: this runs on every `docker run -v`.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import type { RealPath } from "../../core/paths/SourceTranslation.ts"
import { attempt } from "../files/Attempt.ts"
import * as RawText from "../process/RawText.ts"

/** Linux's `PATH_MAX`, in bytes: no longer path exists. */
const maxPathLength = 4096

/** Linux follows at most 40 links in one path (`MAXSYMLINKS`, path_resolution(7)). */
const maxLinks = 40

/**
 * Resolves the symbolic links of an absolute path as far as it exists; the rest is appended as written.
 *
 * **Details**
 *
 * A dangling link is followed to the place it names, and `link` says where it stands. Where nothing more can be known (a
 * loop, no permission, a path longer than the system takes) the path stays as it is from there on. Every name is looked at
 * once in a run, and the directory of such a path followed once: the paths of a command mostly share theirs.
 */
export const resolve = (absolute: string): RealPath => resolveBy(known, absolute)

/** The same with a memory of its own, for a process that lives while names change, such as the gateway. */
export const resolver = (): (absolute: string) => RealPath => {
  const memory: Memory = { seen: new Map(), directories: new Map() }
  return (absolute) => resolveBy(memory, absolute)
}

const resolveBy = (memory: Memory, absolute: string): RealPath =>
  isTooLong(absolute)
    ? { resolved: absolute, exists: false }
    : beside(memory, absolute, true) ?? follow(memory.seen, absolute)

/** A character is three bytes at most. */
const isTooLong = (text: string): boolean => text.length * 3 > maxPathLength && Buffer.byteLength(text) > maxPathLength

/**
 * A name that is no link, in a directory that is followed once: less work than a whole path where others are beside it. The
 * directories of a project's services are often beside each other, too (`isDeep`).
 */
const beside = (memory: Memory, absolute: string, isDeep: boolean): RealPath | undefined => {
  const { directories, seen } = memory
  const slash = absolute.lastIndexOf("/")
  const name = absolute.slice(slash + 1)
  if (name === "" || name === "." || name === "..") return undefined
  const written = absolute.slice(0, slash)
  const directory = directories.get(written) ?? followOnce(memory, written, isDeep)
  if (!directory.exists) return undefined
  const isSame = directory.resolved === written
  const resolved = isSame ? absolute : `${directory.resolved === "/" ? "" : directory.resolved}/${name}`
  const entry = lookAt(seen, resolved)
  return entry._tag === "Link" ? undefined : { resolved, exists: entry === other }
}

const followOnce = (memory: Memory, directory: string, isDeep: boolean): RealPath => {
  const followed = (isDeep ? beside(memory, directory, false) : undefined) ?? follow(memory.seen, directory)
  memory.directories.set(directory, followed)
  return followed
}

const follow = (seen: Map<string, Entry>, absolute: string): RealPath => {
  const pending = namesOf(absolute)
  let resolved = ""
  let linksLeft = maxLinks
  let followed: Followed | undefined
  while (pending.length > 0) {
    if (pending.length === followed?.behind) followed = undefined
    const name = pending.pop() ?? ""
    const next = name === ".." ? parentOf(resolved) : `${resolved}/${name}`
    const entry = name === ".." ? lookAt(seen, `${resolved}/.`) : lookAt(seen, next)
    if (entry._tag === "Absent" || (entry._tag === "Link" && linksLeft === 0)) return missing(next, pending, followed)
    if (entry._tag === "Link") {
      followed ??= { at: next, behind: pending.length }
      linksLeft -= 1
      pending.push(...namesOf(entry.target))
      if (entry.target.startsWith("/")) resolved = ""
    } else {
      resolved = next
    }
  }
  return { resolved: resolved === "" ? "/" : resolved, exists: true }
}

/** The link of the path itself that is being followed: where it stands, and how many names come behind it. */
interface Followed {
  readonly at: string
  readonly behind: number
}

const missing = (next: string, pending: ReadonlyArray<string>, followed: Followed | undefined): RealPath => ({
  resolved: join(next, pending),
  exists: false,
  ...(followed === undefined ? {} : { link: join(followed.at, pending.slice(0, followed.behind)) })
})

/** The names of a path, the last first. */
const namesOf = (text: string): Array<string> => text.split("/").filter((name) => name !== "" && name !== ".").reverse()

const parentOf = (directory: string): string => directory.slice(0, Math.max(0, directory.lastIndexOf("/")))

/** A path, and the names after it in reverse order. */
const join = (directory: string, names: ReadonlyArray<string>): string =>
  path.posix.join(directory, ...[...names].reverse())

/** The kind of a name: a link, something else, or nothing that this user can see. */
type Entry =
  | { readonly _tag: "Link"; readonly target: string }
  | { readonly _tag: "Other" }
  | { readonly _tag: "Absent" }

const other: Entry = { _tag: "Other" }
const absent: Entry = { _tag: "Absent" }

/** What was seen of each name, and where the directories lead that paths are in. */
interface Memory {
  readonly seen: Map<string, Entry>
  readonly directories: Map<string, RealPath>
}

const known: Memory = { seen: new Map(), directories: new Map() }

const lookAt = (seen: Map<string, Entry>, file: string): Entry => {
  const before = seen.get(file)
  if (before !== undefined) return before
  const entry = attempt(() => look(RawText.path(file))) ?? absent
  seen.set(file, entry)
  return entry
}

const look = (file: fs.PathLike): Entry => {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return absent
  return stat.isSymbolicLink() ? { _tag: "Link", target: RawText.decode(fs.readlinkSync(file, "buffer")) } : other
}
