/**
 * Which mutants are tried: so many of all, in proportion over the modules, the same ones for the same seed.
 */
import { createHash } from "node:crypto"
import type { Mutant } from "./Mutant.ts"

/** A mutant of the sample, with a name that it keeps while other places of its module change. */
export interface Drawn {
  readonly id: string
  readonly mutant: Mutant
}

/** Draws `count` mutants: those whose hashes with the seed are the smallest, in the order of the text. */
export const take = (
  all: ReadonlyArray<Mutant>,
  textOf: (file: string) => string,
  count: number,
  seed: number
): ReadonlyArray<Drawn> => {
  const seen = new Map<string, number>()
  const drawn = all.map((mutant, at) => {
    const { end, file, kind, replacement, start } = mutant
    const what = JSON.stringify([file, kind, textOf(file).slice(start, end), replacement])
    const before = seen.get(what) ?? 0
    seen.set(what, before + 1)
    const id = createHash("sha256").update(`${what} ${String(before)}`).digest("hex").slice(0, 16)
    return { at, id, mutant, rank: createHash("sha256").update(`${String(seed)} ${id}`).digest("hex") }
  })
  return drawn.sort((one, other) => one.rank < other.rank ? -1 : 1).slice(0, count).sort((one, other) =>
    one.at - other.at
  )
}
