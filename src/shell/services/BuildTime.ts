/**
 * How long a user may wait for the shim around a build: one rule for all that it does there.
 *
 * - What grows with what others can put in the shim's way, such as the entries, leases and documents of a cache directory,
 *   stops when the time for it is used up: what is not looked at by then is left out, and what is not tidied is left to
 *   collection.
 * - What does not, such as the own entry of a single build, is within limits of size of its own, and is always done.
 * - Between two parts signals are handled, so that INT and TERM end the shim at any time: `inTurn` does that for many small
 *   parts, `breathe` for one.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as TimeBudget from "../files/TimeBudget.ts"

/** In milliseconds, before the build starts. Most take less than ten. */
const beforeBuild = 250

/** In milliseconds, after it has ended, */
const afterBuild = 1_000

/** and to remove what the shim made in the cache for the time of the build, also where a signal ends it. */
const cleaningUp = 250

/** The budgets of one command, used up by all its parts and all its builds together. */
export interface Budgets {
  /** For what the shim looks at and prepares before the build. */
  readonly before: TimeBudget.TimeBudget
  /** For storing and tidying after it. */
  readonly after: TimeBudget.TimeBudget
  /**
   * For the entries that a failed build imported, of all directories together. It is as long by the clock as by the processor:
   * reading gigabytes is waiting for a disk more than work, and what is not read in time is not lost, but read in the background.
   */
  readonly checking: TimeBudget.TimeBudget
  /** For removing what was made for the time of the build. */
  readonly cleaning: TimeBudget.TimeBudget
}

/** The budgets of the shim's command. */
export class BuildTime extends Context.Tag("docker-shim/shell/services/BuildTime")<BuildTime, Budgets>() {
  static readonly make = Effect.sync(() =>
    BuildTime.of({
      before: TimeBudget.millis(beforeBuild),
      after: TimeBudget.millis(afterBuild),
      checking: TimeBudget.millis(afterBuild, 1),
      cleaning: TimeBudget.millis(cleaningUp)
    })
  )
}

/** In milliseconds. Handling signals takes longer than most parts. */
const longestBetween = 10

/**
 * Does one part after the other within a budget, and lets signals be handled in between. The first for which something turns
 * out is the last, and gives that.
 */
export const inTurn = <A, B>(
  parts: ReadonlyArray<A>,
  budget: TimeBudget.TimeBudget,
  act: (part: A) => B | undefined
): Effect.Effect<B | undefined> => {
  const some = (first: number): Effect.Effect<B | undefined> => {
    const until = performance.now() + longestBetween
    for (const [at, part] of parts.slice(first).entries()) {
      if (at > 0 && performance.now() > until) return from(first + at)
      const found = act(part)
      if (found !== undefined) return Effect.succeed(found)
    }
    return Effect.succeed(undefined)
  }
  const from = (first: number): Effect.Effect<B | undefined> =>
    Effect.flatMap(breathe, () => budget.during(() => some(first)))
  return parts.length === 0 ? Effect.succeed(undefined) : from(0)
}

/** Lets signals be handled that came meanwhile. */
export const breathe: Effect.Effect<void> = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
