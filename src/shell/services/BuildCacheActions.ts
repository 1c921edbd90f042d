/**
 * Carries out what a plan asks of the shared cache around a build.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as CacheAction from "../../core/cache/CacheAction.ts"
import type { CacheDirectory } from "../../core/cache/CacheDirectory.ts"
import * as ExecPlan from "../../core/ExecPlan.ts"
import * as CacheShare from "../../core/plan/build/CacheShare.ts"
import * as BuildMetadata from "../builder/BuildMetadata.ts"
import * as BackgroundCollection from "../cache/BackgroundCollection.ts"
import * as CacheExports from "../cache/CacheExports.ts"
import * as CacheHealing from "../cache/CacheHealing.ts"
import * as CacheLease from "../cache/CacheLease.ts"
import * as CacheViews from "../cache/CacheViews.ts"
import * as OtherNameSearch from "../compose/OtherNameSearch.ts"
import * as PrivateDirectory from "../files/PrivateDirectory.ts"
import * as SystemError from "../files/SystemError.ts"
import { extend } from "../front/ChildProgram.ts"
import * as Reporter from "../front/Reporter.ts"
import type { Ended } from "../process/Ended.ts"
import { EngineInfo } from "./EngineInfo.ts"
import { Environment } from "./Environment.ts"

/** The plan, with what was made for it in place; or what turned out when something could not be prepared. */
export type Prepared =
  | { readonly _tag: "Ready"; readonly plan: ExecPlan.ExecPlan }
  | { readonly _tag: "Refuted"; readonly finding: Finding }

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
  readonly before: (plan: ExecPlan.ExecPlan) => Effect.Effect<Prepared, never, Scope.Scope>
  readonly after: (plan: ExecPlan.ExecPlan, ended: Ended) => Effect.Effect<Finding | undefined>
}>() {
  static readonly make = Effect.map(
    Effect.all([Environment, EngineInfo]),
    ([environment, engine]) =>
      BuildCacheActions.of({
        before: Effect.fn("BuildCacheActions.before")(function*(plan: ExecPlan.ExecPlan) {
          let prepared: Prepared = { _tag: "Ready", plan }
          for (const action of plan.before) {
            if (prepared._tag === "Refuted") return prepared
            if (action._tag === "PrepareCacheImport") {
              prepared = yield* view(action, prepared.plan, environment)
              continue
            }
            if (action._tag === "LookForOtherName") {
              // with the endpoint that the plan sets
              const said = yield* OtherNameSearch.look(action, extend(environment.invocation.env, plan.env), engine)
              yield* Effect.sync(() => Reporter.notices(plan.verbosity, said))
              continue
            }
            const finding = yield* prepare(action)
            if (finding !== undefined) return { _tag: "Refuted", finding } satisfies Prepared
          }
          return prepared
        }),
        after: Effect.fn("BuildCacheActions.after")(function*(plan: ExecPlan.ExecPlan, ended: Ended) {
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
  action: Exclude<CacheAction.Before, { readonly _tag: "LookForOtherName" | "PrepareCacheImport" }>
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

/** Where an entry's part cannot be made, for whatever reason, the build goes on as if the entry were not there. */
const view = (
  action: CacheAction.CacheImport,
  plan: ExecPlan.ExecPlan,
  { invocation }: Context.Tag.Service<Environment>
): Effect.Effect<Prepared, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({
      try: () =>
        PrivateDirectory.make(invocation.env, (made) => {
          CacheViews.fill(action, made)
          return made
        }),
      catch: (error) => error instanceof Error ? error.message : String(error)
    }),
    (made) => Effect.sync(() => PrivateDirectory.remove(made))
  ).pipe(
    Effect.map((made): Prepared => ({
      _tag: "Ready",
      plan: ExecPlan.withDirectory(plan, action.placeholder, made)
    })),
    Effect.catchAll((why) =>
      Effect.sync((): Prepared => {
        Reporter.notices(plan.verbosity, [
          `build cache of ${action.key} not imported: ${why}; see 'docker-shim doctor'`
        ])
        return { _tag: "Refuted", finding: withoutEntries([action.key]) }
      })
    )
  )

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
  plan: ExecPlan.ExecPlan,
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
  plan: ExecPlan.ExecPlan
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
  return withoutEntries(damaged)
})

const withoutEntries = (keys: ReadonlyArray<string>): Finding => (known) =>
  known._tag === "Usable"
    ? { ...known, entries: { ...known.entries, ...Object.fromEntries(keys.map((key) => [key, { _tag: "Missing" }])) } }
    : known
