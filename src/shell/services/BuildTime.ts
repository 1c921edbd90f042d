/**
 * How long a user may wait for the shim around a build: one rule for all that it does there.
 *
 * - Whatever it reads and writes in a cache directory, and of the Dockerfile, ends when the time for it is used up
 *   (`TimeBudget.cutting`): what is not looked at by then is left out, and what is not stored or tidied is left to the next
 *   build and to collection. A line says what is left out.
 * - One call of the system cannot be given up: that is the kernel's.
 * - Between two parts signals are handled, so that INT and TERM end the shim at any time: `inTurn` does that for many small
 *   parts, `breathe` for one.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as TimeBudget from "../files/TimeBudget.ts"

/**
 * In milliseconds of work, before the build starts, and three times as many by the clock: a busy machine must not cost a build
 * its cache. Most take less than ten.
 */
const beforeBuild = 250
const patienceBefore = 3

/** The part of it for looking: large contexts and caches must leave time for giving the build what was found. */
const lookingShare = 0.75

/** The part by which a command of many builds has its imports: those must leave time for exports. */
const importingShare = 0.9

/**
 * By the clock, after it has ended: storing waits for a disk more than it works. Most take less than twenty. What a busy machine
 * keeps the shim waiting for a processor is not counted, in any of these (`TimeBudget.millis`).
 */
const afterBuild = 1_000

/** The part of it for checking what a failed build imported: the rest is read in the background, which has to be begun. */
const checkingShare = 0.9

/** By the clock, to remove what the shim made in the cache for the time of the build, also where a signal ends it. */
const cleaningUp = 250

/** For each further build of a command, before and after it. Most take less than five. */
const furtherBuild = 10

/** The budgets of one command, used up by all its parts and all its builds together. */
export interface Budgets {
  /** For what the shim looks at before the build: the first part of `before`. */
  readonly looking: TimeBudget.TimeBudget
  /** For that, and for what it prepares for further builds of the command to import. */
  readonly importing: TimeBudget.TimeBudget
  /** For that, and for all else that it prepares. */
  readonly before: TimeBudget.TimeBudget
  /** For storing and tidying after it. */
  readonly after: TimeBudget.TimeBudget
  /** For the entries that a failed build imported, of all directories together: the first part of `after`. */
  readonly checking: TimeBudget.TimeBudget
  /** For removing what was made for the time of the build. */
  readonly cleaning: TimeBudget.TimeBudget
  /** Makes them longer for a command of so many builds. */
  readonly forBuilds: (count: number) => void
}

/** The budgets of the shim's command. */
export class BuildTime extends Context.Tag("docker-shim/shell/services/BuildTime")<BuildTime, Budgets>() {
  static readonly make = Effect.sync(() => {
    const before = TimeBudget.millis(beforeBuild, patienceBefore)
    const after = TimeBudget.millis(afterBuild, 1)
    const cleaning = TimeBudget.millis(cleaningUp, 1)
    return BuildTime.of({
      looking: before.part(lookingShare),
      importing: before.part(importingShare),
      before,
      after,
      checking: after.part(checkingShare),
      cleaning,
      forBuilds: (count) => {
        for (const budget of [before, after, cleaning]) budget.extend(Math.max(0, count - 1) * furtherBuild)
      }
    })
  })
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
