/**
 * Waits for what Node's event loop waits for: time, descriptors, signals.
 */
import * as Files from "./system/Files.ts"
import * as Processes from "./system/Processes.ts"

/** Something that happens later. It keeps the process alive while it is `held`. */
export interface Waiting {
  held: boolean
}

interface Timer extends Waiting {
  at: number
  readonly every: number | undefined
  readonly run: () => void
}

interface Watch extends Waiting {
  readonly descriptor: number
  readonly events: number
  readonly run: (happened: number) => void
}

/** `POLLIN` and `POLLOUT` of Linux. */
export const readable = 1
export const writable = 4

const timers = new Set<Timer>()
const watches = new Set<Watch>()
const immediate: Array<() => void> = []

/** Whether descriptors were looked at since the last function of `soon`: signals come in between, as in Node. */
let hasPolled = false

const milliseconds = (): number => Processes.now() / 1e6

/** Runs a function after some time, in milliseconds; again and again if `repeats`. */
export const after = (delay: number, run: () => void, repeats: boolean): Waiting => {
  const time = delay >= 1 && delay <= 2147483647 ? delay : 1
  const timer: Timer = { at: milliseconds() + time, every: repeats ? time : undefined, held: true, run }
  timers.add(timer)
  return timer
}

/** Forgets a timer. */
export const cancel = (timer: Waiting): void => {
  timers.delete(timer as Timer)
}

/** Runs a function once everything that is due by now has run. */
export const soon = (run: () => void): void => {
  immediate.push(run)
}

/** Runs a function whenever a descriptor is ready, until it is told not to. */
export const watch = (descriptor: number, events: number, run: (happened: number) => void): Waiting => {
  const watched: Watch = { descriptor, events, held: true, run }
  watches.add(watched)
  return watched
}

/** Forgets a watched descriptor. */
export const unwatch = (watched: Waiting): void => {
  watches.delete(watched as Watch)
}

const isHeld = (waiting: Waiting): boolean => waiting.held

/** Waits for the next event and handles it. One at a time, so that its promises run before the next one. */
export const turn = (): boolean => {
  const due = hasPolled || watches.size === 0 ? immediate.shift() : undefined
  hasPolled = false
  if (due !== undefined) {
    due()
    return true
  }
  if (immediate.length === 0 && ![...timers].some(isHeld) && ![...watches].some(isHeld)) return false
  const next = firstTimer()
  const wait = immediate.length > 0 ? 0 : next === undefined ? -1 : Math.max(0, Math.ceil(next.at - milliseconds()))
  const watched = [...watches]
  const happened = Files.poll(watched.flatMap(({ descriptor, events }) => [descriptor, events]), wait)
  hasPolled = true
  const at = happened.findIndex((events) => events !== 0)
  if (at >= 0) watched[at]?.run(happened[at] ?? 0)
  else if (next !== undefined && next.at <= milliseconds()) fire(next)
  return true
}

const firstTimer = (): Timer | undefined => {
  let first: Timer | undefined
  for (const timer of timers) if (first === undefined || timer.at < first.at) first = timer
  return first
}

const fire = (timer: Timer): void => {
  if (timer.every === undefined) timers.delete(timer)
  else timer.at = milliseconds() + timer.every
  timer.run()
}
