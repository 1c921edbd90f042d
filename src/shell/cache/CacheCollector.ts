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
import { codes, SharedDirectoryError } from "../files/SharedDirectoryError.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as CacheLease from "./CacheLease.ts"
import * as CacheOddities from "./CacheOddities.ts"
import * as CacheSurvey from "./CacheSurvey.ts"
import * as CollectionContents from "./CollectionContents.ts"
import * as CollectionLock from "./CollectionLock.ts"
import * as ForeignDirectory from "./ForeignDirectory.ts"
import * as Leftovers from "./Leftovers.ts"
import * as StoredBlobs from "./StoredBlobs.ts"
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
    if (request.dryRun === true) {
      return inRounds(root, request, (survey, decision) =>
        Promise.resolve(
          report(survey, decision, new Set(decision.evictions.map(({ key }) => key)), new Set(decision.blobs))
        ))
    }
    const lock = CollectionLock.take(root)
    // a signal ends the process: what is in the trash by then goes back when the next collection begins, which may be at once
    process.once("exit", lock.release)
    try {
      CacheOddities.moveAside(root)
      Trash.recover(root)
      lock.renew()
      await Leftovers.remove(root, SharedFile.now(root), async () => {
        lock.renew()
        await TakingOut.turn()
      })
      return await inRounds(root, request, (survey, decision) => takeOut(root, survey, decision, request, lock))
    } finally {
      process.off("exit", lock.release)
      lock.release()
    }
  })

type Round = (survey: CacheSurvey.CacheSurvey, decision: CacheCollection.Decision) => Promise<Collected>

/**
 * Collects part after part of the store; there is one, unless somebody filled it. What entries of a flooded directory name is not
 * known: then only entries go, until it is.
 */
const inRounds = async (
  root: SharedDirectory.SharedDirectory,
  request: CollectionRequest,
  run: Round
): Promise<Collected> => {
  let sum: Collected = { evictions: [], blobs: 0, freed: 0, remaining: 0 }
  const add = (collected: Collected): void => {
    sum = {
      evictions: [...sum.evictions, ...collected.evictions],
      blobs: sum.blobs + collected.blobs,
      freed: sum.freed + collected.freed,
      remaining: collected.remaining
    }
  }
  const parts = StoredBlobs.parts(root)
  for (const [at, part] of parts.entries()) {
    const isLast = at === parts.length - 1
    for (let isFlooded = true; isFlooded;) {
      const survey = CacheSurvey.read(root, SharedFile.now(root), part)
      isFlooded = survey.surplus.length > 0
      const collected = await run(survey, isFlooded ? ofSurplus(survey) : decide(root, survey, request, isLast))
      add(collected)
      if (isFlooded && collected.evictions.length === 0) throw new SharedDirectoryError(codes.large, root.path)
      if (request.dryRun === true) break
      await TakingOut.turn()
    }
  }
  return sum
}

/** Entries beyond those that the shim looks at, but those that builds use. */
const ofSurplus = ({ blobs, leases, now, surplus }: CacheSurvey.CacheSurvey): CacheCollection.Decision => {
  const running = leases.filter((lease) => !CacheLease.isStale(lease, now))
  const leased = new Set(running.flatMap((lease) => lease.keys))
  let remaining = 0
  for (const { occupied } of blobs.values()) remaining += occupied
  return {
    evictions: surplus.filter((key) => !leased.has(key)).map((key) => ({ key, why: "flood" })),
    blobs: [],
    remaining
  }
}

/** Entries go in the last round, when the others have made room. */
const decide = (
  root: SharedDirectory.SharedDirectory,
  survey: CacheSurvey.CacheSurvey,
  { keys, limits }: CollectionRequest,
  isLast: boolean
): CacheCollection.Decision =>
  CacheCollection.decide(CollectionContents.read(root, survey), limits, isLast ? keys : new Set())

const takeOut = (
  root: SharedDirectory.SharedDirectory,
  survey: CacheSurvey.CacheSurvey,
  decision: CacheCollection.Decision,
  { progress }: CollectionRequest,
  lock: CollectionLock.CollectionLock
): Promise<Collected> =>
  Trash.use(root, async (trash) => {
    await TakingOut.run(trash, survey, decision, (done) => {
      lock.renew()
      progress?.(done, decision.blobs.length)
    })
    const { blobs, entries } = trash.moved
    const gone = report(survey, decision, new Set(entries), new Set([...blobs].map((name) => `sha256:${name}`)))
    await Trash.empty(trash)
    return gone
  })

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
