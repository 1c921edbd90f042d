/**
 * Checks the entries that a failed build imported.
 */
import * as Effect from "effect/Effect"
import type * as CacheAction from "../../core/cache/CacheAction.ts"
import type { ExecPlan } from "../../core/ExecPlan.ts"
import * as CacheHealing from "../cache/CacheHealing.ts"
import * as Reporter from "../fast-path/Reporter.ts"
import type * as TimeBudget from "../files/TimeBudget.ts"
import * as Correction from "./Correction.ts"

/**
 * Finds the entries that certainly made the build fail, if it may run again without them. `checkLater` starts a check of an
 * entry in the background, and returns whether it did.
 */
export const heal = Effect.fnUntraced(function*(
  { access, canRunAgain, directory, keys }: Extract<CacheAction.After, { readonly _tag: "HealCacheEntries" }>,
  plan: ExecPlan,
  budget: TimeBudget.TimeBudget,
  checkLater: (key: string) => boolean
) {
  const damaged: Array<string> = []
  const unfinished: Array<string> = []
  const look = access === "own" ? CacheHealing.heal : CacheHealing.check
  for (const key of keys) {
    const outcome = yield* Effect.promise((signal) =>
      budget.during(() => look(directory, key, () => signal.aborted || budget.isSpent()))
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
  return Correction.withoutEntries(directory, damaged)
})

/** Entries that could not be read in time are read in the background, so that damage costs one build at most. */
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
