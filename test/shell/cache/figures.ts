/**
 * What attacks on the built program cost, for `npm run test:full attack`, which prints it.
 */

const figures = new Map<string, number>()

/** Counts something, such as builds. */
export const add = (what: string, count = 1): void => void figures.set(what, (figures.get(what) ?? 0) + count)

/** Keeps the largest of its values, in a unit that its name tells. */
export const largest = (what: string, value: number): void =>
  void figures.set(what, Math.max(figures.get(what) ?? 0, Math.round(value)))

/** One line of all that this file counted; nothing in the short form. */
export const print = (title: string): void => {
  if (process.env["DOCKER_SHIM_ATTACKS"] !== "full") return
  const all = [...figures].map(([what, value]) => `${what} ${value}`).join(", ")
  process.stdout.write(`${title}: ${all}\n`)
}
