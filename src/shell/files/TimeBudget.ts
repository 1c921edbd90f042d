/**
 * How long work may take that nobody asked for, such as looking through a cache before a build.
 */

/**
 * Time that is used up only while work is being done, until its promise is settled where it has one. Work asks `isSpent` now
 * and then, and gives up where it is.
 */
export interface TimeBudget {
  readonly during: <A>(work: () => A) => A
  readonly isSpent: () => boolean
  /** From now on all of it is used up, as where the user does not want to wait. */
  readonly cut: () => void
}

/** So many times longer than the work takes on an idle machine it may take on one with much else to do. */
const usualPatience = 4

/**
 * A budget of some milliseconds of this process's work, and of `patience` times as many by the clock, four times unless said
 * otherwise: what somebody put in the shim's way costs work, and a machine that is busy with something else must not cost a
 * build its cache.
 */
export const millis = (milliseconds: number, patience = usualPatience): TimeBudget => {
  let used = none
  let isCut = false
  let wasSpent = false
  let lookedAt = -Infinity
  let started: Used | undefined
  const total = (): Used => started === undefined ? used : sum(used, since(started))
  return {
    isSpent: () => {
      const at = performance.now()
      if (isCut || wasSpent || at - lookedAt < atMostEvery) return isCut || wasSpent
      const { wait, work } = total()
      lookedAt = at
      wasSpent = work >= milliseconds || wait >= patience * milliseconds
      return wasSpent
    },
    cut: () => {
      isCut = true
    },
    during: (work) => {
      if (started !== undefined) return work()
      started = now()
      return whenDone(work, () => {
        used = total()
        started = undefined
      })
    }
  }
}

/** In milliseconds: asking what was used costs more than many a piece of work that asks. */
const atMostEvery = 0.5

/** Calls `end` when something has run, or when its promise is settled. */
const whenDone = <A>(work: () => A, end: () => void): A => {
  let result: A
  try {
    result = work()
  } catch (error) {
    end()
    throw error
  }
  // a promise of the same, which the compiler cannot know
  if (result instanceof Promise) return result.finally(end) as A
  end()
  return result
}

/** Milliseconds that were used: `work` of the processor, `wait` by the clock. */
interface Used {
  readonly work: number
  readonly wait: number
}

const none: Used = { work: 0, wait: 0 }

const now = (): Used => {
  const { system, user } = process.cpuUsage()
  return { work: (system + user) / 1000, wait: performance.now() }
}

const since = ({ wait, work }: Used): Used => {
  const { wait: waited, work: worked } = now()
  return { work: worked - work, wait: waited - wait }
}

const sum = (one: Used, other: Used): Used => ({ work: one.work + other.work, wait: one.wait + other.wait })

/** For those who asked for the work and wait for it. */
export const endless: TimeBudget = {
  during: (work) => work(),
  isSpent: () => false,
  cut: () => undefined
}
