/** The indexes that belong to no entry: those that builds are exporting, and replaced ones that builds may still be reading. */
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as ChangeTime from "../files/ChangeTime.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as TimeBudget from "../files/TimeBudget.ts"
import type * as CacheLease from "./CacheLease.ts"
import * as CachePlace from "./CachePlace.ts"

/**
 * Names in a directory of an entry: those that a running build may need, and those that no build needs any more. Unless `isWhole`,
 * there are others.
 */
export interface Sorted {
  readonly held: ReadonlyArray<string>
  readonly free: ReadonlyArray<string>
  readonly isWhole: boolean
}

/**
 * The retired indexes of an entry, or some of them if the budget is spent. Free are those that were replaced before the oldest
 * build that uses the entry began. Throws the system's error.
 */
export const retired = (
  cache: CachePlace.Cache,
  key: string,
  running: ReadonlyArray<CacheLease.CacheLease>,
  budget = TimeBudget.endless
): Sorted => {
  const readers = running.filter((lease) => lease.keys.includes(key))
  const oldest = Math.min(Infinity, ...readers.map((lease) => lease.startedAt))
  // the time of the last change of status is the time at which it was replaced
  return sort(cache, CacheLayout.retired(CachePlace.pathOf(cache), key), (_, { ctimeMs }) => ctimeMs < oldest, budget)
}

/**
 * The private export directories of an entry. Free are those of builds that are gone: no running build has such an id, and
 * for so long nothing changed in it. Throws the system's error.
 */
export const exporting = (
  cache: CachePlace.Cache,
  key: string,
  running: ReadonlyArray<CacheLease.CacheLease>,
  isOld: (changedAt: number) => boolean
): Sorted => {
  const alive = new Set(running.map(({ id }) => id))
  return sort(
    cache,
    CacheLayout.incoming(CachePlace.pathOf(cache), key),
    (id, status) => !alive.has(id) && isOld(ChangeTime.fromStats(status))
  )
}

type Judge = (name: string, status: NonNullable<ReturnType<typeof SharedDirectory.status>>) => boolean

const sort = (cache: CachePlace.Cache, path: string, isFree: Judge, budget = TimeBudget.endless): Sorted =>
  CachePlace.ofDirectory(() =>
    CachePlace.use(cache, (root) =>
      SharedDirectory.withinIfThere(root, CachePlace.namesOf(root, path), (directory) => {
        const held: Array<string> = []
        const free: Array<string> = []
        const names = SharedDirectory.some(directory, most + 1)
        let isWhole = names.length <= most
        for (const name of names) {
          if (budget.isSpent()) {
            isWhole = false
            break
          }
          // a name that is no text is neither a build's nor an index's
          const status = typeof name === "string" ? SharedDirectory.status(directory, name) : undefined
          if (typeof name === "string" && status !== undefined) (isFree(name, status) ? free : held).push(name)
        }
        return { held, free, isWhole }
      }))
  ) ?? { held: [], free: [], isWhole: true }

/** More builds of one entry than run at once. */
const most = 50_000
