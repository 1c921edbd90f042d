/**
 * Creates the shared cache directory.
 */
import type * as fs from "node:fs"
import { basename, dirname } from "node:path"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as CacheMount from "../../core/cache/CacheMount.ts"
import * as Quantity from "../../core/syntax/Quantity.ts"
import * as MadeDirectory from "../files/MadeDirectory.ts"
import * as SafePlace from "../files/SafePlace.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as CachePlace from "./CachePlace.ts"
import * as ReadableBlobs from "./ReadableBlobs.ts"

/**
 * How the directory should be: `mode` are its permission bits; `owner` is not changed unless given. `scope` names the sessions
 * that share it; without it there is one directory for all.
 */
export interface CacheSetup {
  readonly root: string
  readonly scope?: string | undefined
  readonly mode: number
  readonly owner?: MadeDirectory.Wanted["owner"]
  readonly repair: boolean
}

/** What was done, and what is wrong but was left, each as a line. */
export interface CacheSetupResult {
  readonly directory: string
  readonly done: ReadonlyArray<string>
  readonly wrong: ReadonlyArray<string>
}

/** Root's daemons write it, and everybody may read it. */
export const defaultMode = 0o755

/**
 * Creates `buildkit-cache`, or that of a scope, below a root, with the directories that all builds share, unless it exists.
 * Modes and owners of existing files are changed only with `repair`. Throws the system's error.
 */
export const init = (setup: CacheSetup): CacheSetupResult => {
  const { source: directory } = CacheMount.of(setup.root, { scope: setup.scope })
  const done = lines()
  const wrong = lines()
  const shared = [
    [],
    ...[CacheLayout.blobs(directory), CacheLayout.store(directory), CacheLayout.leases(directory)]
      .map((path) => path.slice(directory.length + 1).split("/"))
  ]
  SharedDirectory.closing(SharedDirectory.create(dirname(directory)), (root) => {
    if (setup.repair && !SafePlace.keepsNames(SharedDirectory.ownStatus(root))) {
      wrong.add(`${root.path}: other users can rename what is in it, so --repair changes nothing there`)
      return
    }
    for (const names of shared.map((below) => [basename(directory), ...below])) {
      SharedDirectory.withinIfThere(root, names.slice(0, -1), (parent) => {
        const name = names.at(-1) ?? ""
        const path = `${parent.path}/${name}`
        const found = SharedDirectory.status(parent, name)
        if (found === undefined) {
          MadeDirectory.create(parent, name, setup)
          done.add(`created ${path}`)
        } else if (found.isDirectory()) {
          SharedDirectory.closing(SharedDirectory.enter(parent, name), (one) => compare(one, setup, done, wrong))
        } else {
          wrong.add(`${path}: not a directory`)
        }
      })
    }
    SharedDirectory.within(root, [basename(directory)], (cache) => compareContent(cache, setup, done, wrong))
  })
  return { directory, done: done.all(), wrong: wrong.all() }
}

/** Lines for people, of any number of places. */
interface Lines {
  readonly add: (line: string) => void
  readonly all: () => ReadonlyArray<string>
}

/** Anybody can make half a million entries; nobody reads more lines than this. */
const most = 1_000

const lines = (): Lines => {
  const first: Array<string> = []
  let more = 0
  return {
    add: (line) => {
      if (first.length < most) first.push(line)
      else more += 1
    },
    all: () => more === 0 ? first : [...first, `and ${more} more`]
  }
}

/** Compares what builds made there before: the directories of entries, and layers that some users of the cache may not read. */
const compareContent = (
  cache: SharedDirectory.SharedDirectory,
  setup: CacheSetup,
  done: Lines,
  wrong: Lines
): void => {
  const look = (parent: SharedDirectory.SharedDirectory, name: string, inner: ReadonlyArray<string>): void => {
    if (SharedDirectory.status(parent, name)?.isDirectory() !== true) return
    SharedDirectory.closing(SharedDirectory.enter(parent, name), (directory) => {
      compare(directory, setup, done, wrong)
      for (const one of inner) look(directory, one, [])
    })
  }
  look(cache, ".trash", [])
  CachePlace.eachKey(cache, (key) => {
    look(cache, key, [".incoming", ".retired"])
    if (SharedDirectory.status(cache, key)?.isDirectory() === true) show(cache, setup, done, wrong, [key])
  })
  show(cache, setup, done, wrong)
}

/** Lets all users of the cache read its layers, or the files of an entry. */
const show = (
  cache: SharedDirectory.SharedDirectory,
  setup: CacheSetup,
  done: Lines,
  wrong: Lines,
  entry?: readonly [string]
): void => {
  const hidden = ReadableBlobs.countHidden(cache, setup.mode, setup.repair, entry)
  if (hidden === 0) return
  const counted = Quantity.printCount(hidden, entry === undefined ? "layer" : "file")
  const what = `${[cache.path, ...entry ?? []].join("/")}: ${counted} that others may not read`
  if (setup.repair) done.add(`${what}, changed`)
  else wrong.add(repairable(what))
}

/** Changes only the directory that was looked at, whatever is in its place by then. */
const compare = (
  directory: SharedDirectory.SharedDirectory,
  setup: CacheSetup,
  done: Lines,
  wrong: Lines
): void => {
  const what = difference(SharedDirectory.ownStatus(directory), setup)
  if (what === undefined) return
  if (!setup.repair) {
    wrong.add(repairable(`${directory.path}: ${what}`))
    return
  }
  MadeDirectory.change(directory, setup)
  done.add(`${directory.path}: ${what}, changed`)
}

const repairable = (what: string): string => `${what}; --repair changes it`

const difference = (stat: fs.Stats, { mode, owner }: CacheSetup): string | undefined => {
  const has = stat.mode & 0o7777
  const isOwned = owner === undefined || (stat.uid === owner.uid && stat.gid === owner.gid)
  const parts = [
    ...(has === mode ? [] : [`mode ${octal(has)} instead of ${octal(mode)}`]),
    ...(isOwned ? [] : [`owner ${stat.uid}:${stat.gid} instead of ${owner.uid}:${owner.gid}`])
  ]
  return parts.length === 0 ? undefined : parts.join(", ")
}

const octal = (mode: number): string => mode.toString(8).padStart(4, "0")
