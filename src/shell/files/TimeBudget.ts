/**
 * How long work may take that nobody asked for, such as looking through a cache before a build.
 */
import * as ProcessorQueue from "./ProcessorQueue.ts"
import { codes, SharedDirectoryError } from "./SharedDirectoryError.ts"

/**
 * Time that is used up only while work is being done, until its promise is settled where it has one. Work asks `isSpent` now
 * and then, and gives up where it is.
 */
export interface TimeBudget {
  readonly during: <A>(work: () => A) => A
  readonly isSpent: () => boolean
  /** The part of it that is used up, from 0 to 1 and beyond. */
  readonly used: () => number
  /** Makes it so many milliseconds longer. */
  readonly extend: (milliseconds: number) => void
  /** From now on all of it is used up, as where the user does not want to wait. */
  readonly cut: () => void
  /** The first part of it, such as 0.75 of it: what uses it up leaves the rest to other work. */
  readonly part: (share: number) => TimeBudget
}

/** So many times longer than the work takes on an idle machine it may take on one with much else to do. */
const usualPatience = 4

/** So many times longer by the clock, at the very most, where the machine has no processor for this process. */
const longestQueue = 4

/**
 * A budget of some milliseconds of this process's work, and of `patience` times as many by the clock, four times unless said
 * otherwise: what somebody put in the shim's way costs work, or keeps it waiting for a disk.
 *
 * **Details**
 *
 * A machine that is busy with something else must not cost a build its cache. So the time in which the process could have run,
 * and had no processor, does not count, until the whole took four times as long as it may by the clock.
 */
export const millis = (milliseconds: number, patience = usualPatience): TimeBudget => {
  let length = milliseconds
  let spent = none
  let isCut = false
  let started: Used | undefined
  const ends: Array<Sampled> = []
  const total = (): Used => started === undefined ? spent : sum(spent, since(started))
  const used = (): number => {
    if (isCut || length <= 0) return 1
    const { queue, wait, work } = total()
    return Math.max(work, (wait - queue) / patience, wait / patience / longestQueue) / length
  }
  const during = <A>(work: () => A): A => {
    if (started !== undefined) return work()
    started = now()
    return whenDone(work, () => {
      spent = total()
      started = undefined
    })
  }
  const extend = (further: number): void => {
    length += further
    for (const end of ends) end.forget()
  }
  const cut = (): void => {
    isCut = true
  }
  const first = (share: number): TimeBudget => {
    const end = sampled(() => Math.max(0, share - used()) * length)
    ends.push(end)
    return {
      during,
      extend,
      cut,
      used: () => used() / share,
      isSpent: () => isCut || end.isReached(),
      part: (inner) => first(share * inner)
    }
  }
  return first(1)
}

/** In milliseconds: asking what was used costs more than many a piece of work that asks. */
const atMostEvery = 0.5

/** As many threads of this process can work at a time: it cannot use up more than so many times what the clock shows. */
const mostThreads = 8

interface Sampled {
  readonly isReached: () => boolean
  /** Has it look again at once. */
  readonly forget: () => void
}

/**
 * Whether no time is left. It looks no more often than it has to: not before all that was left could be used up, and at most
 * twice in a millisecond.
 */
const sampled = (left: () => number): Sampled => {
  let lookAgainAt = -Infinity
  let wasReached = false
  return {
    isReached: () => {
      const at = performance.now()
      if (at >= lookAgainAt) {
        const found = left()
        lookAgainAt = at + Math.max(atMostEvery, found / mostThreads)
        wasReached = found <= 0
      }
      return wasReached
    },
    forget: () => {
      lookAgainAt = -Infinity
    }
  }
}

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

/** Milliseconds that were used: `work` of the processor, `wait` by the clock, and `queue` of that for want of a processor. */
interface Used {
  readonly work: number
  readonly wait: number
  readonly queue: number
}

const none: Used = { work: 0, wait: 0, queue: 0 }

const now = (): Used => {
  const { system, user } = process.cpuUsage()
  return { work: (system + user) / 1000, wait: performance.now(), queue: ProcessorQueue.waited() }
}

const since = (earlier: Used): Used => {
  const used = now()
  return { work: used.work - earlier.work, wait: used.wait - earlier.wait, queue: used.queue - earlier.queue }
}

const sum = (one: Used, other: Used): Used => ({
  work: one.work + other.work,
  wait: one.wait + other.wait,
  queue: one.queue + other.queue
})

/** For those who asked for the work and wait for it. */
export const endless: TimeBudget = {
  during: (work) => work(),
  isSpent: () => false,
  used: () => 0,
  extend: () => undefined,
  cut: () => undefined,
  part: () => endless
}

/** Whether what runs now is to end: one at a time, as it is asked only while one call runs. */
let isOverNow: () => boolean = () => false

/** Whether what runs now is to end. */
export const isOver = (): boolean => isOverNow()

/**
 * Does work that ends, with an error, at the first call of the file system after the budget is spent: every module that reads
 * what others can write, or make large, calls {@link check} before each. Only for work without a promise.
 */
export const cutting = <A>(budget: TimeBudget, work: () => A): A =>
  budget.during(() => endingWhen(budget.isSpent, work))

/** The same for work whose end somebody else decides. */
export const endingWhen = <A>(isOver: () => boolean, work: () => A): A => {
  const before = isOverNow
  isOverNow = isOver
  try {
    return work()
  } finally {
    isOverNow = before
  }
}

/** Does what has to be done at any time, such as removing a file that was made halfway. */
export const uncut = <A>(work: () => A): A => endingWhen(() => false, work)

/** Throws a `SharedDirectoryError`, `ELATE`, about a place that is to be looked at, where the time for that is over. */
export const check = (place: string): void => {
  if (isOverNow()) throw new SharedDirectoryError(codes.late, place)
}
