/**
 * Prepares the shared cache before a build: leases, and the private views that BuildKit imports from and exports into.
 */
import type * as CacheAction from "../../core/cache/CacheAction.ts"
import type { ExecPlan } from "../../core/ExecPlan.ts"
import * as CacheText from "../../core/plan/build/CacheText.ts"
import * as CacheExports from "../cache/CacheExports.ts"
import * as CacheHealing from "../cache/CacheHealing.ts"
import * as CacheLease from "../cache/CacheLease.ts"
import * as CacheView from "../cache/CacheView.ts"
import type { OpenCaches } from "../cache/OpenCache.ts"
import * as Reporter from "../fast-path/Reporter.ts"
import { attempt } from "../files/Attempt.ts"
import { isLate } from "../files/SharedDirectoryError.ts"
import * as SystemError from "../files/SystemError.ts"
import * as TimeBudget from "../files/TimeBudget.ts"
import type * as BuildTime from "./BuildTime.ts"
import * as Correction from "./Correction.ts"

/**
 * The state while the actions of one command are carried out: the open cache directories, those with a lease, the entries that
 * were opened already, however long it took, and how to end what was begun.
 */
export interface Prepared {
  readonly caches: OpenCaches
  readonly leased: Set<string>
  readonly opened: Set<string>
  readonly ends: Array<() => void>
}

/** An action of the cache's. */
export type Action = Exclude<CacheAction.Before, { readonly _tag: "LookForOtherName" }>

/**
 * Carries out one action; what it begins lasts until `end`. Returns a correction if the action failed; if its time is over, the
 * correction leaves out the cache.
 */
export const prepare = (
  action: Action,
  prepared: Prepared,
  plan: ExecPlan,
  time: BuildTime.Budgets
): Correction.Correction | undefined => {
  switch (action._tag) {
    case "SetAsideCacheEntry":
      // where it cannot be moved away nobody imports it all the same
      attempt(() =>
        TimeBudget.cutting(
          time.before,
          () => CacheHealing.setAside(prepared.caches.ifOpen(action.directory), action.key)
        )
      )
      return undefined
    case "LeaseCacheEntries":
      return lease(action, prepared, time)
    case "OpenCacheImport": {
      const name = `${action.import.directory}/${action.import.key}`
      const isFurther = prepared.opened.size > 0 && !prepared.opened.has(name)
      if (isFurther && time.importing.isSpent()) return tooLate(action.import, prepared, plan)
      prepared.opened.add(name)
      return openImport(action.import, prepared, plan, time)
    }
    case "PrepareCacheExport":
      return openExport(action.export, prepared, time)
  }
}

/** Ends what was begun, the last first, and closes the cache directories. */
export const end = ({ caches, ends }: Prepared, { cleaning }: BuildTime.Budgets): void => {
  cleaning.during(() => {
    // what cannot be ended in the cache is left to collection, and must not keep the others from their end
    for (const one of ends.splice(0).reverse()) attempt(one)
  })
  caches.close()
}

/** Nothing more is imported of what was not opened until now. */
const tooLate = ({ directory }: CacheAction.CacheImport, { opened }: Prepared, plan: ExecPlan) => {
  const late = plan.before.flatMap((action) =>
    action._tag === "OpenCacheImport" && action.import.directory === directory
      && !opened.has(`${directory}/${action.import.key}`)
      ? [action.import.key]
      : []
  )
  Reporter.notices(plan.verbosity, [CacheText.notLookedAt(late, directory).text])
  return Correction.withoutEntries(directory, late)
}

/** Reports why an entry that was sound a moment ago cannot be imported. The build goes on without it. */
const openImport = (
  source: CacheAction.CacheImport,
  { caches, ends, leased }: Prepared,
  plan: ExecPlan,
  time: BuildTime.Budgets
): Correction.Correction | undefined => {
  const opened = importOf(source, caches, leased.has(source.directory), time)
  if (typeof opened === "function") return opened
  if (opened._tag === "Opened") {
    ends.push(() => CacheView.release(opened.held))
    return undefined
  }
  // where it cannot be moved away nobody imports it all the same
  if (opened.isDamaged && source.access === "own") {
    attempt(() =>
      TimeBudget.cutting(time.before, () => CacheHealing.setAside(caches.ifOpen(source.directory), source.key))
    )
  }
  Reporter.notices(plan.verbosity, [
    opened.isDamaged
      ? `build cache entry ${source.key} ${
        source.access === "own" ? "was damaged and is set aside" : `in ${source.directory} is damaged`
      }: ${opened.why}`
      : `build cache of ${source.key} not imported: ${opened.why}; see 'docker-shim doctor'`
  ])
  return Correction.withoutEntries(source.directory, [source.key])
}

const importOf = (
  source: CacheAction.CacheImport,
  caches: OpenCaches,
  isLeased: boolean,
  time: BuildTime.Budgets
): CacheView.Import | Correction.Correction => {
  try {
    return TimeBudget.cutting(
      time.before,
      () => CacheView.openImport(caches.of(source.directory), source, isLeased)
    )
  } catch (error) {
    if (isLate(error)) return tooSlow(error, source)
    const why = SystemError.describe(error, `${source.directory}/${source.key}`)
    return { _tag: "NotImported", why, isDamaged: false }
  }
}

const openExport = (
  target: CacheAction.CacheExport,
  { caches, ends }: Prepared,
  time: BuildTime.Budgets
): Correction.Correction | undefined => {
  // also of one that could not be prepared as a whole
  ends.push(() => CacheExports.discard(target, time.cleaning, caches.ifOpen(target.directory)))
  try {
    const held = TimeBudget.cutting(time.before, () => CacheView.openExport(caches.of(target.directory), target))
    ends.push(() => CacheView.release(held))
    return undefined
  } catch (error) {
    if (isLate(error)) return tooSlow(error, target)
    return Correction.unwritable(SystemError.describe(error, target.directory))
  }
}

/** Where none can be taken nothing can be exported either, and imports hold open what they read. */
const lease = (
  { directory, id, keys }: Extract<Action, { readonly _tag: "LeaseCacheEntries" }>,
  { caches, ends, leased }: Prepared,
  time: BuildTime.Budgets
): Correction.Correction | undefined => {
  // also of one that could not be taken as a whole
  ends.push(() => CacheLease.release(caches.ifOpen(directory), id, time.cleaning))
  try {
    TimeBudget.cutting(time.before, () => CacheLease.take(caches.of(directory).root, id, keys))
    leased.add(directory)
  } catch (error) {
    if (isLate(error)) return tooSlow(error, { directory })
    // it could not be taken: see above
  }
  return undefined
}

/** A cache that is too slow is left out of the whole command: what else it would take would be as slow. */
const tooSlow = (error: unknown, { directory }: { readonly directory: string }): Correction.Correction =>
  Correction.unusable(SystemError.describe(error, directory))
