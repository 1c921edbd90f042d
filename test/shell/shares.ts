/**
 * Many command lines, judged several at a time; of so many one through the built program, and the others by its code in
 * the test's own process, which saves Node's start.
 */

/** A command line, or whatever stands for one, and whether it is one for the built program. */
export interface Case<A> {
  readonly one: A
  readonly isSampled: boolean
}

/** Deals the cases out to so many lanes; in each, the first of every `every` is sampled. */
export const deal = <A>(cases: ReadonlyArray<A>, lanes: number, every: number): ReadonlyArray<ReadonlyArray<Case<A>>> =>
  Array.from(
    { length: lanes },
    (_, nth) => cases.filter((_, at) => at % lanes === nth).map((one, at) => ({ one, isSampled: at % every === 0 }))
  )
