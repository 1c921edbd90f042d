/**
 * Carries out what a plan asks of the shared cache around a build.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as CacheAction from "../../core/cache/CacheAction.ts"
import type { CacheDirectory } from "../../core/cache/CacheDirectory.ts"
import type { ExecPlan } from "../../core/ExecPlan.ts"
import * as CacheText from "../../core/plan/build/CacheText.ts"
import * as BuildMetadata from "../builder/BuildMetadata.ts"
import * as ImportedSteps from "../builder/ImportedSteps.ts"
import * as BackgroundCollection from "../cache/BackgroundCollection.ts"
import * as CacheExports from "../cache/CacheExports.ts"
import * as CacheHealing from "../cache/CacheHealing.ts"
import * as CacheLease from "../cache/CacheLease.ts"
import * as CacheView from "../cache/CacheView.ts"
import * as KeptOverrideFiles from "../compose/KeptOverrideFiles.ts"
import * as OtherNameSearch from "../compose/OtherNameSearch.ts"
import { attempt } from "../files/Attempt.ts"
import * as SystemError from "../files/SystemError.ts"
import { extend } from "../front/ChildProgram.ts"
import * as Reporter from "../front/Reporter.ts"
import * as Ended from "../process/Ended.ts"
import { EngineInfo } from "./EngineInfo.ts"
import { Environment } from "./Environment.ts"

/** What turned out about the cache directory. */
export type Finding = (known: CacheDirectory) => CacheDirectory

/**
 * Carries out the actions before and after a build. What was begun in the scope ends with it: leases, export
 * directories.
 *
 * **Details**
 *
 * Nothing here fails. `before` returns what turned out when an export or import could not be prepared; `after` when the build
 * failed, damaged entries are certainly why, and it may run again without them.
 *
 * @category services
 * @since 0.1.0
 */
export class BuildCacheActions extends Context.Tag("docker-shim/shell/services/BuildCacheActions")<BuildCacheActions, {
  readonly before: (plan: ExecPlan) => Effect.Effect<Finding | undefined, never, Scope.Scope>
  readonly after: (plan: ExecPlan, ended: Ended.Ended) => Effect.Effect<Finding | undefined>
}>() {
  static readonly make = Effect.map(
    Effect.all([Environment, EngineInfo]),
    ([environment, engine]) =>
      BuildCacheActions.of({
        before: Effect.fn("BuildCacheActions.before")(function*(plan: ExecPlan) {
          const leased: Leased = new Set()
          for (const action of plan.before) {
            if (action._tag === "LookForOtherName") {
              // with the endpoint that the plan sets
              const said = yield* OtherNameSearch.look(action, extend(environment.invocation.env, plan.env), engine)
              yield* Effect.sync(() => Reporter.notices(plan.verbosity, said))
              continue
            }
            const finding = yield* prepare(action, leased, plan)
            if (finding !== undefined) return finding
          }
          return undefined
        }),
        after: Effect.fn("BuildCacheActions.after")(function*(plan: ExecPlan, ended: Ended.Ended) {
          const findings: Array<Finding> = []
          for (const action of plan.after) {
            const finding = yield* conclude(action, plan, ended, environment)
            if (finding !== undefined) findings.push(finding)
          }
          return findings.length === 0
            ? undefined
            : (known: CacheDirectory) => findings.reduce((revised, finding) => finding(revised), known)
        })
      })
  )
}

/** What is known while the actions are carried out: the directories that a lease was taken in. */
type Leased = Set<string>

const prepare = (
  action: Exclude<CacheAction.Before, { readonly _tag: "LookForOtherName" }>,
  leased: Leased,
  plan: ExecPlan
): Effect.Effect<Finding | undefined, never, Scope.Scope> => {
  switch (action._tag) {
    case "SetAsideCacheEntry":
      return Effect.sync(() => {
        // where it cannot be moved away nobody imports it all the same
        attempt(() => CacheHealing.setAside(action.directory, action.key))
        return undefined
      })
    case "LeaseCacheEntries":
      return lease(action.directory, action.id, action.keys).pipe(Effect.map((isTaken) => {
        if (isTaken) leased.add(action.directory)
        return undefined
      }))
    case "OpenCacheImport":
      return openImport(action.import, leased.has(action.import.directory), plan)
    case "PrepareCacheExport":
      return openExport(action.export)
  }
}

/** Why an entry that was sound when it was looked at cannot be imported is said; the build goes on without. */
const openImport = (
  source: CacheAction.CacheImport,
  isLeased: boolean,
  plan: ExecPlan
): Effect.Effect<Finding | undefined, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync((): CacheView.Import => {
      try {
        return CacheView.openImport(source, isLeased)
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
    return withoutEntries(source.directory, [source.key])
  }))

const openExport = (target: CacheAction.CacheExport): Effect.Effect<Finding | undefined, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync((): Finding | ReadonlyArray<CacheView.Held> => {
      try {
        return CacheView.openExport(target)
      } catch (error) {
        return unwritable(SystemError.describe(error, target.directory))
      }
    }),
    (opened) =>
      Effect.sync(() => {
        CacheExports.discard(target)
        if (typeof opened !== "function") CacheView.release(opened)
      })
  ).pipe(Effect.map((opened) => typeof opened === "function" ? opened : undefined))

const unwritable = (why: string): Finding => (known) => known._tag === "Usable" ? { ...known, unwritable: why } : known

/** Whether it could be taken. Where not, nothing can be exported either, and imports hold open what they read. */
const lease = (
  directory: string,
  id: string,
  keys: ReadonlyArray<string>
): Effect.Effect<boolean, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => attempt(() => (CacheLease.take(directory, id, keys), true)) === true),
    () => Effect.sync(() => CacheLease.release(directory, id))
  ).pipe(
    Effect.zipLeft(Effect.forkScoped(Effect.forever(Effect.andThen(
      Effect.sleep(CacheLease.heartbeat),
      Effect.sync(() => CacheLease.renew(directory, id))
    ))))
  )

const conclude = (
  action: CacheAction.After,
  plan: ExecPlan,
  ended: Ended.Ended,
  { invocation, shim }: Context.Tag.Service<Environment>
): Effect.Effect<Finding | undefined> => {
  switch (action._tag) {
    case "PublishCacheExport":
      return Effect.sync(() => {
        const why = CacheExports.publish(action.export, action.expectation)
        if (why !== undefined && ended._tag === "Exited" && ended.code === 0) {
          Reporter.notices(plan.verbosity, [CacheText.notShared(`${action.export.key} was not stored: ${why}`).text])
        }
        return undefined
      })
    case "HealCacheEntries":
      return Ended.isFailure(ended)
        ? healing(
          action,
          plan,
          (key) => BackgroundCollection.startVerification(action.directory, key, shim, invocation.env)
        )
        : Effect.succeed(undefined)
    case "RememberImportedSteps":
      return Effect.as(
        Effect.sync(() => ImportedSteps.remember(action.endpoint, action.commands, invocation.env)),
        undefined
      )
    case "ForgetImportedSteps":
      return Effect.as(
        Effect.sync(() => {
          if (isSuccess(ended)) ImportedSteps.forget(action.endpoint, action.commands, invocation.env)
        }),
        undefined
      )
    case "DoubtImportedSteps":
    case "DoubtBuilder":
      // the executor's: what turns out is no matter of the cache directory
      return Effect.succeed(undefined)
    case "CollectCache":
      return Effect.as(
        Effect.sync(() => BackgroundCollection.start(action.directory, shim, invocation.env)),
        undefined
      )
    case "RemoveOverrides":
      return Effect.as(
        Effect.sync(() => {
          if (isSuccess(ended)) KeptOverrideFiles.remove(action.files, invocation.env)
        }),
        undefined
      )
    case "ConfirmRegistryExport":
      return Effect.as(
        Effect.sync(() => {
          if (ended._tag !== "Exited" || ended.code !== 0 || BuildMetadata.namesCache(action.file)) return
          const { text } = CacheText.notShared(`nothing was stored in ${action.place}`)
          Reporter.notices(plan.verbosity, [text])
        }),
        undefined
      )
  }
}

const isSuccess = (ended: Ended.Ended): boolean => ended._tag === "Exited" && ended.code === 0

/** In milliseconds: how long a user whose build failed waits for the shim to find out whether its cache is why. */
const healingTime = 1_000

const healing = Effect.fn("BuildCacheActions.healing")(function*(
  { access, canRunAgain, directory, keys }: Extract<CacheAction.After, { readonly _tag: "HealCacheEntries" }>,
  plan: ExecPlan,
  checkLater: (key: string) => boolean
) {
  const damaged: Array<string> = []
  const unfinished: Array<string> = []
  const end = performance.now() + healingTime
  for (const key of keys) {
    const isOver = (signal: AbortSignal) => (): boolean => signal.aborted || performance.now() > end
    const outcome = yield* Effect.promise((signal) =>
      access === "own"
        ? CacheHealing.heal(directory, key, isOver(signal))
        : CacheHealing.check(directory, key, isOver(signal))
    )
    if (outcome === "AtFault") damaged.push(key)
    if (outcome === "Unfinished") unfinished.push(key)
  }
  yield* Effect.sync(() => sayUnfinished(unfinished, plan, checkLater))
  if (damaged.length === 0) return undefined
  yield* Effect.sync(() =>
    Reporter.notices(plan.verbosity, [
      `build cache entry ${damaged.join(", ")} ${
        access === "own" ? "was damaged and is set aside" : `in ${directory} is damaged`
      }; `
      + (canRunAgain ? "building again without it" : "run the build again")
    ])
  )
  if (!canRunAgain) return undefined
  return withoutEntries(directory, damaged)
})

/** What could not be read in time is read in the background, so that damage costs one build at most. */
const sayUnfinished = (
  keys: ReadonlyArray<string>,
  plan: ExecPlan,
  checkLater: (key: string) => boolean
): void => {
  for (const key of keys) {
    const next = checkLater(key)
      ? "it is being checked in the background; if the cache may be why the build failed, run it again later"
      : `'docker-shim cache verify --key ${key}' checks it`
    Reporter.notices(plan.verbosity, [`build cache entry ${key} is too large to be checked now; ${next}`])
  }
}

/** No build imports these entries of a directory any more. */
const withoutEntries = (directory: string, keys: ReadonlyArray<string>): Finding => (known) =>
  known._tag === "Usable"
    ? {
      ...known,
      entries: Object.fromEntries(
        Object.entries(known.entries).map(([key, entry]) => [
          key,
          directory === known.directory && keys.includes(key) ? { _tag: "Missing" } : entry
        ])
      ),
      relatives: Object.fromEntries(
        Object.entries(known.relatives).filter(([, place]) =>
          place.directory !== directory || !keys.includes(place.key)
        )
      )
    }
    : known
