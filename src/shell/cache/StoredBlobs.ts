/**
 * Lists the store of blobs in parts. Anybody can put half a million names there, which no command can know all at once.
 */
import { randomInt } from "node:crypto"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CachePlace from "./CachePlace.ts"

/**
 * A blob of the store: bytes, and when it got there, in milliseconds of the file system's clock. `occupied` are the bytes that
 * it takes of the disk, which are fewer if it has holes: anybody can make a file of a terabyte that takes no space.
 */
export interface StoredBlob {
  readonly size: number
  readonly occupied: number
  readonly since: number
}

/** Everything in the store, in numbers. */
export interface Total {
  readonly count: number
  readonly size: number
  readonly occupied: number
}

/** Whether a name belongs to a part of the store. */
export type Part = (name: string) => boolean

/** As many blobs are listed at once. */
export const atOnce = 50_000

/** The names that come first. */
export const first = (limit = atOnce): Part => {
  let count = 0
  return () => (count += 1) <= limit
}

/**
 * The parts that the store is listed in: one, unless there are too many names. Nobody can make names that all belong to one part,
 * as chance decides.
 */
export const parts = (root: SharedDirectory.SharedDirectory, limit = atOnce): ReadonlyArray<Part> => {
  let count = 0
  eachName(root, () => {
    count += 1
  })
  const number = Math.ceil(count / limit)
  if (number <= 1) return [first(limit)]
  const seed = randomInt(2 ** 31)
  return Array.from({ length: number }, (_, at) => {
    // whoever keeps making new ones finds an end
    const isFirst = first(2 * limit)
    return (name) => hash(name, seed) % number === at && isFirst(name)
  })
}

/** FNV-1a, 32 bits, from a seed: http://www.isthe.com/chongo/tech/comp/fnv. */
const hash = (name: string, seed: number): number => {
  let value = seed
  for (let at = 0; at < name.length; at += 1) value = Math.imul(value ^ name.charCodeAt(at), 0x01000193)
  return (value ^ (value >>> 15)) >>> 0
}

/** The blobs of a part, and the numbers of all. Throws the system's error. */
export const read = (
  root: SharedDirectory.SharedDirectory,
  isListed: Part
): { readonly blobs: Map<string, StoredBlob>; readonly total: Total } => {
  const blobs = new Map<string, StoredBlob>()
  const total = { count: 0, size: 0, occupied: 0 }
  eachName(root, (name, store) => {
    const blob = stored(SharedDirectory.status(store, name))
    if (blob === undefined) return
    total.count += 1
    total.size += blob.size
    total.occupied += blob.occupied
    if (isListed(name)) blobs.set(`sha256:${name}`, blob)
  })
  return { blobs, total }
}

const eachName = (
  root: SharedDirectory.SharedDirectory,
  take: (name: string, store: SharedDirectory.SharedDirectory) => void
): void => {
  CachePlace.eachIn(root, CacheLayout.storeNames, (name, store) => {
    if (!CacheLayout.isUnfinished(name)) take(name, store)
    return true
  })
}

/** A blob; `undefined` if it is not there, or is no file. */
export const one = (root: SharedDirectory.SharedDirectory, digest: string): StoredBlob | undefined =>
  stored(
    CachePlace.ofDirectory(() => CachePlace.at(root, CacheGraph.blobFile(root.path, digest), SharedDirectory.status))
  )

const stored = (found: ReturnType<typeof SharedDirectory.status>): StoredBlob | undefined =>
  found?.isFile() === true
    ? { size: found.size, occupied: Math.min(found.size, found.blocks * blockSize), since: found.ctimeMs }
    : undefined

/** In bytes: the unit of `blocks`, whatever the file system's own (stat(2)). */
const blockSize = 512
