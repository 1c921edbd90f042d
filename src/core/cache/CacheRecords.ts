/**
 * The document of BuildKit's cache configuration, see `CacheConfig`, as far as the shim reads it, within limits.
 */
import * as BoundedJson from "../syntax/BoundedJson.ts"
import * as JsonObject from "../syntax/JsonObject.ts"

/** One record that a record may follow. */
export type Link = { readonly link: number; readonly selector?: string }

/** A step's key. */
export type Record = {
  readonly digest?: string
  readonly inputs?: ReadonlyArray<ReadonlyArray<Link>>
  readonly layers?: ReadonlyArray<{ readonly layer: number }>
  readonly chains?: ReadonlyArray<{ readonly layers: ReadonlyArray<number> }>
}

/** One layer; `parent` is the place of the one below it, or -1. */
export type Layer = { readonly blob: string; readonly parent?: number }

/** The document as it is read: layers, and the records that lead to them. */
export type Config = { readonly layers?: ReadonlyArray<Layer>; readonly records: ReadonlyArray<Record> }

/**
 * The longest configuration that is read, in bytes. A step takes some hundred bytes, so those of the largest builds have
 * about one megabyte; what lies in a shared directory can be anything.
 */
export const maxSize = 4 * 1024 * 1024

const limits: BoundedJson.JsonLimits = { maxLength: maxSize, maxDepth: 16 }

/** What a record follows: for each input, the records that it may be. */
export const inputsOf = ({ inputs = [] }: Record): ReadonlyArray<ReadonlyArray<Link>> => inputs

/** The configuration of a text; `undefined` if it is none, or over the limits. */
export const parse = (text: string): Config | undefined => {
  const config = BoundedJson.parse(text, limits)
  return isConfig(config) ? config : undefined
}

const isConfig = (value: unknown): value is Config => {
  if (!JsonObject.isObject(value) || !Array.isArray(value["records"])) return false
  const { layers = [], records } = value
  return Array.isArray(layers) &&
    layers.every((layer) => JsonObject.isObject(layer) && typeof layer["blob"] === "string")
    && records.every((record, _, { length }) => isRecord(record, length, layers.length))
}

const isRecord = (value: unknown, records: number, layers: number): boolean => {
  if (!JsonObject.isObject(value) || typeof value["digest"] !== "string") return false
  const { chains = [], inputs = [], layers: results = [] } = value
  return Array.isArray(inputs)
    && inputs.every((links) => Array.isArray(links) && links.length > 0 && links.every((one) => isLink(one, records)))
    && Array.isArray(results) && results.every((one) => JsonObject.isObject(one) && isPlace(one["layer"], layers))
    && Array.isArray(chains) &&
    chains.every((one) =>
      JsonObject.isObject(one) && Array.isArray(one["layers"]) && one["layers"].every((at) => isPlace(at, layers))
    )
}

const isLink = (value: unknown, count: number): boolean => JsonObject.isObject(value) && isPlace(value["link"], count)

const isPlace = (value: unknown, count: number): boolean =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value < count
