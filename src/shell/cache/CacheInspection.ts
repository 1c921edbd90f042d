/** Answers the questions of planning about the shared cache directory. */
import { randomBytes } from "node:crypto"
import { nearest, ownSlot, slotsOf } from "../../core/cache/CacheDirectory.ts"
import type { CacheDirectory, CacheEntry, Place, Wanted } from "../../core/cache/CacheDirectory.ts"
import * as CacheKey from "../../core/cache/CacheKey.ts"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import type * as Question from "../../core/facts/Question.ts"
import * as Quantity from "../../core/syntax/Quantity.ts"
import { attempt } from "../files/Attempt.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import { isLate } from "../files/SharedDirectoryError.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as SystemError from "../files/SystemError.ts"
import * as TimeBudget from "../files/TimeBudget.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CacheInputs from "./CacheInputs.ts"
import * as CachePlace from "./CachePlace.ts"
import * as ForeignDirectory from "./ForeignDirectory.ts"

/** With less free space, the rest is left to the session itself: exporting a few layers would fill the disk. */
export const minimumFree = 256 * 1024 * 1024

/** More names than any cache directory has. A listing stops there. */
const mostNames = 50_000

/** How many relatives are checked for a sound one, the nearest first. */
const maxRelatives = 8

/** How many names of one image are looked at for when they were used last; collection leaves fewer. */
const maxCandidates = 256

/**
 * Looks at the cache directories of a session, and at the entries that some builds want, until the budget is spent. Whatever it
 * did not reach is left out, even a whole directory that cannot be opened in time.
 */
export const inspect = (
  question: Question.Of<"CacheDirectory">,
  budget: TimeBudget.TimeBudget = TimeBudget.endless
): CacheDirectory => {
  try {
    return TimeBudget.cutting(budget, () => look(question, budget))
  } catch (error) {
    if (!isLate(error)) throw error
    return { _tag: "Unusable", why: SystemError.describe(error, question.directory) }
  }
}

const look = (
  { directory, readDirectories, wanted }: Question.Of<"CacheDirectory">,
  budget: TimeBudget.TimeBudget
): CacheDirectory =>
  opening([directory, ...readDirectories], (opened, refused) => {
    const own = opened.get(directory)
    if (opened.size === 0) return { _tag: "Unusable", why: refused.get(directory) ?? "" }
    const state = own === undefined ? { unwritable: refused.get(directory) } : writing(own)
    const isReadOnly = own !== undefined && SharedDirectory.isReadOnly(own)
    const leftOut = new Set<string>()
    const entries = own === undefined ? {} : entriesOf(own, wanted.flatMap(slotsOf), budget, leftOut)
    const lacking = wanted.filter((one) => entries[ownSlot(one, entries)]?._tag !== "Sound")
    return {
      _tag: "Usable",
      directory,
      id: randomBytes(8).toString("hex"),
      ...state,
      isReadOnly,
      unread: readDirectories.flatMap((one) => refused.get(one) ?? []),
      entries,
      relatives: relativesOf(opened, lacking, (place) => isUnsound(place, directory, entries), budget, leftOut),
      ...(leftOut.size === 0 ? {} : { leftOut: [...leftOut] })
    }
  })

/** The state of each name, of those that could be looked at in time. */
const entriesOf = (
  root: SharedDirectory.SharedDirectory,
  slots: ReadonlyArray<string>,
  budget: TimeBudget.TimeBudget,
  leftOut: Set<string>
): Readonly<Record<string, CacheEntry>> =>
  CacheGraph.withStoreIfOpen(root, (store) =>
    Object.fromEntries(slots.map((key): readonly [string, CacheEntry] => {
      const found = inTime(budget, () => entry(root, key, store))
      if (found !== "spent") return [key, found]
      leftOut.add(key)
      return [key, { _tag: "Missing" }]
    })))

/** Looks at something; `spent` if the time was over before that, or meanwhile. */
const inTime = <A>(budget: TimeBudget.TimeBudget, look: () => A): A | "spent" => {
  if (budget.isSpent()) return "spent"
  try {
    return look()
  } catch (error) {
    if (isLate(error)) return "spent"
    throw error
  }
}

type Opened = ReadonlyMap<string, SharedDirectory.SharedDirectory>

/** Opens directories while something runs; `refused` says why one could not be opened. */
const opening = <A>(
  directories: ReadonlyArray<string>,
  run: (opened: Opened, refused: ReadonlyMap<string, string>) => A
): A => {
  const opened = new Map<string, SharedDirectory.SharedDirectory>()
  const refused = new Map<string, string>()
  try {
    for (const directory of new Set(directories)) {
      try {
        const root = SharedDirectory.open(directory)
        opened.set(directory, root)
        ForeignDirectory.check(root)
      } catch (error) {
        if (isLate(error)) throw error
        const root = opened.get(directory)
        if (root !== undefined) SharedDirectory.close(root)
        opened.delete(directory)
        refused.set(directory, SystemError.describe(error, directory))
      }
    }
    return run(opened, refused)
  } finally {
    for (const one of opened.values()) SharedDirectory.close(one)
  }
}

/** Whether an entry was looked at already, and is none to import. */
const isUnsound = (place: Place, own: string, entries: Readonly<Record<string, CacheEntry>>): boolean =>
  place.directory === own && (entries[place.key]?._tag ?? "Sound") !== "Sound"

interface Named extends Place {
  readonly root: SharedDirectory.SharedDirectory
  readonly searched: number
}

/** The nearest sound relative of each build, if there is one; each directory is listed once for all. */
const relativesOf = (
  directories: Opened,
  wanted: ReadonlyArray<Wanted>,
  isLeftOut: (place: Place) => boolean,
  budget: TimeBudget.TimeBudget,
  leftOut: Set<string>
): Readonly<Record<string, Place>> => {
  if (wanted.length === 0) return {}
  // a build is compared with those of its image only: a project can have hundreds of builds
  const named = new Map<string, Array<Named>>(wanted.map(({ key }) => [CacheKey.image(key), []]))
  const cut = new Map<string, Array<Named>>()
  const areListed = [...directories].map(([directory, root], searched) =>
    list(root, budget, (key) => {
      const image = CacheKey.groups(key)?.image ?? ""
      if (CacheKey.isCut(image) && !cut.has(image)) cut.set(image, [])
      const ofImage = named.get(image) ?? cut.get(image)
      if (!isLeftOut({ directory, key })) ofImage?.push({ directory, root, key, searched })
    })
  )
  if (!areListed.every(Boolean)) {
    for (const { key } of wanted) leftOut.add(CacheKey.print(key))
    return {}
  }
  return Object.fromEntries(wanted.flatMap((one) => {
    const name = CacheKey.print(one.key)
    const ofImage = [
      ...(named.get(CacheKey.image(one.key)) ?? []),
      // a digest, which most caches do without
      ...(cut.size === 0 ? [] : cut.get(CacheKey.cutImage(one.key)) ?? [])
    ]
    const found = ofImage.length === 0 ? undefined : relativeOf(one, ofImage, budget)
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
      origin: CacheInputs.originOf(candidate.root, candidate.key),
      usedAt: usedAt(candidate.root, candidate.key)
    }
  )
  for (const { directory, key, root } of nearest(wanted, candidates).slice(0, maxRelatives)) {
    const found = inTime(budget, () => entry(root, key))
    if (found === "spent") return "spent"
    if (found._tag === "Sound") return { directory, key }
  }
  return undefined
}

/** Whether all names could be listed. */
const list = (
  root: SharedDirectory.SharedDirectory,
  budget: TimeBudget.TimeBudget,
  take: (name: string) => void
): boolean => {
  let count = 0
  const isTaken = (name: SharedDirectory.Name): boolean => {
    count += 1
    if (count > mostNames || (count % 512 === 0 && budget.isSpent())) return false
    // a name that is no text is no key
    if (typeof name === "string") take(name)
    return true
  }
  try {
    return SharedDirectory.each(root, isTaken)
  } catch (error) {
    // what cannot be listed has no relatives to offer; whether it can be used is found out elsewhere
    return !isLate(error)
  }
}

/** When an entry was used last, in milliseconds; one that was only built has no use yet. A time in the future is now. */
const usedAt = (root: SharedDirectory.SharedDirectory, key: string): number => {
  const at = modifiedAt(root, CacheLayout.used(root.path, key)) ?? modifiedAt(root, CacheLayout.index(root.path, key))
  return Math.min(at ?? 0, Date.now())
}

/** `undefined` also where it cannot be told: the entry is then taken last, and found not to be sound if it cannot be read. */
const modifiedAt = (root: SharedDirectory.SharedDirectory, file: string): number | undefined =>
  attempt(() => CachePlace.at(root, file, SharedDirectory.status))?.mtimeMs

/** The state of one key's entry. */
export const entry = (
  cache: CachePlace.Cache,
  key: string,
  store?: SharedDirectory.SharedDirectory
): CacheEntry =>
  // a directory that cannot be opened has no entries to offer
  unlessLate(() => CachePlace.use(cache, (root) => entryIn(root, key, store))) ?? { _tag: "Missing" }

/** What a look gives; `undefined` if it fails for another reason than that its time is over. */
const unlessLate = <A>(look: () => A): A | undefined => {
  try {
    return look()
  } catch (error) {
    if (isLate(error)) throw error
    return undefined
  }
}

const entryIn = (
  root: SharedDirectory.SharedDirectory,
  key: string,
  store: SharedDirectory.SharedDirectory | undefined
): CacheEntry => {
  const found = SharedDirectory.status(root, key)
  if (found === undefined) return { _tag: "Missing" }
  if (!found.isDirectory()) return { _tag: "Damaged", why: "it is no directory" }
  return SharedDirectory.within(root, [key], (entry) => stateOf(root, entry, store))
}

const stateOf = (
  root: SharedDirectory.SharedDirectory,
  entry: SharedDirectory.SharedDirectory,
  store: SharedDirectory.SharedDirectory | undefined
): CacheEntry => {
  const graph = CacheGraph.ofEntry(root, entry, store)
  switch (graph._tag) {
    case "Absent":
      return { _tag: "Missing" }
    case "Unreadable":
      // not to be imported, and not known to be damaged
      return { _tag: "Missing" }
    case "Broken":
      return { _tag: "Damaged", why: graph.why }
    case "Whole": {
      if (!linksToStore(entry)) return { _tag: "Damaged", why: "its blobs are not in the shared store" }
      return { _tag: "Sound", ...CacheInputs.ofEntry(entry, graph.manifest) }
    }
  }
}

const linksToStore = (entry: SharedDirectory.SharedDirectory): boolean =>
  unlessLate(() => SharedFile.readLink(entry, "blobs")) === CacheLayout.blobsLink

/** Whether it may be written is asked of the directories that an export writes into, as far as they are there. */
const writing = (
  root: SharedDirectory.SharedDirectory
): Pick<Extract<CacheDirectory, { readonly _tag: "Usable" }>, "unwritable" | "isFull"> => {
  try {
    SharedDirectory.checkWritable(root)
    for (const path of [CacheLayout.blobs(root.path), CacheLayout.leases(root.path)]) {
      SharedDirectory.withinIfThere(root, CachePlace.namesOf(root, path), SharedDirectory.checkWritable)
    }
    const free = SharedDirectory.free(root)
    return free < minimumFree
      ? { unwritable: `${root.path} has only ${Quantity.printSize(free)} free`, isFull: true }
      : { unwritable: undefined }
  } catch (error) {
    if (isLate(error)) throw error
    return { unwritable: SystemError.describe(error, root.path) }
  }
}
