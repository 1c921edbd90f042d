/**
 * Carries out what a plan asks of the shared cache around a build.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as CacheAction from "../../core/cache/CacheAction.ts"
import type { CacheDirectory } from "../../core/cache/CacheDirectory.ts"
import type { ExecPlan } from "../../core/ExecPlan.ts"
import * as CacheShare from "../../core/plan/build/CacheShare.ts"
import * as BuildMetadata from "../builder/BuildMetadata.ts"
import * as BackgroundCollection from "../cache/BackgroundCollection.ts"
import * as CacheExports from "../cache/CacheExports.ts"
import * as CacheHealing from "../cache/CacheHealing.ts"
import * as CacheLease from "../cache/CacheLease.ts"
import * as OtherNameSearch from "../compose/OtherNameSearch.ts"
import * as SystemError from "../files/SystemError.ts"
import { extend } from "../front/ChildProgram.ts"
import * as Reporter from "../front/Reporter.ts"
import type { Ended } from "../process/Ended.ts"
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
 * Nothing here fails. `before` returns what turned out when an export could not be prepared; `after` when the build
 * failed, damaged entries are certainly why, and it may run again without them.
 *
 * @category services
 * @since 0.1.0
 */
export class BuildCacheActions extends Context.Tag("docker-shim/shell/services/BuildCacheActions")<BuildCacheActions, {
  readonly before: (plan: ExecPlan) => Effect.Effect<Finding | undefined, never, Scope.Scope>
  readonly after: (plan: ExecPlan, ended: Ended) => Effect.Effect<Finding | undefined>
}>() {
  static readonly make = Effect.map(
    Effect.all([Environment, EngineInfo]),
    ([environment, engine]) =>
      BuildCacheActions.of({
        before: Effect.fn("BuildCacheActions.before")(function*(plan: ExecPlan) {
          for (const action of plan.before) {
            if (action._tag === "LookForOtherName") {
              // with the endpoint that the plan sets
              const said = yield* OtherNameSearch.look(action, extend(environment.invocation.env, plan.env), engine)
              yield* Effect.sync(() => Reporter.notices(plan.verbosity, said))
              continue
            }
            const finding = yield* prepare(action)
            if (finding !== undefined) return finding
          }
          return undefined
        }),
        after: Effect.fn("BuildCacheActions.after")(function*(plan: ExecPlan, ended: Ended) {
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

const prepare = (
  action: Exclude<CacheAction.Before, { readonly _tag: "LookForOtherName" }>
): Effect.Effect<Finding | undefined, never, Scope.Scope> => {
  switch (action._tag) {
    case "SetAsideCacheEntry":
      return Effect.sync(() => {
        // where it cannot be moved away nobody imports it all the same
        attempt(action.directory, () => CacheHealing.setAside(action.directory, action.key))
        return undefined
      })
    case "LeaseCacheEntries":
      return lease(action.directory, action.id, action.keys)
    case "PrepareCacheExport":
      return Effect.acquireRelease(
        Effect.sync(() => attempt(action.export.directory, () => CacheExports.prepare(action.export))),
        () => Effect.sync(() => CacheExports.discard(action.export))
      )
  }
}

/** Where no lease can be taken nothing can be exported either, and collection has nothing it could remove. */
const lease = (
  directory: string,
  id: string,
  keys: ReadonlyArray<string>
): Effect.Effect<undefined, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => attempt(directory, () => CacheLease.take(directory, id, keys))),
    () => Effect.sync(() => CacheLease.release(directory, id))
  ).pipe(
    Effect.zipRight(Effect.forkScoped(Effect.forever(Effect.andThen(
      Effect.sleep(CacheLease.heartbeat),
      Effect.sync(() => CacheLease.renew(directory, id))
    )))),
    Effect.as(undefined)
  )

const attempt = (directory: string, run: () => void): Finding | undefined => {
  try {
    run()
    return undefined
  } catch (error) {
    const unwritable = SystemError.describe(error, directory)
    return (known) => known._tag === "Usable" ? { ...known, unwritable } : known
  }
}

const conclude = (
  action: CacheAction.After,
  plan: ExecPlan,
  ended: Ended,
  { invocation, shim }: Context.Tag.Service<Environment>
): Effect.Effect<Finding | undefined> => {
  switch (action._tag) {
    case "PublishCacheExport":
      return Effect.as(Effect.sync(() => CacheExports.publish(action.export, action.expectation)), undefined)
    case "HealCacheEntries":
      return ended._tag === "Exited" && ended.code !== 0
        ? healing(action.directory, action.keys, action.canRunAgain, plan)
        : Effect.succeed(undefined)
    case "DoubtBuilder":
      // the executor's: what turns out is no matter of the cache directory
      return Effect.succeed(undefined)
    case "CollectCache":
      return Effect.as(
        Effect.sync(() => BackgroundCollection.start(action.directory, shim, invocation.env)),
        undefined
      )
    case "ConfirmRegistryExport":
      return Effect.as(
        Effect.sync(() => {
          if (ended._tag !== "Exited" || ended.code !== 0 || BuildMetadata.namesCache(action.file)) return
          const { text } = CacheShare.notShared(`nothing was stored in ${action.place}`)
          Reporter.notices(plan.verbosity, [text])
        }),
        undefined
      )
  }
}

const healing = Effect.fn("BuildCacheActions.healing")(function*(
  directory: string,
  keys: ReadonlyArray<string>,
  canRunAgain: boolean,
  plan: ExecPlan
) {
  const damaged: Array<string> = []
  for (const key of keys) {
    if (yield* Effect.promise(() => CacheHealing.heal(directory, key))) damaged.push(key)
  }
  if (damaged.length === 0) return undefined
  yield* Effect.sync(() =>
    Reporter.notices(plan.verbosity, [
      `build cache entry ${damaged.join(", ")} was damaged and is set aside; `
      + (canRunAgain ? "building again without it" : "run the build again")
    ])
  )
  if (!canRunAgain) return undefined
  return (known: CacheDirectory): CacheDirectory =>
    known._tag === "Usable"
      ? {
        ...known,
        entries: { ...known.entries, ...Object.fromEntries(damaged.map((key) => [key, { _tag: "Missing" }])) }
      }
      : known
})
