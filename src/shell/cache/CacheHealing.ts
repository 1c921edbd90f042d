/** Removes damaged entries from the cache. */
import * as fs from "node:fs"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import type { Descriptor } from "../../core/cache/OciLayout.ts"
import { attempt } from "../files/Attempt.ts"
import * as Sha256 from "../files/Sha256.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import { isForeign, isLate, placed } from "../files/SharedDirectoryError.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as SystemError from "../files/SystemError.ts"
import * as TimeBudget from "../files/TimeBudget.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CachePlace from "./CachePlace.ts"
import * as Trash from "./Trash.ts"

/**
 * Sets an entry aside: removes its index, so that nobody imports it, and blobs whose content does not match their name, because
 * no export would write them again. A link or file in the entry's place is removed as a whole, and not followed.
 */
export const setAside = (cache: CachePlace.Cache, key: string, wrong: ReadonlyArray<string> = []): void =>
  CachePlace.use(cache, (root) => {
    const found = SharedDirectory.status(root, key)
    if (found === undefined) return
    if (!found.isDirectory()) {
      Trash.moveAside(root, root, key)
      return
    }
    const index = CacheLayout.index(root.path, key)
    const graph = CacheGraph.read(root, index)
    if (graph._tag === "Unreadable") throw graph.error
    moveAside(root, index)
    for (const digest of [...wrong, ...(graph._tag === "Broken" ? graph.wrong : [])]) {
      moveAside(root, CacheGraph.blobFile(root.path, digest))
    }
    if (!hasLink(root, key)) moveAside(root, `${CacheLayout.entry(root.path, key)}/blobs`)
  })

/** Moves whatever is in a place of the layout into the trash. Throws the system's error. */
export const moveAside = (root: SharedDirectory.SharedDirectory, path: string): void => {
  CachePlace.at(root, path, (parent, name) => Trash.moveAside(root, parent, name))
}

const hasLink = (root: SharedDirectory.SharedDirectory, key: string): boolean =>
  CachePlace.at(
    root,
    `${CacheLayout.entry(root.path, key)}/blobs`,
    (entry, name) =>
      SharedDirectory.status(entry, name)?.isSymbolicLink() === true
      && SharedFile.readLink(entry, name) === CacheLayout.blobsLink
  ) === true

/** The result of checking an entry: it is damaged, it is sound, or there was not enough time. */
export type Healing = "AtFault" | "Sound" | "Unfinished"

/**
 * Reads the blobs of an entry that a failed build imported, until `isOver`, and sets the entry aside if one is missing or does
 * not match its name.
 *
 * **Details**
 *
 * A build may fail again and again for reasons of its own, so blobs that were found good and have not changed since are not
 * read again. Blobs that changed last are read first, and among them the smaller ones: nobody can forge the time of a status
 * change, and damaging a blob changes it. An entry that is gone went away while the build was reading it.
 */
export const heal = async (directory: string, key: string, isOver: () => boolean): Promise<Healing> => {
  const graph = graphOf(directory, key, isOver)
  if (graph === tooLate) return "Unfinished"
  // what cannot be read is not known to be damaged, and stays; but the build could not read it either
  if (graph._tag === "Absent" || graph._tag === "Unreadable") return "AtFault"
  try {
    const found = graph._tag === "Whole"
      ? await damaged(directory, key, graph.blobs, isOver)
      : { wrong: [], isWhole: true }
    if (graph._tag === "Whole" && found.wrong.length === 0) return found.isWhole ? "Sound" : "Unfinished"
    // whatever the time: else the next build fails by it, too
    setAside(directory, key, found.wrong)
  } catch {
    // the same of one of its blobs; or it is damaged and cannot be moved away, and the build goes without it all the same
  }
  return "AtFault"
}

/** The same for an entry in a directory that is only read: it stays where it is. */
export const check = async (directory: string, key: string, isOver: () => boolean): Promise<Healing> => {
  const graph = graphOf(directory, key, isOver)
  if (graph === tooLate) return "Unfinished"
  if (graph._tag !== "Whole") return "AtFault"
  try {
    const { isWhole, wrong } = await damaged(directory, key, graph.blobs, isOver)
    return wrong.length > 0 ? "AtFault" : isWhole ? "Sound" : "Unfinished"
  } catch {
    // what this user cannot read the build could not read either
    return "AtFault"
  }
}

const graphOf = (directory: string, key: string, isOver: () => boolean): CacheGraph.CacheGraph | typeof tooLate =>
  orTooLate(() => TimeBudget.endingWhen(isOver, () => CacheGraph.read(directory, CacheLayout.index(directory, key))))

const orTooLate = <A>(run: () => A): A | typeof tooLate => {
  try {
    return run()
  } catch (error) {
    if (isLate(error)) return tooLate
    throw error
  }
}

/**
 * The blobs whose content is not what their names say, or that are not there. Fails with the system's error if one cannot
 * be read: that is not damage. Calls one after the other can share a buffer.
 */
export const damagedBlobs = async (
  cache: CachePlace.Cache,
  blobs: ReadonlyArray<Descriptor>,
  buffer = newBuffer()
): Promise<ReadonlyArray<string>> => (await readBlobs(cache, blobs, () => false, buffer)).wrong

/** A buffer to read blobs with. Node frees one late, so a new one for each blob would add up. */
export const newBuffer = (): Buffer => Buffer.alloc(part)

/** What was found until it was over; `isWhole`: it was not over before all was read. */
type Found = { readonly wrong: ReadonlyArray<string>; readonly isWhole: boolean }

const readBlobs = async (
  cache: CachePlace.Cache,
  blobs: ReadonlyArray<Descriptor>,
  isOver: () => boolean,
  buffer = newBuffer()
): Promise<Found> =>
  CachePlace.use(cache, async (root) => {
    const wrong: Array<string> = []
    for (const { digest } of blobs) {
      const found = isOver() ? tooLate : await digestOf(root, digest, isOver, buffer)
      if (found === tooLate) return { wrong, isWhole: false }
      if (found !== digest) wrong.push(digest)
    }
    return { wrong, isWhole: true }
  })

const damaged = async (
  directory: string,
  key: string,
  blobs: ReadonlyArray<Descriptor>,
  isOver: () => boolean
): Promise<Found> =>
  SharedDirectory.use(directory, async (root) => {
    const status = (path: string) => CachePlace.at(root, path, SharedDirectory.status)
    const memory = CacheLayout.verified(directory, key)
    const changed = orTooLate(() =>
      TimeBudget.endingWhen(isOver, () => {
        const verifiedAt = status(memory)?.ctimeMs ?? 0
        return blobs
          .map((blob) => ({ blob, at: status(CacheGraph.blobFile(directory, blob.digest))?.ctimeMs ?? Infinity }))
          .filter(({ at }) => at >= verifiedAt)
          .sort((one, other) => other.at - one.at || one.blob.size - other.blob.size)
      })
    )
    if (changed === tooLate) return { wrong: [], isWhole: false }
    const found = await readBlobs(root, changed.map(({ blob }) => blob), isOver)
    if (found.wrong.length === 0 && found.isWhole) {
      attempt(() => CachePlace.at(root, memory, (entry, name) => SharedFile.write(entry, name, "")))
    }
    return found
  })

/** Instead of a digest where it was over first. */
const tooLate = "too late"

/**
 * A file that is mostly holes is no layer: those are compressed, so that no file system makes them much smaller. Reading
 * terabytes of nothing takes hours. Some file systems count the blocks of a young file late.
 */
const isHollow = ({ blocks, ctimeMs, size }: fs.Stats): boolean =>
  size > hollowSize && blocks * 512 < size / 16 && Date.now() - ctimeMs > 60_000

const hollowSize = 1024 * 1024 * 1024

/** In bytes. Between two parts signals are handled. */
const part = 4 * 1024 * 1024

/** So often a file that is read for long is looked at again. */
const partsOfHollow = hollowSize / part

/** The digest of a blob; `undefined` if none is, or something else than a file, or one of holes. */
const digestOf = async (
  root: SharedDirectory.SharedDirectory,
  digest: string,
  isOver: () => boolean,
  buffer: Buffer
): Promise<string | undefined> => {
  const hash = Sha256.begin()
  try {
    const place = CacheGraph.blobFile(root.path, digest)
    const end = await CachePlace.at(
      root,
      place,
      (store, name) =>
        SharedFile.read(store, name, async (descriptor, status) => {
          if (isHollow(status)) return "hollow"
          for (let parts = 1;; parts += 1) {
            const count = placed(place, () => fs.readSync(descriptor, buffer, 0, buffer.length, null))
            if (count === 0) return "whole"
            if (isOver()) return tooLate
            // it may have been too young to tell before
            if (parts % partsOfHollow === 0 && isHollow(fs.fstatSync(descriptor))) return "hollow"
            hash.update(buffer.subarray(0, count))
            if (count === part) await new Promise((resolve) => setImmediate(resolve))
          }
        })
    )
    if (end === tooLate) return tooLate
    return end === "whole" ? `sha256:${hash.digest("hex")}` : undefined
  } catch (error) {
    if (isForeign(error) || SystemError.code(error) === "ENOTDIR") return undefined
    throw error
  }
}
