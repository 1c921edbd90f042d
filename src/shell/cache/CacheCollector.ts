/**
 * Brings the shared cache directory back under its limits, while builds run.
 *
 * What makes that safe without a lock between builds and collection:
 * - an entry that a living lease names stays, and a lease that appears while the entry is being moved away brings it back
 *   before any of its blobs is touched;
 * - a blob stays while an index names it: published, in a private export directory, or retired while builds run that may
 *   have read it; and while it is younger than the oldest running build, which may be about to name it;
 * - a blob is moved away first, and moved back if an index that was written meanwhile names it;
 * - an index is published only while all that it names is there (`CacheExports.publish`);
 * - an error means keep: what cannot be read is not taken for absent, and when a call fails all that was moved away is
 *   moved back before anything is deleted.
 */
import * as CacheCollection from "../../core/cache/CacheCollection.ts"
import type { CacheLimits } from "../../core/settings/CacheLimits.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as CacheOddities from "./CacheOddities.ts"
import * as CacheSurvey from "./CacheSurvey.ts"
import * as CollectionContents from "./CollectionContents.ts"
import * as CollectionLock from "./CollectionLock.ts"
import * as ForeignDirectory from "./ForeignDirectory.ts"
import * as Leftovers from "./Leftovers.ts"
import * as TakingOut from "./TakingOut.ts"
import * as Trash from "./Trash.ts"

/**
 * What to collect: by limits, or the entries named. With `dryRun` it only reports what would go. `progress` gets how many of
 * how many blobs are gone.
 */
export interface CollectionRequest {
  readonly directory: string
  readonly limits: CacheLimits
  readonly keys?: ReadonlySet<string>
  readonly dryRun?: boolean
  readonly progress?: (done: number, all: number) => void
}

/** What was removed, or would be. Sizes are in bytes. */
export interface Collected {
  readonly evictions: ReadonlyArray<CacheCollection.Eviction>
  readonly blobs: number
  readonly freed: number
  readonly remaining: number
}

/**
 * Collects. Fails with the system's error if the directory cannot be read or written, with `EBUSY` if another collection
 * is running.
 */
export const collect = (request: CollectionRequest): Promise<Collected> =>
  SharedDirectory.use(request.directory, async (root) => {
    ForeignDirectory.check(root)
    const now = SharedFile.now(root)
    if (request.dryRun === true) {
      const [survey, decision] = decide(root, now, request)
      return report(survey, decision, new Set(decision.evictions.map(({ key }) => key)), new Set(decision.blobs))
    }
    const lock = CollectionLock.take(root)
    // a signal ends the process: what is in the trash by then goes back when the next collection begins, which may be at once
    process.once("exit", lock.release)
    try {
      CacheOddities.moveAside(root)
      Trash.recover(root)
      const [survey, decision] = decide(root, now, request)
      return await Trash.use(root, async (trash) => {
        await TakingOut.run(trash, survey, decision, (done) => {
          lock.renew()
          request.progress?.(done, decision.blobs.length)
        })
        const { blobs, entries } = trash.moved
        const gone = report(survey, decision, new Set(entries), new Set([...blobs].map((name) => `sha256:${name}`)))
        await Trash.empty(trash)
        Leftovers.remove(root, survey)
        return gone
      })
    } finally {
      process.off("exit", lock.release)
      lock.release()
    }
  })

const decide = (
  root: SharedDirectory.SharedDirectory,
  now: number,
  { keys, limits }: CollectionRequest
): readonly [CacheSurvey.CacheSurvey, CacheCollection.Decision] => {
  const survey = CacheSurvey.read(root, now)
  return [survey, CacheCollection.decide(CollectionContents.read(root, survey), limits, keys)]
}

/** What was collected: only what really went, whatever was decided. */
const report = (
  survey: CacheSurvey.CacheSurvey,
  decision: CacheCollection.Decision,
  entries: ReadonlySet<string>,
  blobs: ReadonlySet<string>
): Collected => {
  const size = (digest: string): number => survey.blobs.get(digest)?.occupied ?? 0
  const kept = decision.blobs.filter((digest) => !blobs.has(digest))
  return {
    evictions: decision.evictions.filter(({ key }) => entries.has(key)),
    blobs: blobs.size,
    freed: [...blobs].reduce((sum, digest) => sum + size(digest), 0),
    remaining: decision.remaining + kept.reduce((sum, digest) => sum + size(digest), 0)
  }
}
