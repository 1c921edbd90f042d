/**
 * Limits the time of work that nobody asked for, such as looking through a cache before a build.
 */
import * as ProcessorQueue from "./ProcessorQueue.ts"
import { codes, SharedDirectoryError } from "./SharedDirectoryError.ts"

/**
 * A time that passes only while work is being done; if the work gives a promise, until it is settled. The work asks `isSpent`
 * now and then, and stops if it is.
 */
export interface TimeBudget {
  readonly during: <A>(work: () => A) => A
  readonly isSpent: () => boolean
  /** The part that is used up: 0 to 1, or more. */
  readonly used: () => number
  /** Makes it this much longer. */
  readonly extend: (milliseconds: number) => void
  /** From now on it is used up, for example because the user does not want to wait. */
  readonly cut: () => void
  /** The first part of it, such as 0.75 of it: what uses it up leaves the rest to other work. */
  readonly part: (share: number) => TimeBudget
}

/** On a busy machine the work may take this many times as long as on an idle one. */
const usualPatience = 4

/** By the clock it may take this many times as long again, at most, if the machine has no processor for this process. */
const longestQueue = 4

/**
 * A budget of some milliseconds of this process's work, and of `patience` times as many by the clock (default: four times). It
 * limits both ways in which others can hold the shim up: much work, and waiting for a disk.
 *
 * **Details**
 *
 * A build must not lose its cache because the machine is busy with something else. So the time in which the process waits for a
 * processor does not count, up to four times the limit by the clock.
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

/** In milliseconds: measuring can cost more than the work that asks for it. */
const atMostEvery = 0.5

/**
 * The threads of this process that can work at the same time: it cannot use more processor time than this many times the
 * clock's.
 */
const mostThreads = 8

interface Sampled {
  readonly isReached: () => boolean
  /** Has it look again at once. */
  readonly forget: () => void
}

/**
 * Whether no time is left. It looks only when the time that was left could be used up, and at most twice in a millisecond.
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

/** Calls `end` when the work is done; if it gives a promise, when that is settled. */
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

/** Used milliseconds: `work` of the processor, `wait` by the clock, and `queue`, the part of `wait` without a processor. */
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

/** For a user who asked for the work and waits for it. */
export const endless: TimeBudget = {
  during: (work) => work(),
  isSpent: () => false,
  used: () => 0,
  extend: () => undefined,
  cut: () => undefined,
  part: () => endless
}

/** Whether the work that runs now has to stop. One for all: it is asked only within one call. */
let isOverNow: () => boolean = () => false

/** Whether the work that runs now has to stop. */
export const isOver = (): boolean => isOverNow()

/**
 * Does work that stops, with an error, at the first call of the file system after the budget is spent. Every module that reads
 * files which others can write or enlarge calls {@link check} before each call. Only for work without a promise.
 */
export const cutting = <A>(budget: TimeBudget, work: () => A): A =>
  budget.during(() => endingWhen(budget.isSpent, work))

/** The same for work that stops when `isOver` says so. */
export const endingWhen = <A>(isOver: () => boolean, work: () => A): A => {
  const before = isOverNow
  isOverNow = isOver
  try {
    return work()
  } finally {
    isOverNow = before
  }
}

/** Does work that must not stop halfway, such as removing an unfinished file. */
export const uncut = <A>(work: () => A): A => endingWhen(() => false, work)

/** Throws a `SharedDirectoryError`, `ELATE`, if the time for looking at a place is over. */
export const check = (place: string): void => {
  if (isOverNow()) throw new SharedDirectoryError(codes.late, place)
}
