/**
 * Reads the JSON documents of an OCI image layout, as BuildKit's local cache exporter leaves one.
 * @module
 */
import * as BoundedJson from "../syntax/BoundedJson.ts"
import * as JsonObject from "../syntax/JsonObject.ts"

/**
 * How one document names another: its digest, such as `sha256:9f3c…` (64 hex digits), and its size in bytes.
 * @category models
 */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

/**
 * The longest index or manifest that is read, in bytes. Those of the largest builds have some hundred kilobytes; what
 * lies in a shared directory can be anything.
 */
export const maxDocumentSize = 4 * 1024 * 1024

/** How many blobs an index or a manifest may name: more than any build leaves. Each of them is looked up. */
export const mostDescriptors = 10_000

const limits: BoundedJson.JsonLimits = { maxLength: maxDocumentSize, maxDepth: 16 }

/** The tag that BuildKit's exporter writes and its importer reads, where none is named. */
export const defaultTag = "latest"

/**
 * The manifest that the tag `latest` of an `index.json` names; `undefined` if the text is no index or has none.
 *
 * **Details**
 *
 * Without that tag BuildKit fails the build that imports from there (buildkit 0.25, `client/ociindex`, and
 * `client/solve.go`: "local cache importer requires either explicit digest, \"latest\" tag or custom tag").
 *
 * **Example** (An index)
 *
 * ```ts
 * import { OciLayout } from "docker-shim"
 *
 * const digest = `sha256:${"0".repeat(64)}`
 * const manifest = {
 *   mediaType: "application/vnd.oci.image.manifest.v1+json",
 *   digest,
 *   size: 2,
 *   annotations: { "org.opencontainers.image.ref.name": "latest" }
 * }
 * const found = OciLayout.latestManifest(JSON.stringify({ schemaVersion: 2, manifests: [manifest] }))
 *
 * found?.size // 2
 * OciLayout.blobName("sha256:9f3c") // "sha256/9f3c"
 * ```
 * @category parsing
 */
export const latestManifest = (text: string): Descriptor | undefined => {
  const document = parse(text)
  for (const manifest of list(document?.["manifests"])) {
    const annotations = record(manifest["annotations"])
    if (annotations?.["org.opencontainers.image.ref.name"] === defaultTag) return descriptor(manifest)
  }
  return undefined
}

/**
 * Everything a manifest names: its configuration and layers, or the members of an index, in which BuildKit before 0.26
 * puts layers and configuration alike. `undefined` if the text is neither, names something without digest or size, or
 * names more than {@link mostDescriptors}.
 * Example: `OciLayout.references("{}") // undefined`
 * @category parsing
 */
export const references = (text: string): ReadonlyArray<Descriptor> | undefined => {
  const document = parse(text)
  if (document === undefined) return undefined
  const config = record(document["config"])
  const lists = [document["layers"], document["manifests"]]
  if (lists.some((one) => Array.isArray(one) && one.length > mostDescriptors)) return undefined
  const named = [...(config === undefined ? [] : [config]), ...lists.flatMap(list)]
  const descriptors = named.map(descriptor)
  const complete = descriptors.filter((one) => one !== undefined)
  return complete.length === 0 || complete.length < descriptors.length ? undefined : complete
}

/**
 * Replaces one blob by another, by its digest, in an index or a manifest; `undefined` if the text is neither, or does not name
 * the blob.
 *
 * **Example** (A layer in another form)
 *
 * ```ts
 * import { OciLayout } from "docker-shim"
 *
 * const digest = (digit: string): string => `sha256:${digit.repeat(64)}`
 * const manifest = JSON.stringify({ layers: [{ digest: digest("1"), size: 1 }] })
 * const changed = OciLayout.withBlob(manifest, digest("1"), { digest: digest("2"), size: 9 }) ?? ""
 *
 * OciLayout.references(changed)?.[0]?.size // 9
 * ```
 * @category rewriting
 */
export const withBlob = (
  text: string,
  digest: string,
  other: Pick<Descriptor, "digest" | "size">
): string | undefined => {
  const document = parse(text)
  if (document === undefined || references(text)?.some((one) => one.digest === digest) !== true) return undefined
  const exchange = (value: unknown): unknown => {
    const one = record(value)
    return one?.["digest"] === digest ? { ...one, ...other } : value
  }
  return JSON.stringify(Object.fromEntries(
    Object.entries(document).map(([name, value]) => {
      if (name === "config") return [name, exchange(value)]
      return [name, ["layers", "manifests"].includes(name) && Array.isArray(value) ? value.map(exchange) : value]
    })
  ))
}

/**
 * The name of a blob in a layout, below `blobs/`: `sha256/9f3c…`.
 * Example: `OciLayout.blobName("sha256:9f3c") // "sha256/9f3c"`
 */
export const blobName = (digest: string): string => digest.replace(":", "/")

const digestForm = /^sha256:[0-9a-f]{64}$/

const descriptor = (value: Readonly<Record<string, unknown>>): Descriptor | undefined => {
  const { digest, mediaType, size } = value
  return typeof digest === "string" && digestForm.test(digest) && typeof size === "number"
    ? { digest, size, mediaType: typeof mediaType === "string" ? mediaType : "" }
    : undefined
}

const parse = (text: string): Readonly<Record<string, unknown>> | undefined => record(BoundedJson.parse(text, limits))

const record = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  JsonObject.isObject(value) ? value : undefined

const list = (value: unknown): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  Array.isArray(value) ? value.map((one) => record(one) ?? {}) : []
