/**
 * Answers what planning asks of the shared cache directory.
 */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import { nearest, ownSlot, slotsOf } from "../../core/cache/CacheDirectory.ts"
import type { CacheDirectory, CacheEntry, Place, Wanted } from "../../core/cache/CacheDirectory.ts"
import * as CacheKey from "../../core/cache/CacheKey.ts"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import type * as Facts from "../../core/Facts.ts"
import * as Quantity from "../../core/syntax/Quantity.ts"
import * as Files from "../files/Files.ts"
import * as SystemError from "../files/SystemError.ts"
import * as TimeBudget from "../files/TimeBudget.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CacheInputs from "./CacheInputs.ts"

/** Less free space is left to the session itself: exporting a few layers would fill the disk. */
export const minimumFree = 256 * 1024 * 1024

/** More names than any directory of a cache has. A listing is given up there. */
const mostNames = 50_000

/** Of so many relatives the nearest is taken that is sound; others are not looked at. */
const maxRelatives = 8

/** Of so many names of one image it is asked when they were used; collection leaves fewer. */
const maxCandidates = 256

/**
 * Looks at the cache directories of a session, and at the entries that some builds want, until the budget is spent: what is
 * not looked at by then is left out.
 *
 * @category accessors
 */
export const inspect = (
  { directory, readDirectories, wanted }: Facts.Of<"CacheDirectory">,
  budget: TimeBudget.TimeBudget = TimeBudget.endless
): CacheDirectory =>
  budget.during(() => {
    const unread = readDirectories.flatMap((one) => unusable(one) ?? [])
    const why = unusable(directory)
    if (why !== undefined && unread.length === readDirectories.length) return { _tag: "Unusable", why }
    const leftOut = new Set<string>()
    const slots = why === undefined ? wanted.flatMap(slotsOf) : []
    const entries = Object.fromEntries(slots.map((key, at): readonly [string, CacheEntry] => {
      // those of one build are within limits of their own
      if (at < 2 || !budget.isSpent()) return [key, entry(directory, key)]
      leftOut.add(key)
      return [key, { _tag: "Missing" }]
    }))
    const lacking = wanted.filter((one) => entries[ownSlot(one, entries)]?._tag !== "Sound")
    const relatives = relativesOf([directory, ...readDirectories], lacking, budget, leftOut)
    return {
      _tag: "Usable",
      directory,
      id: randomBytes(8).toString("hex"),
      unwritable: why ?? unwritable(directory),
      isReadOnly: why === undefined && isReadOnly(directory),
      unread,
      entries,
      relatives,
      ...(leftOut.size === 0 ? {} : { leftOut: [...leftOut] })
    }
  })

interface Named extends Place {
  readonly searched: number
}

/** The nearest sound relative of each build, if there is one; each directory is listed once for all. */
const relativesOf = (
  directories: ReadonlyArray<string>,
  wanted: ReadonlyArray<Wanted>,
  budget: TimeBudget.TimeBudget,
  leftOut: Set<string>
): Readonly<Record<string, Place>> => {
  if (wanted.length === 0) return {}
  const images = new Set(wanted.flatMap(({ key }) => CacheKey.images(key)))
  const named: Array<Named> = []
  const areListed = directories.map((directory, searched) =>
    list(directory, budget, (key) => {
      if (images.has(CacheKey.groups(key)?.image ?? "")) named.push({ directory, key, searched })
    })
  )
  if (!areListed.every(Boolean)) {
    for (const { key } of wanted) leftOut.add(CacheKey.print(key))
    return {}
  }
  return Object.fromEntries(wanted.flatMap((one) => {
    const name = CacheKey.print(one.key)
    const found = relativeOf(one, named, budget)
    if (found === "spent") leftOut.add(name)
    return found === undefined || found === "spent" ? [] : [[name, found] as const]
  }))
}

/** The nearest sound one of the entries named; `spent` where the time for looking at them was over before. */
const relativeOf = (
  wanted: Wanted,
  named: ReadonlyArray<Named>,
  budget: TimeBudget.TimeBudget
): Place | "spent" | undefined => {
  const unknown = named.map((one) => ({ ...one, origin: undefined, usedAt: 0 }))
  const candidates = nearest(wanted, unknown).slice(0, maxCandidates).map((candidate) =>
    budget.isSpent() ? candidate : {
      ...candidate,
      origin: CacheInputs.originOf(candidate.directory, candidate.key),
      usedAt: usedAt(candidate.directory, candidate.key)
    }
  )
  for (const { directory, key } of nearest(wanted, candidates).slice(0, maxRelatives)) {
    if (budget.isSpent()) return "spent"
    if (entry(directory, key)._tag === "Sound") return { directory, key }
  }
  return undefined
}

/** Whether all names could be listed. */
const list = (directory: string, budget: TimeBudget.TimeBudget, take: (name: string) => void): boolean => {
  let count = 0
  try {
    const opened = fs.opendirSync(directory, { bufferSize: 512 })
    try {
      for (let found = opened.readSync(); found !== null; found = opened.readSync()) {
        count += 1
        if (count > mostNames || (count % 512 === 0 && budget.isSpent())) return false
        take(found.name)
      }
    } finally {
      opened.closeSync()
    }
  } catch {
    // what cannot be listed has no relatives to offer; whether it can be used is found out elsewhere
  }
  return true
}

/** When an entry was used last, in milliseconds; one that was only built has no use yet. A time in the future is now. */
const usedAt = (directory: string, key: string): number =>
  Math.min(
    changedAt(CacheLayout.used(directory, key)) ?? changedAt(CacheLayout.index(directory, key)) ?? 0,
    Date.now()
  )

const changedAt = (file: string): number | undefined => {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false })?.mtimeMs
  } catch {
    // it is then taken last, and found not to be sound if it cannot be read at all
    return undefined
  }
}

/**
 * The state of one key's entry.
 *
 * @category accessors
 * @since 0.1.0
 */
export const entry = (directory: string, key: string): CacheEntry => {
  const path = CacheLayout.entry(directory, key)
  const isDirectory = Files.isDirectory(path)
  if (isDirectory === undefined) return { _tag: "Missing" }
  if (!isDirectory) return { _tag: "Damaged", why: "it is no directory" }
  const graph = CacheGraph.read(directory, CacheLayout.index(directory, key))
  switch (graph._tag) {
    case "Absent":
      return { _tag: "Missing" }
    case "Unreadable":
      // not to be imported, and not known to be damaged
      return { _tag: "Missing" }
    case "Broken":
      return { _tag: "Damaged", why: graph.why }
    case "Whole": {
      if (!linksToStore(path)) return { _tag: "Damaged", why: "its blobs are not in the shared store" }
      return { _tag: "Sound", ...CacheInputs.read(directory, key, graph.manifest) }
    }
  }
}

const linksToStore = (path: string): boolean => {
  try {
    return fs.readlinkSync(`${path}/blobs`) === CacheLayout.blobsLink
  } catch {
    return false
  }
}

const unusable = (directory: string): string | undefined => {
  try {
    if (!fs.statSync(directory).isDirectory()) return `${directory} is not a directory`
    fs.accessSync(directory, fs.constants.R_OK | fs.constants.X_OK)
    return undefined
  } catch (error) {
    return SystemError.describe(error, directory)
  }
}

/**
 * Whether it is the mount that refuses writing, and not this user's rights: of the two the kernel names the mount first where
 * a name is to be removed (Linux, `fs/namei.c`), also one that is not there.
 */
const isReadOnly = (directory: string): boolean => {
  try {
    fs.rmdirSync(`${directory}/.docker-shim-${randomBytes(8).toString("hex")}`)
    return false
  } catch (error) {
    return SystemError.code(error) === "EROFS"
  }
}

/** Whether it may be written is asked of the directories that an export writes into, as far as they are there. */
const unwritable = (directory: string): string | undefined => {
  try {
    for (const path of [directory, CacheLayout.blobs(directory), CacheLayout.leases(directory)]) {
      const stat = fs.lstatSync(path, { throwIfNoEntry: false })
      if (stat === undefined) continue
      if (path !== directory && !stat.isDirectory()) return `${path} is not a directory`
      fs.accessSync(path, fs.constants.W_OK | fs.constants.X_OK)
    }
    const { bavail, bsize } = fs.statfsSync(directory)
    return bavail * bsize < minimumFree
      ? `${directory} has only ${Quantity.printSize(bavail * bsize)} free`
      : undefined
  } catch (error) {
    return SystemError.describe(error, directory)
  }
}
