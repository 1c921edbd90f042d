/** Finds the name that a wrong one may be meant for. */

/**
 * The name that takes the fewest edits, such as `DOCKER_SHIM_CACHE_DIR` for `DOCKER_SHIM_CACHEDIR`; `undefined` if none
 * is near, within `farthest` edits.
 */
export const nearest = (
  name: string,
  names: ReadonlyArray<string>,
  farthest = twoWords
): string | undefined => {
  const byDistance = names.map((one) => ({ one, edits: distance(name, one) })).sort((a, b) => a.edits - b.edits)
  const [best] = byDistance
  return best !== undefined && best.edits <= farthest ? best.one : undefined
}

/** Words that differ in more letters are different words. */
const twoWords = 3

/** Levenshtein's: letters to insert, to remove or to replace. */
const distance = (from: string, to: string): number => {
  let above = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (const [row, letter] of letters(from).entries()) {
    const here = [row + 1]
    for (const [at, other] of letters(to).entries()) {
      here.push(Math.min(
        (here[at] ?? 0) + 1,
        (above[at + 1] ?? 0) + 1,
        (above[at] ?? 0) + (letter === other ? 0 : 1)
      ))
    }
    above = here
  }
  return above[to.length] ?? 0
}

/** Names of variables and commands are ASCII. */
const letters = (name: string): ReadonlyArray<string> => Array.from(name)
