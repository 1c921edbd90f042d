/**
 * How long work may take that nobody asked for, such as looking through a cache before a build.
 */

/**
 * Time that is used up only while work is being done. Work asks `isSpent` now and then, and gives up where it is.
 *
 * @category models
 */
export interface TimeBudget {
  readonly during: <A>(work: () => A) => A
  readonly isSpent: () => boolean
}

/**
 * A budget of some milliseconds.
 *
 * @category constructors
 */
export const of = (milliseconds: number): TimeBudget => {
  let left = milliseconds
  let startedAt: number | undefined
  return {
    isSpent: () => left - (startedAt === undefined ? 0 : performance.now() - startedAt) <= 0,
    during: (work) => {
      if (startedAt !== undefined) return work()
      startedAt = performance.now()
      try {
        return work()
      } finally {
        left -= performance.now() - startedAt
        startedAt = undefined
      }
    }
  }
}

/** For those who asked for the work and wait for it. */
export const endless: TimeBudget = { during: (work) => work(), isSpent: () => false }
