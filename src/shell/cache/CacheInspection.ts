/**
 * Answers what planning asks of the shared cache directory.
 */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import type { CacheDirectory, CacheEntry } from "../../core/CacheDirectory.ts"
import * as CacheLayout from "../../core/CacheLayout.ts"
import * as Quantity from "../../core/Quantity.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as Files from "./Files.ts"
import * as SystemError from "./SystemError.ts"

/** Less free space is left to the session itself: exporting a few layers would fill the disk. */
export const minimumFree = 256 * 1024 * 1024

/**
 * Looks at a cache directory and at the entries of some keys.
 *
 * @category accessors
 * @since 0.1.0
 */
export const inspect = (directory: string, keys: ReadonlyArray<string>): CacheDirectory => {
  const why = unusable(directory)
  return why === undefined
    ? {
      _tag: "Usable",
      id: randomBytes(8).toString("hex"),
      unwritable: unwritable(directory),
      entries: Object.fromEntries(keys.map((key) => [key, entry(directory, key)]))
    }
    : { _tag: "Unusable", why }
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
    case "Broken":
      return { _tag: "Damaged", why: graph.why }
    case "Whole":
      return linksToStore(path) ? { _tag: "Sound" } : { _tag: "Damaged", why: "its blobs are not in the shared store" }
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
