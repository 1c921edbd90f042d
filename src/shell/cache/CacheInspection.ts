/**
 * Answers what planning asks of the shared cache directory.
 */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import type { CacheDirectory, CacheEntry } from "../../core/cache/CacheDirectory.ts"
import * as CacheKey from "../../core/cache/CacheKey.ts"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
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

/**
 * Looks at a cache directory and at the entries of some keys, until the budget is spent: what is not looked at by then is
 * left out.
 *
 * @category accessors
 */
export const inspect = (
  directory: string,
  keys: ReadonlyArray<string>,
  budget: TimeBudget.TimeBudget = TimeBudget.endless
): CacheDirectory =>
  budget.during(() => {
    const why = unusable(directory)
    if (why !== undefined) return { _tag: "Unusable", why }
    const leftOut = new Set<string>()
    const own = new Map(keys.map((key, at): readonly [string, CacheEntry] => {
      // one entry is within limits of its own
      if (at === 0 || !budget.isSpent()) return [key, entry(directory, key)]
      leftOut.add(key)
      return [key, { _tag: "Missing" }]
    }))
    const wanting = keys.filter((key) => own.get(key)?._tag !== "Sound")
    const relatives = relativesOf(directory, wanting, budget, leftOut)
    const sound = relatives.map(([, relative]): [string, CacheEntry] => [relative, { _tag: "Sound" }])
    return {
      _tag: "Usable",
      id: randomBytes(8).toString("hex"),
      unwritable: unwritable(directory),
      isReadOnly: isReadOnly(directory),
      entries: Object.fromEntries([...sound, ...own]),
      relatives: Object.fromEntries(relatives),
      ...(leftOut.size === 0 ? {} : { leftOut: [...leftOut] })
    }
  })

/** The last used sound relative of each key, where there is one; names are looked through once for all keys. */
const relativesOf = (
  directory: string,
  keys: ReadonlyArray<string>,
  budget: TimeBudget.TimeBudget,
  leftOut: Set<string>
): ReadonlyArray<readonly [string, string]> => {
  if (keys.length === 0) return []
  const families = new Map<string | undefined, Array<string>>(keys.map((key) => [CacheKey.family(key), []]))
  const isListed = list(directory, budget, (name) => families.get(CacheKey.family(name))?.push(name))
  if (!isListed) {
    for (const key of keys) leftOut.add(key)
    return []
  }
  return keys.flatMap((key) => {
    const relatives = (families.get(CacheKey.family(key)) ?? []).filter((name) => CacheKey.areRelatives(key, name))
      .map((name) => ({ name, usedAt: budget.isSpent() ? 0 : usedAt(directory, name) }))
      .sort((one, other) => other.usedAt - one.usedAt)
    for (const { name } of relatives) {
      if (budget.isSpent()) {
        leftOut.add(key)
        return []
      }
      if (entry(directory, name)._tag === "Sound") return [[key, name] as const]
    }
    return []
  })
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

const usedAt = (directory: string, key: string): number => {
  try {
    return fs.lstatSync(CacheLayout.used(directory, key)).mtimeMs
  } catch {
    return 0
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
      const inputs = CacheInputs.read(directory, key, graph.manifest)
      return inputs === undefined ? { _tag: "Sound" } : { _tag: "Sound", inputs }
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
