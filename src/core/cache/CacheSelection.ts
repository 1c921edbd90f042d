/**
 * Removes some steps from what a build can import: their records stay in the cache configuration, without their layers.
 * BuildKit still finds a later step through such a record, as it does in an export with `mode=min`, and runs the step only if
 * it needs its files.
 */
import type { Place } from "../syntax/dockerfile/BuildSteps.ts"
import * as CacheRecords from "./CacheRecords.ts"

/**
 * The configuration without the layers of the steps at some places, which a build must not import; `undefined` if the text is
 * no configuration, or its steps follow themselves.
 *
 * A record's place is how many records lead to it over each one's first input, which is what the step is based on (buildkit
 * 0.25: `client/llb/fileop.go`, `marshalState.add`; `client/llb/exec.go`, where mounts are sorted by target, `/` first). A step
 * of a build is found by a record only if all below it are the same, so both have the same place.
 */
export const without = (text: string, omitted: ReadonlyArray<Place>): string | undefined => {
  const config = CacheRecords.parse(text)
  const places = config === undefined ? undefined : placesOf(config.records)
  if (config === undefined || places === undefined) return undefined
  const isOmitted = ({ least, most }: Place): boolean =>
    omitted.some((place) => most >= place.least && least <= place.most)
  const records = config.records.map((record, at) => {
    const place = places[at]
    return place === undefined || isOmitted(place) ? bare(record) : record
  })
  return JSON.stringify({ ...config, records })
}

type Records = ReadonlyArray<CacheRecords.Record>

const bare = (record: CacheRecords.Record): CacheRecords.Record =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== "layers" && name !== "chains"))

/** The place of each record; roots have 0. Names of one thing lead to one place, so `least` and `most` differ only in theory. */
const placesOf = (records: Records): ReadonlyArray<Place> | undefined => {
  const places: Array<Place | undefined> = records.map(() => undefined)
  const entered = new Set<number>()
  const stack = records.map((_, at) => at)
  while (stack.length > 0) {
    const at = stack.at(-1) ?? 0
    const links = records[at]?.inputs?.[0] ?? []
    const open = places[at] !== undefined ? [] : links.flatMap(({ link }) => places[link] === undefined ? [link] : [])
    if (open.length > 0 && entered.has(at)) return undefined
    if (open.length > 0) {
      entered.add(at)
      for (const link of open) stack.push(link)
      continue
    }
    const below = links.map(({ link }) => places[link] ?? { least: 0, most: 0 })
    places[at] ??= {
      least: below.length === 0 ? 0 : 1 + below.reduce((least, one) => Math.min(least, one.least), Infinity),
      most: 1 + below.reduce((most, one) => Math.max(most, one.most), -1)
    }
    stack.pop()
  }
  return places.flatMap((place) => place ?? [])
}
