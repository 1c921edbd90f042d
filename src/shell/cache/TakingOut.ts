/** Moves what collection removes out of the cache, and moves back what turns out to be needed. */
import type * as CacheCollection from "../../core/cache/CacheCollection.ts"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CacheLease from "./CacheLease.ts"
import * as CachePlace from "./CachePlace.ts"
import * as CacheSurvey from "./CacheSurvey.ts"
import * as Trash from "./Trash.ts"

/** How many blobs are moved before signals and the lock get their turn: some milliseconds. */
const atOnce = 100

/**
 * Moves entries and blobs into the trash; afterwards everything there may be deleted. `shown` regularly gets how many blobs
 * were looked at. After an error everything is where it was.
 */
export const run = async (
  trash: Trash.Trash,
  survey: CacheSurvey.CacheSurvey,
  decision: CacheCollection.Decision,
  shown: (done: number) => void
): Promise<void> => {
  try {
    const leased = evict(trash, decision.evictions.map(({ key }) => key))
    // builds import them at this moment
    const used = CacheSurvey.named(survey.entries.filter(({ key }) => leased.has(key)))
    const blobs = decision.blobs.filter((digest) => !used.has(digest))
    for (let done = 0; done < blobs.length; done += atOnce) {
      shown(done)
      for (const digest of blobs.slice(done, done + atOnce)) Trash.takeBlob(trash, nameOf(digest))
      await turn()
    }
    bringBack(trash, survey.now)
    shown(blobs.length)
  } catch (error) {
    Trash.returnAll(trash)
    throw error
  }
}

/** Waits until the event loop has had a turn, in which signals are handled. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const nameOf = (digest: string): string => digest.slice("sha256:".length)

/** Moves entries away, and moves back those on which a build has taken a lease meanwhile: gives their keys. */
const evict = (trash: Trash.Trash, keys: ReadonlyArray<string>): ReadonlySet<string> => {
  const moved = keys.filter((key) => Trash.takeEntry(trash, key))
  if (moved.length === 0) return new Set()
  const leased = new Set(
    CacheLease.running(trash.root, CacheLease.now(trash.root)).flatMap((lease) => lease.keys)
  )
  const back = moved.filter((key) => leased.has(key))
  for (const key of back) Trash.returnEntry(trash, key)
  return new Set(back)
}

/** Moves back the blobs that an index names, if the index was written after the survey. */
const bringBack = (trash: Trash.Trash, since: number): void => {
  const { root } = trash
  const look = (index: string): void => {
    const status = CachePlace.ofDirectory(() => CachePlace.at(root, index, SharedDirectory.status))
    if (status !== undefined && status.ctimeMs >= since) restore(trash, index)
  }
  CachePlace.eachKey(root, (key) => {
    // a build publishes its index before it removes the announcement: in the other order both could be missed
    CachePlace.eachIn(root, CachePlace.namesOf(root, CacheLayout.incoming(root.path, key)), (id) => {
      look(`${CacheLayout.exportDirectory(root.path, key, id)}/index.json`)
      return true
    })
    look(CacheLayout.index(root.path, key))
  })
}

/** A manifest that came back names others. */
const restore = (trash: Trash.Trash, index: string): void => {
  let isMore = true
  while (isMore) {
    const missing = new Set<string>()
    const graph = CacheGraph.read(trash.root, index, {
      sizeOf: (digest) => {
        missing.add(digest)
        return undefined
      }
    })
    if (graph._tag === "Unreadable") throw graph.error
    const back = [...missing, ...CacheGraph.manifestOf(trash.root, index)].filter((digest) =>
      Trash.returnBlob(trash, nameOf(digest))
    )
    isMore = back.length > 0
  }
}
