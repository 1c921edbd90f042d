/**
 * Compares two cache configurations, in a time that is linear in their size.
 */
import * as CacheRecords from "./CacheRecords.ts"

/**
 * Whether an entry's configuration has all steps of another one; with `layersToo`, each with the same layers.
 *
 * **Details**
 *
 * Also `false` if it would take more than linear time to tell: if very many steps have one digest, or follow one another in a
 * very long chain. No build leaves such a configuration, and a wrong `false` only means that the entry is written once more.
 */
export const has = (entry: CacheRecords.Config, other: CacheRecords.Config, layersToo: boolean): boolean => {
  const comparison = new Comparison(entry, other)
  const results = new Results()
  const [entryChains, otherChains] = [results.chainsOf(entry), results.chainsOf(other)]
  const known = new Map<number, ReadonlySet<number>>()
  const heldAt = (place: number): ReadonlySet<number> => {
    const held = known.get(place) ?? new Set(results.of(entry.records[place] ?? {}, entry, entryChains))
    known.set(place, held)
    return held
  }
  return other.records.every((record, at) => {
    const left = results.of(record, other, otherChains)
    if (CacheRecords.inputsOf(record).length === 0 && left.length === 0) return true
    return comparison.placesOf(record).some((place) => {
      if (!comparison.isSame(at, place, 0)) return false
      return !layersToo || (comparison.spend(left.length) && left.every((one) => heldAt(place).has(one)))
    })
  })
}

/** The comparisons that are allowed for each record and link. A pair of honest configurations needs one or two. */
const comparisonsEach = 8

/** Enough for ten thousand steps; so many comparisons take a quarter of a second. */
const mostComparisons = 250_000

/** More steps than follow each other in any Dockerfile. */
const deepest = 1_000

/**
 * Two steps are the same if their digests are, and if they follow the same steps. One common record for each input is enough,
 * because all records of an input are names of one thing (buildkit 0.25, `cache/remotecache/v1/chains.go`).
 */
class Comparison {
  readonly #whole: ReadonlyArray<CacheRecords.Record>
  readonly #part: ReadonlyArray<CacheRecords.Record>
  readonly #places = new Map<string | undefined, Array<number>>()
  readonly #known = new Map<number, boolean>()
  #left: number

  constructor(whole: CacheRecords.Config, part: CacheRecords.Config) {
    this.#whole = whole.records
    this.#part = part.records
    for (const [at, { digest }] of whole.records.entries()) {
      const places = this.#places.get(digest)
      if (places === undefined) this.#places.set(digest, [at])
      else places.push(at)
    }
    this.#left = Math.min(mostComparisons, comparisonsEach * (sizeOf(whole) + sizeOf(part)))
  }

  /** Whether so many more comparisons may be made. */
  spend(count: number): boolean {
    this.#left -= count
    return this.#left >= 0
  }

  /** The records of the whole with the digest of one. */
  placesOf({ digest }: CacheRecords.Record): ReadonlyArray<number> {
    return this.#places.get(digest) ?? []
  }

  /** Whether record `one` of the part is record `two` of the whole. */
  isSame(one: number, two: number, depth: number): boolean {
    if (!this.spend(1) || depth > deepest) return false
    const pair = one * this.#whole.length + two
    const found = this.#known.get(pair)
    if (found !== undefined) return found
    this.#known.set(pair, false) // what leads back to itself is the same as nothing
    const same = this.#isEqual(this.#part[one] ?? {}, this.#whole[two] ?? {}, depth)
    this.#known.set(pair, same)
    return same
  }

  #isEqual(left: CacheRecords.Record, right: CacheRecords.Record, depth: number): boolean {
    const [inputs, others] = [CacheRecords.inputsOf(left), CacheRecords.inputsOf(right)]
    if (left.digest !== right.digest || inputs.length !== others.length) return false
    for (const [at, links] of inputs.entries()) {
      if (!this.#meet(links, others[at] ?? [], depth)) return false
    }
    return true
  }

  #meet(
    links: ReadonlyArray<CacheRecords.Link>,
    others: ReadonlyArray<CacheRecords.Link>,
    depth: number
  ): boolean {
    for (const { link, selector } of links) {
      for (const other of others) {
        if (!this.spend(1)) return false
        if (other.selector === selector && this.isSame(link, other.link, depth + 1)) return true
      }
    }
    return false
  }
}

const sizeOf = ({ records }: CacheRecords.Config): number => {
  let size = records.length
  for (const { chains = [], layers = [], ...record } of records) {
    size += chains.length + layers.length
    for (const links of CacheRecords.inputsOf(record)) size += links.length
  }
  return size
}

/**
 * The results of steps. Each is a number that stands for a chain of layers: equal chains have equal numbers, even in two
 * configurations.
 */
class Results {
  readonly #numbers = new Map<string, number>()

  /**
   * The result of a step: `layers` names the last of a chain, `chains` all of one (buildkit 0.25,
   * `cache/remotecache/v1/spec.go`).
   */
  of(
    { chains = [], layers = [] }: CacheRecords.Record,
    { layers: table = [] }: CacheRecords.Config,
    ends: ReadonlyArray<number>
  ): ReadonlyArray<number> {
    const whole = chains.map((one) => one.layers.reduce((below, at) => this.#number(below, table[at]?.blob), 0))
    return [...layers.map(({ layer }) => ends[layer] ?? 0), ...whole]
  }

  /** The chain that ends in each layer of a configuration. A chain that leads back to itself starts again there. */
  chainsOf({ layers: table = [] }: CacheRecords.Config): ReadonlyArray<number> {
    const ends = table.map(() => -1)
    for (const [last] of table.entries()) {
      const chain: Array<number> = []
      let at = last
      while (ends[at] === -1) {
        ends[at] = 0
        chain.push(at)
        at = table[at]?.parent ?? -1
      }
      let below = ends[at] ?? 0
      for (const one of chain.reverse()) {
        below = this.#number(below, table[one]?.blob)
        ends[one] = below
      }
    }
    return ends
  }

  #number(below: number, blob: string | undefined): number {
    const chain = `${below} ${blob}`
    const number = this.#numbers.get(chain) ?? this.#numbers.size + 1
    this.#numbers.set(chain, number)
    return number
  }
}
