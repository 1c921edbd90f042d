/**
 * Finds things in the cache directory that the shim cannot have put there: links and files in the places of its directories,
 * directories in the places of its files, and times in the future.
 */
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as CacheLease from "./CacheLease.ts"
import * as CachePlace from "./CachePlace.ts"

/** One finding, such as `.trash`: `it is no directory`. Something of the wrong kind is in the way; a wrong time is not. */
export interface Oddity {
  readonly path: string
  readonly why: string
  readonly isInTheWay: boolean
}

/** Anybody can make any number of them; nobody reads more. */
const most = 1_000

/** Looks at the places of the layout; gives the first thousand. `now` is in milliseconds. Throws the system's error. */
export const find = (root: SharedDirectory.SharedDirectory, now: number): ReadonlyArray<Oddity> => {
  const found: Array<Oddity> = []
  const add = (oddities: ReadonlyArray<Oddity>): void => {
    for (const one of oddities) if (found.length < most) found.push(one)
  }
  eachPlace(root, (place) => {
    add(kind(root, place))
    if (place.wrong === "no file") add(time(root, place.path, now))
  })
  const leases = CacheLayout.leases(root.path)
  CachePlace.eachIn(root, CachePlace.namesOf(root, leases), (id) => {
    for (const name of ["started", "alive"]) add(time(root, `${leases}/${id}/${name}`, now))
    return found.length < most
  })
  return found
}

/** In milliseconds: the clocks of two machines are never the same. */
const tolerance = CacheLease.staleAfter

/** A place, and what is wrong if something else is there. */
interface LayoutPlace {
  readonly path: string
  readonly wrong: "no directory" | "no file"
}

const eachPlace = (root: SharedDirectory.SharedDirectory, take: (place: LayoutPlace) => void): void => {
  for (const path of directories(root)) take({ path, wrong: "no directory" })
  for (const path of files(root)) take({ path, wrong: "no file" })
  CachePlace.eachKey(root, (key) => {
    for (const directoryOf of [CacheLayout.retired, CacheLayout.incoming]) {
      take({ path: directoryOf(root.path, key), wrong: "no directory" })
    }
    for (const fileOf of [CacheLayout.used, CacheLayout.inputs, CacheLayout.verified, CacheLayout.checking]) {
      take({ path: fileOf(root.path, key), wrong: "no file" })
    }
  })
}

/** The outer directories first: if one is not a directory, nothing in it is looked at. */
const directories = (root: SharedDirectory.SharedDirectory): ReadonlyArray<string> => [
  CacheLayout.blobs(root.path),
  CacheLayout.store(root.path),
  CacheLayout.leases(root.path),
  CacheLayout.trash(root.path)
]

const files = (root: SharedDirectory.SharedDirectory): ReadonlyArray<string> => [
  CacheLayout.collecting(root.path),
  CacheLayout.collected(root.path)
]

const statusOf = (root: SharedDirectory.SharedDirectory, path: string) =>
  CachePlace.ofDirectory(() => CachePlace.at(root, path, SharedDirectory.status))

const kind = (root: SharedDirectory.SharedDirectory, { path, wrong }: LayoutPlace): ReadonlyArray<Oddity> => {
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

/** Moves aside what is in the way; collection finds it there, and removes it when it is old. Throws the system's error. */
export const moveAside = (root: SharedDirectory.SharedDirectory): void => {
  eachPlace(root, (place) => {
    if (kind(root, place).length === 0) return
    CachePlace.at(root, place.path, (parent, name) => CachePlace.move(parent, name, root, SharedFile.unfinished()))
  })
}
