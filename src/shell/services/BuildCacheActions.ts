/** Carries out a plan's actions on the shared cache, before and after a build. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as CacheAction from "../../core/cache/CacheAction.ts"
import type { ExecPlan } from "../../core/ExecPlan.ts"
import type * as Facts from "../../core/facts/Facts.ts"
import * as CacheText from "../../core/plan/build/CacheText.ts"
import * as BuildMetadata from "../builder/BuildMetadata.ts"
import * as ImportedSteps from "../builder/ImportedSteps.ts"
import * as BackgroundCollection from "../cache/BackgroundCollection.ts"
import * as CacheExports from "../cache/CacheExports.ts"
import * as CacheLease from "../cache/CacheLease.ts"
import { OpenCaches } from "../cache/OpenCache.ts"
import * as KeptOverrideFiles from "../compose/KeptOverrideFiles.ts"
import * as OtherNameSearch from "../compose/OtherNameSearch.ts"
import { extend } from "../fast-path/ChildProgram.ts"
import * as Reporter from "../fast-path/Reporter.ts"
import type * as TimeBudget from "../files/TimeBudget.ts"
import * as Ended from "../process/Ended.ts"
import * as BuilderDoubt from "./BuilderDoubt.ts"
import { BuilderProbe } from "./BuilderProbe.ts"
import * as BuildTime from "./BuildTime.ts"
import * as CacheBeforeBuild from "./CacheBeforeBuild.ts"
import * as Correction from "./Correction.ts"
import { EngineInfo } from "./EngineInfo.ts"
import * as EntryHealing from "./EntryHealing.ts"
import { Environment } from "./Environment.ts"
import { RegistryProbe } from "./RegistryProbe.ts"
import * as StepDoubt from "./StepDoubt.ts"

/** A plan that was carried out: how its program ended, and the facts behind the plan. */
export interface Ran {
  readonly plan: ExecPlan
  readonly ended: Ended.Ended
  readonly facts: Facts.Facts
}

/**
 * Carries out the actions before and after a build. Whatever they begin in the scope ends with it: leases, export directories.
 *
 * **Details**
 *
 * Nothing here fails.
 *
 * **Example** (A fake that does nothing)
 *
 * ```ts
 * import { BuildCacheActions } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const nothing = BuildCacheActions.of({
 *   before: () => Effect.succeed(undefined),
 *   after: () => Effect.succeed(undefined)
 * })
 * ```
 * @category services
 */
export class BuildCacheActions extends Context.Tag("docker-shim/shell/services/BuildCacheActions")<BuildCacheActions, {
  /** Carries out the actions before the program. Returns a correction if an export or import could not be prepared. */
  readonly before: (plan: ExecPlan) => Effect.Effect<Correction.Correction | undefined, never, Scope.Scope>
  /**
   * Carries out the actions after it. Returns a correction if the cache was why the program failed, and it may run again
   * without that.
   */
  readonly after: (ran: Ran) => Effect.Effect<Correction.Correction | undefined>
}>() {
  static readonly make = Effect.map(
    Effect.all([Environment, EngineInfo, BuilderProbe, RegistryProbe, BuildTime.BuildTime]),
    ([environment, engine, builders, registry, time]) => {
      const opened = new Set<string>()
      const caches = new OpenCaches()
      return BuildCacheActions.of({
        before: Effect.fnUntraced(function*(plan: ExecPlan) {
          const prepared: CacheBeforeBuild.Prepared = { caches, leased: new Set(), opened, ends: [] }
          yield* Effect.addFinalizer(() => Effect.sync(() => CacheBeforeBuild.end(prepared, time)))
          const correction = yield* BuildTime.inTurn(
            plan.before.filter((action) => action._tag !== "LookForOtherName"),
            time.before,
            (action) => CacheBeforeBuild.prepare(action, prepared, plan, time)
          )
          if (correction !== undefined) return correction
          yield* Effect.forEach(plan.before.filter((action) => action._tag === "LeaseCacheEntries"), keepAlive)
          for (const action of plan.before.filter((one) => one._tag === "LookForOtherName")) {
            // with the endpoint that the plan sets
            const said = yield* OtherNameSearch.look(action, extend(environment.invocation.env, plan.env), engine)
            yield* Effect.sync(() => Reporter.notices(plan.verbosity, said))
          }
          return undefined
        }),
        after: Effect.fnUntraced(function*(ran: Ran) {
          const { after } = ran.plan
          const namesCache = BuildMetadata.reader()
          const conclude = (kinds: ReadonlyArray<CacheAction.After>) =>
            BuildTime.inTurn(
              kinds.filter(isConclusion),
              time.after,
              (action) => concludeOne(action, ran, environment, time, caches, namesCache)
            )
          yield* conclude(after.filter(({ _tag }) => _tag === "PublishCacheExport"))
          const corrections = yield* Effect.forEach(
            after.filter((action) => action._tag === "HealCacheEntries"),
            (action) => heal(action, ran, environment, time)
          )
          yield* conclude(after.filter(({ _tag }) => _tag !== "PublishCacheExport"))
          for (const action of after) {
            if (action._tag === "NameRegistryEntries") yield* name(action, ran, registry, namesCache)
          }
          const known = corrections.filter((correction) => correction !== undefined)
          if (known.length > 0) return Correction.all(known)
          for (const action of after) {
            const correction = isDoubt(action) ? yield* doubt(action, ran, builders) : undefined
            if (correction !== undefined) return correction
          }
          return undefined
        })
      })
    }
  )
}

/** An action that looks for another reason why a build failed, where the cache directory is not why. */
type Doubt = Extract<CacheAction.After, { readonly _tag: `Doubt${string}` }>

const isDoubt = (action: CacheAction.After): action is Doubt =>
  action._tag === "DoubtBuilder" || action._tag === "DoubtImportedSteps"

const doubt = (
  action: Doubt,
  { ended, facts, plan }: Ran,
  builders: Context.Tag.Service<BuilderProbe>
): Effect.Effect<Correction.Correction | undefined> => {
  if (action._tag === "DoubtImportedSteps") return StepDoubt.doubt(plan, action, ended, facts, builders)
  return Ended.isFailure(ended)
    ? BuilderDoubt.doubt(plan, action.canRunAgain, facts, builders)
    : Effect.succeed(undefined)
}

/** An action that concludes a build. */
type Conclusion = Exclude<CacheAction.After, Doubt | Naming | { readonly _tag: "HealCacheEntries" }>

const isConclusion = (action: CacheAction.After): action is Conclusion =>
  !isDoubt(action) && action._tag !== "HealCacheEntries" && action._tag !== "NameRegistryEntries"

/** Shows for as long as the scope lasts that the build runs. */
const keepAlive = (
  { directory, id }: Extract<CacheAction.Before, { readonly _tag: "LeaseCacheEntries" }>
): Effect.Effect<unknown, never, Scope.Scope> =>
  Effect.forkScoped(Effect.forever(Effect.andThen(
    Effect.sleep(CacheLease.heartbeat),
    Effect.sync(() => CacheLease.renew(directory, id))
  )))

const heal = (
  action: Extract<CacheAction.After, { readonly _tag: "HealCacheEntries" }>,
  { ended, plan }: Ran,
  { invocation: { env }, shim }: Context.Tag.Service<Environment>,
  { after, checking }: BuildTime.Budgets
): Effect.Effect<Correction.Correction | undefined> =>
  Ended.isFailure(ended)
    ? EntryHealing.heal(
      action,
      plan,
      checking,
      (key) => BackgroundCollection.startVerification(action.directory, key, shim, env, after)
    )
    : Effect.succeed(undefined)

type NamesCache = ReturnType<typeof BuildMetadata.reader>

/** Carries out an action that ends a command and refutes no fact, so that nothing is planned again. */
const concludeOne = (
  action: Conclusion,
  { ended, plan }: Ran,
  { invocation: { env }, shim }: Context.Tag.Service<Environment>,
  { after }: BuildTime.Budgets,
  caches: OpenCaches,
  namesCache: NamesCache
): undefined => {
  switch (action._tag) {
    case "PublishCacheExport":
      publish(action, plan, ended, after, caches)
      break
    case "RememberImportedSteps":
      ImportedSteps.remember(action.endpoint, action.commands, env)
      break
    case "ForgetImportedSteps":
      if (isSuccess(ended)) ImportedSteps.forget(action.endpoint, action.commands, env)
      break
    case "CollectCache":
      BackgroundCollection.start(caches.ifOpen(action.directory), shim, env, after)
      break
    case "RemoveOverrides":
      if (isSuccess(ended)) KeptOverrideFiles.remove(action.files, env)
      break
    case "ConfirmRegistryExport":
      if (isSuccess(ended)) confirm(action, plan, namesCache)
      break
  }
}

const publish = (
  { expectation, export: target }: Extract<CacheAction.After, { readonly _tag: "PublishCacheExport" }>,
  plan: ExecPlan,
  ended: Ended.Ended,
  budget: TimeBudget.TimeBudget,
  caches: OpenCaches
): void => {
  const why = budget.isSpent()
    ? "there was no time for it; the next build stores it"
    : CacheExports.publish(target, {
      budget,
      expectation,
      cache: caches.ifOpen(target.directory),
      unfinished: caches.unfinishedOf(target.directory, target.exportDirectory)
    })
  if (why === undefined || !isSuccess(ended)) return
  Reporter.notices(plan.verbosity, [CacheText.notShared(`${target.key} was not stored: ${why}`).text])
}

const confirm = (
  { file, otherwise, place }: Extract<CacheAction.After, { readonly _tag: "ConfirmRegistryExport" }>,
  plan: ExecPlan,
  namesCache: NamesCache
): void => {
  const text = namesCache(file)
    ? otherwise
    : CacheText.notStored(place).text
  if (text !== undefined) Reporter.notices(plan.verbosity, [text])
}

type Naming = Extract<CacheAction.After, { readonly _tag: "NameRegistryEntries" }>

/** An entry that is absent was not stored, or not built. */
const name = (
  action: Naming,
  { ended, plan }: Ran,
  registry: Context.Tag.Service<RegistryProbe>,
  namesCache: NamesCache
): Effect.Effect<void> => {
  const isStored = plan.after.every((one) => one._tag !== "ConfirmRegistryExport" || namesCache(one.file))
  return isSuccess(ended) && isStored
    ? Effect.map(registry.name(action), (answers) => {
      const missed = answers.flatMap((answer, at) => {
        const reference = action.entries[at]?.reference ?? ""
        if (answer._tag === "Unknown") return CacheText.notNamed(reference, answer.why).text
        return answer._tag === "None" && action.isBuilt ? CacheText.notStored(reference).text : []
      })
      Reporter.notices(plan.verbosity, missed.slice(0, 1))
    })
    : Effect.void
}

const isSuccess = (ended: Ended.Ended): boolean => ended._tag === "Exited" && ended.code === 0
