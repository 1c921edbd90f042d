/**
 * Prepares the shared cache before a build: leases, and the private views that BuildKit imports from and exports into.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as CacheAction from "../../core/cache/CacheAction.ts"
import type { ExecPlan } from "../../core/ExecPlan.ts"
import * as CacheText from "../../core/plan/build/CacheText.ts"
import * as CacheExports from "../cache/CacheExports.ts"
import * as CacheHealing from "../cache/CacheHealing.ts"
import * as CacheLease from "../cache/CacheLease.ts"
import * as CacheView from "../cache/CacheView.ts"
import * as Reporter from "../fast-path/Reporter.ts"
import { attempt } from "../files/Attempt.ts"
import * as SystemError from "../files/SystemError.ts"
import type * as BuildTime from "./BuildTime.ts"
import * as Correction from "./Correction.ts"

/**
 * What is known while the actions of one command are carried out: the directories that a lease was taken in, and the
 * entries that were opened once, whatever time it took.
 */
export interface Prepared {
  readonly leased: Set<string>
  readonly opened: Set<string>
}

/** An action of the cache's. */
type Action = Exclude<CacheAction.Before, { readonly _tag: "LookForOtherName" }>

/** Carries one action out; what was begun ends with the scope. */
export const prepare = (
  action: Action,
  prepared: Prepared,
  plan: ExecPlan,
  time: BuildTime.Budgets
): Effect.Effect<Correction.Correction | undefined, never, Scope.Scope> => {
  switch (action._tag) {
    case "SetAsideCacheEntry":
      return Effect.sync(() => {
        // where it cannot be moved away nobody imports it all the same
        attempt(() => time.before.during(() => CacheHealing.setAside(action.directory, action.key)))
        return undefined
      })
    case "LeaseCacheEntries":
      return lease(action, time).pipe(Effect.map((isTaken) => {
        if (isTaken) prepared.leased.add(action.directory)
        return undefined
      }))
    case "OpenCacheImport": {
      const name = `${action.import.directory}/${action.import.key}`
      const isFurther = prepared.opened.size > 0 && !prepared.opened.has(name)
      if (isFurther && time.before.isSpent()) return Effect.sync(() => tooLate(action.import, prepared, plan))
      prepared.opened.add(name)
      return openImport(action.import, prepared.leased.has(action.import.directory), plan, time)
    }
    case "PrepareCacheExport":
      return openExport(action.export, time)
  }
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

/** Why an entry that was sound when it was looked at cannot be imported is said; the build goes on without. */
const openImport = (
  source: CacheAction.CacheImport,
  isLeased: boolean,
  plan: ExecPlan,
  time: BuildTime.Budgets
): Effect.Effect<Correction.Correction | undefined, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync((): CacheView.Import => {
      try {
        return time.before.during(() => CacheView.openImport(source, isLeased))
      } catch (error) {
        const why = SystemError.describe(error, `${source.directory}/${source.key}`)
        return { _tag: "NotImported", why, isDamaged: false }
      }
    }),
    (opened) => Effect.sync(() => opened._tag === "Opened" ? CacheView.release(opened.held) : undefined)
  ).pipe(Effect.map((opened) => {
    if (opened._tag === "Opened") return undefined
    // where it cannot be moved away nobody imports it all the same
    if (opened.isDamaged && source.access === "own") attempt(() => CacheHealing.setAside(source.directory, source.key))
    Reporter.notices(plan.verbosity, [
      opened.isDamaged
        ? `build cache entry ${source.key} ${
          source.access === "own" ? "was damaged and is set aside" : `in ${source.directory} is damaged`
        }: ${opened.why}`
        : `build cache of ${source.key} not imported: ${opened.why}; see 'docker-shim doctor'`
    ])
    return Correction.withoutEntries(source.directory, [source.key])
  }))

const openExport = (
  target: CacheAction.CacheExport,
  time: BuildTime.Budgets
): Effect.Effect<Correction.Correction | undefined, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync((): Correction.Correction | ReadonlyArray<CacheView.Held> => {
      try {
        return time.before.during(() => CacheView.openExport(target))
      } catch (error) {
        return Correction.unwritable(SystemError.describe(error, target.directory))
      }
    }),
    (opened) =>
      Effect.sync(() => {
        time.cleaning.during(() => CacheExports.discard(target, time.cleaning.isSpent))
        if (typeof opened !== "function") CacheView.release(opened)
      })
  ).pipe(Effect.map((opened) => typeof opened === "function" ? opened : undefined))

/** Whether it could be taken. Where not, nothing can be exported either, and imports hold open what they read. */
const lease = (
  { directory, id, keys }: Extract<Action, { readonly _tag: "LeaseCacheEntries" }>,
  time: BuildTime.Budgets
): Effect.Effect<boolean, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => attempt(() => time.before.during(() => (CacheLease.take(directory, id, keys), true))) === true),
    () => Effect.sync(() => time.cleaning.during(() => CacheLease.release(directory, id, time.cleaning.isSpent)))
  ).pipe(
    Effect.zipLeft(Effect.forkScoped(Effect.forever(Effect.andThen(
      Effect.sleep(CacheLease.heartbeat),
      Effect.sync(() => CacheLease.renew(directory, id))
    ))))
  )
