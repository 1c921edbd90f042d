/**
 * What is in the cache directory and cannot have been put there by the shim: links and files in the places of its
 * directories, directories in the places of its files, and times in the future.
 */
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as CacheLease from "./CacheLease.ts"
import * as CachePlace from "./CachePlace.ts"

/**
 * One of them, such as `.trash`: `it is no directory`. What is of the wrong kind is in the way; a wrong time is not.
 *
 * @category models
 */
export interface Oddity {
  readonly path: string
  readonly why: string
  readonly isInTheWay: boolean
}

/**
 * Looks at the places of the layout that belong to no entry. `now` is in milliseconds. Throws the system's error.
 *
 * @category accessors
 */
export const find = (root: SharedDirectory.SharedDirectory, now: number): ReadonlyArray<Oddity> => [
  ...directories(root).flatMap((path) => kind(root, path, "no directory")),
  ...files(root).flatMap((path) => [...kind(root, path, "no file"), ...time(root, path, now)]),
  ...CachePlace.list(root, CacheLayout.leases(root.path)).flatMap((id) =>
    ["started", "alive"].flatMap((name) => time(root, `${CacheLayout.leases(root.path)}/${id}/${name}`, now))
  )
]

/** In milliseconds: the clocks of two machines are never the same. */
const tolerance = CacheLease.staleAfter

/** The outer ones first: what is in one that is none is not looked at. */
const directories = (root: SharedDirectory.SharedDirectory): ReadonlyArray<string> => [
  CacheLayout.blobs(root.path),
  `${CacheLayout.blobs(root.path)}/sha256`,
  CacheLayout.leases(root.path),
  CacheLayout.trash(root.path)
]

const files = (root: SharedDirectory.SharedDirectory): ReadonlyArray<string> => [
  CacheLayout.collecting(root.path),
  CacheLayout.collected(root.path)
]

const statusOf = (root: SharedDirectory.SharedDirectory, path: string) =>
  CachePlace.ofDirectory(() => CachePlace.at(root, path, SharedDirectory.status))

const kind = (
  root: SharedDirectory.SharedDirectory,
  path: string,
  wrong: "no directory" | "no file"
): ReadonlyArray<Oddity> => {
  const found = statusOf(root, path)
  const isRight = found === undefined || (wrong === "no file" ? found.isFile() : found.isDirectory())
  return isRight ? [] : [{ path, why: `it is ${wrong}`, isInTheWay: true }]
}

const time = (root: SharedDirectory.SharedDirectory, path: string, now: number): ReadonlyArray<Oddity> => {
  const found = statusOf(root, path)
  return found?.isFile() === true && found.mtimeMs > now + tolerance
    ? [{ path, why: "its time is in the future", isInTheWay: false }]
    : []
}

/**
 * Moves aside what is in the way, where collection finds and removes it when it is old. Throws the system's error.
 *
 * @category running
 */
export const moveAside = (root: SharedDirectory.SharedDirectory): ReadonlyArray<string> =>
  directories(root).concat(files(root)).filter((path) => {
    const wrong = directories(root).includes(path) ? "no directory" : "no file"
    if (kind(root, path, wrong).length === 0) return false
    return CachePlace.at(root, path, (parent, name) => CachePlace.move(parent, name, root, SharedFile.unfinished())) ===
      true
  })
