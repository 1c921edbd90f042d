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
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"

/** The media type by which a manifest names its configuration (buildkit 0.25, `cache/remotecache/v1/spec.go`). */
export const mediaType = "application/vnd.buildkit.cacheconfig.v0"

/**
 * The configuration with its records made the entry's own, so that builds which run at once and import different entries
 * all find their steps; `undefined` where the text is no configuration.
 *
 * **Details**
 *
 * BuildKit 0.25 and later names an imported record by a hash of its chain (`cache/remotecache/v1/chains.go`,
 * `computeID`). Of two builds at once with the same first steps, say the services of one Compose project, BuildKit keeps
 * one key for each name (`solver/combinedcache.go`, `Query`), that of one of the imports; where those steps copy files,
 * the steps behind them are then not found in the other import (`solver/cachemanager.go`, `getIDFromDeps`), and run.
 *
 * So each record that follows roots alone gets one more root to follow, its mark, which is the digest of nothing. That
 * changes the names of all behind it and matches no step. Marks differ from record to record, else BuildKit would take
 * two steps that differ only in what they follow for one. The marks of other entries, which an import brings into an
 * export, are taken out first.
 *
 * @category rewriting
 * @since 0.1.0
 */
export const withMarks = (text: string, entry: string): string | undefined => {
  const config = parse(text)
  if (config === undefined) return undefined
  const { records } = config
  const kept = records.flatMap((record, at) => isMark(record) ? [] : [at])
  const places = new Map(kept.map((at, place) => [at, place]))
  const bare = kept.map((at) => without(records[at] ?? {}, places))
  if (bare.some((record) => inputsOf(record).some((links) => links.length === 0))) return undefined

  const marks: Array<Record> = []
  const marked = bare.map((record, at): Record => {
    const [first, ...others] = inputsOf(record)
    const isFirst = first !== undefined
      && [first, ...others].flat().every(({ link }) => inputsOf(bare[link] ?? {}).length === 0)
    if (!isFirst) return record
    const link = bare.length + marks.length
    marks.push({ digest: mark(entry, at) })
    return { ...record, inputs: [[...first, { link }], ...others] }
  })
  return JSON.stringify({ ...config, records: [...marked, ...marks] })
}

/**
 * Whether an entry's configuration has all steps of another, each with the layers that it has there; `false` where either
 * text is no configuration.
 *
 * **Details**
 *
 * A step is the same where its digest is, and where it follows the same: of each input one record is enough, as all that
 * are named for an input are names of one thing (buildkit 0.25, `cache/remotecache/v1/chains.go`). Roots that no step
 * follows mean nothing.
 *
 * @category predicates
 * @since 0.1.0
 */
export const holds = (entry: string, other: string): boolean => has(entry, other, true)

/**
 * Whether an entry's configuration has all steps of another, whatever layers it has of them; see {@link holds}.
 *
 * @category predicates
 * @since 0.1.0
 */
export const hasSteps = (entry: string, other: string): boolean => has(entry, other, false)

const has = (entry: string, other: string, layersToo: boolean): boolean => {
  const [entryConfig, otherConfig] = [entry, other].map(parse)
  if (entryConfig === undefined || otherConfig === undefined) return false
  const [whole, part] = [entryConfig.records, otherConfig.records]
  const byDigest = new Map<string | undefined, Array<number>>()
  for (const [at, { digest }] of whole.entries()) byDigest.set(digest, [...byDigest.get(digest) ?? [], at])
  const known = new Map<string, boolean>()
  const isSame = (one: number, two: number): boolean => {
    const pair = `${one} ${two}`
    const found = known.get(pair)
    if (found !== undefined) return found
    known.set(pair, false) // what leads back to itself is the same as nothing
    const [left, right] = [part[one] ?? {}, whole[two] ?? {}]
    const same = left.digest === right.digest
      && inputsOf(left).length === inputsOf(right).length
      && inputsOf(left).every((links, input) =>
        links.some(({ link, selector }) =>
          (inputsOf(right)[input] ?? []).some((other) => other.selector === selector && isSame(link, other.link))
        )
      )
    known.set(pair, same)
    return same
  }
  return part.every((record, at) => {
    const results = resultsOf(record, otherConfig)
    if (inputsOf(record).length === 0 && results.length === 0) return true
    return (byDigest.get(record.digest) ?? []).some((place) => {
      const held = resultsOf(whole[place] ?? {}, entryConfig)
      return isSame(at, place) && (!layersToo || results.every((one) => held.includes(one)))
    })
  })
}

/**
 * What a step left, each time as the digests of its layers: `layers` names the last of a chain, `chains` all of one
 * (buildkit 0.25, `cache/remotecache/v1/spec.go`).
 */
const resultsOf = ({ chains = [], layers = [] }: Record, { layers: table = [] }: Config): ReadonlyArray<string> => {
  const chainOf = (last: number): ReadonlyArray<number> => {
    const chain: Array<number> = []
    for (let at = last; table[at] !== undefined && !chain.includes(at); at = table[at]?.parent ?? -1) chain.unshift(at)
    return chain
  }
  return [...layers.map(({ layer }) => chainOf(layer)), ...chains.map((one) => one.layers)]
    .map((chain) => chain.map((at) => table[at]?.blob).join(" "))
}

type Link = { readonly link: number; readonly selector?: string }

type Record = {
  readonly digest?: string
  readonly inputs?: ReadonlyArray<ReadonlyArray<Link>>
  readonly layers?: ReadonlyArray<{ readonly layer: number }>
  readonly chains?: ReadonlyArray<{ readonly layers: ReadonlyArray<number> }>
}

type Config = {
  readonly layers?: ReadonlyArray<{ readonly blob: string; readonly parent?: number }>
  readonly records: ReadonlyArray<Record>
}

const inputsOf = ({ inputs = [] }: Record): ReadonlyArray<ReadonlyArray<Link>> => inputs

/** A record whose links lead to the places of those that stay. */
const without = (record: Record, places: ReadonlyMap<number, number>): Record =>
  record.inputs === undefined ? record : {
    ...record,
    inputs: record.inputs.map((links) =>
      links.flatMap((one) => {
        const link = places.get(one.link)
        return link === undefined ? [] : [{ ...one, link }]
      })
    )
  }

/** No SHA-256 that is ever met begins with so many zeros. */
const markPrefix = `sha256:${"0".repeat(24)}`

const isMark = ({ digest }: Record): boolean => digest?.startsWith(markPrefix) === true

const mark = (entry: string, at: number): string =>
  `${markPrefix}${bytesToHex(sha256(utf8ToBytes(entry))).slice(0, 28)}${at.toString(16).padStart(12, "0")}`

const parse = (text: string): Config | undefined => {
  try {
    const config: unknown = JSON.parse(text)
    return isConfig(config) ? config : undefined
  } catch {
    return undefined
  }
}

const isConfig = (value: unknown): value is Config => {
  if (!isObject(value) || !Array.isArray(value["records"])) return false
  const { layers = [], records } = value
  return Array.isArray(layers) && layers.every((layer) => isObject(layer) && typeof layer["blob"] === "string")
    && records.every((record, _, { length }) => isRecord(record, length, layers.length))
}

const isRecord = (value: unknown, records: number, layers: number): boolean => {
  if (!isObject(value) || typeof value["digest"] !== "string") return false
  const { chains = [], inputs = [], layers: results = [] } = value
  return Array.isArray(inputs)
    && inputs.every((links) => Array.isArray(links) && links.length > 0 && links.every((one) => isLink(one, records)))
    && Array.isArray(results) && results.every((one) => isObject(one) && isPlace(one["layer"], layers))
    && Array.isArray(chains) &&
    chains.every((one) =>
      isObject(one) && Array.isArray(one["layers"]) && one["layers"].every((at) => isPlace(at, layers))
    )
}

const isLink = (value: unknown, count: number): boolean => isObject(value) && isPlace(value["link"], count)

const isPlace = (value: unknown, count: number): boolean =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value < count

const isObject = (value: unknown): value is Readonly<{ [name: string]: unknown }> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
