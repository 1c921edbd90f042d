/**
 * BuildKit's cache configuration: the document of an exported cache that says which layers answer which steps.
 *
 * **Details**
 *
 * `{"layers":[{"blob":"sha256:9f3c…","parent":-1}],"records":[{"digest":"sha256:…"},{"digest":"sha256:…",
 * "inputs":[[{"selector":"sha256:…","link":0}]],"layers":[{"layer":0,"createdAt":"…"}]}]}`: a record is a step's key,
 * `inputs` the records that it may follow, by their place in `records`; one without inputs is a root, such as the digest
 * of an image or of a file's content (buildkit 0.25, `cache/remotecache/v1/spec.go`).
 */
import * as Digest from "../syntax/Digest.ts"
import * as CacheComparison from "./CacheComparison.ts"
import * as CacheRecords from "./CacheRecords.ts"

/** The media type by which a manifest names its configuration (buildkit 0.25, `cache/remotecache/v1/spec.go`). */
export const mediaType = "application/vnd.buildkit.cacheconfig.v0"

/**
 * Makes the records of a configuration unique to its entry, so that builds which run at once and import different entries all
 * find their steps; `undefined` if the text is no configuration.
 *
 * **Details**
 *
 * BuildKit 0.25 and later names an imported record by a hash of its chain (`cache/remotecache/v1/chains.go`, `computeID`). If
 * two builds at once have the same first steps, such as services of one Compose project, BuildKit keeps one key for each name
 * (`solver/combinedcache.go`, `Query`), from one of the imports. If those steps copy files, it does not find the steps after
 * them in the other import (`solver/cachemanager.go`, `getIDFromDeps`), and runs them.
 *
 * So each record that follows only roots gets one more root to follow, its mark: the digest of nothing. That changes the names
 * of all records after it, and matches no step. Each record has a mark of its own; otherwise BuildKit would confuse two steps
 * that differ only in the steps before them. Marks of other entries, which an import brings into an export, are removed first.
 */
export const withMarks = (text: string, entry: string): string | undefined => {
  const config = CacheRecords.parse(text)
  if (config === undefined) return undefined
  const { records } = config
  const kept = records.flatMap((record, at) => isMark(record) ? [] : [at])
  const places = new Map(kept.map((at, place) => [at, place]))
  const bare = kept.map((at) => without(records[at] ?? {}, places))
  if (bare.some((record) => CacheRecords.inputsOf(record).some((links) => links.length === 0))) return undefined

  const mark = markOf(entry)
  const marks: Array<CacheRecords.Record> = []
  const marked = bare.map((record, at): CacheRecords.Record => {
    const [first, ...others] = CacheRecords.inputsOf(record)
    const isFirst = first !== undefined
      && [first, ...others].flat().every(({ link }) => CacheRecords.inputsOf(bare[link] ?? {}).length === 0)
    if (!isFirst) return record
    const link = bare.length + marks.length
    marks.push({ digest: mark(at) })
    return { ...record, inputs: [[...first, { link }], ...others] }
  })
  return JSON.stringify({ ...config, records: [...marked, ...marks] })
}

/**
 * Whether an entry's configuration has all steps of another one, each with the same layers; `false` if either text is no
 * configuration.
 *
 * **Details**
 *
 * Two steps are the same if their digests are, and if they follow the same steps. One common record for each input is enough,
 * because all records of an input are names of one thing (buildkit 0.25, `cache/remotecache/v1/chains.go`). Roots that no step
 * follows mean nothing.
 */
export const holds = (entry: string, other: string): boolean => has(entry, other, true)

/** Whether an entry's configuration has all steps of another, whatever layers it has of them; see {@link holds}. */
export const hasSteps = (entry: string, other: string): boolean => has(entry, other, false)

const has = (entry: string, other: string, layersToo: boolean): boolean => {
  const [whole, part] = [entry, other].map(CacheRecords.parse)
  return whole !== undefined && part !== undefined && CacheComparison.has(whole, part, layersToo)
}

/** A record with its links adjusted to the places of the records that stay. */
const without = (record: CacheRecords.Record, places: ReadonlyMap<number, number>): CacheRecords.Record =>
  record.inputs === undefined ? record : {
    ...record,
    inputs: record.inputs.map((links) =>
      links.flatMap((one) => {
        const link = places.get(one.link)
        return link === undefined ? [] : [{ ...one, link }]
      })
    )
  }

/** No real SHA-256 begins with so many zeros. */
const markPrefix = `sha256:${"0".repeat(24)}`

const isMark = ({ digest }: CacheRecords.Record): boolean => digest?.startsWith(markPrefix) === true

/** The marks of an entry's records, by their places. */
const markOf = (entry: string): (at: number) => string => {
  const own = Digest.sha256(entry).slice(0, 28)
  return (at) => `${markPrefix}${own}${at.toString(16).padStart(12, "0")}`
}
