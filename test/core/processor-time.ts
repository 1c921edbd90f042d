/**
 * Time of the processor, by which a test tells in what proportion work grows: other load of the machine does not count.
 */
import { assert } from "vitest"

/** The least milliseconds of the processor that one of three runs takes. */
export const least = (run: () => void): number =>
  Math.min(...Array.from({ length: 3 }, () => {
    const before = process.cpuUsage()
    run()
    const { system, user } = process.cpuUsage(before)
    return (system + user) / 1000
  }))

/**
 * Asserts that eight times as much takes about eight times as long: five times that is left to the machine, and the
 * compiler; where time is quadratic it is 64 times. Runs of below 2 ms are taken for 2 ms.
 *
 * @example
 * inProportion(1_000, (count) => () => count.toString())
 */
export const inProportion = (count: number, prepare: (count: number) => () => void): void => {
  // the first run compiles
  least(prepare(Math.ceil(count / 2)))
  const [few, many] = [least(prepare(count)), least(prepare(8 * count))]
  assert.isBelow(many, 8 * 5 * Math.max(few, 2), `${few} ms for ${count}, ${many} ms for ${8 * count}`)
}
