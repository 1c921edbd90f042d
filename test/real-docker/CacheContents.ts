/**
 * What is in a shared cache directory, read without the code under test.
 */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"

/** What an index or a manifest says of a blob. */
export interface Descriptor {
  readonly digest: string
  readonly size: number
  readonly mediaType: string
}

/** What is wrong: an index that names a blob that is not there, or is not what its name says. */
export const faultsOf = (directory: string): ReadonlyArray<string> =>
  entriesOf(directory).flatMap((name) => {
    const at = path.join(directory, name)
    if (!fs.readdirSync(at).includes("index.json")) return []
    if (fs.readlinkSync(path.join(at, "blobs")) !== "../.blobs") return [`${name}: blobs lead elsewhere`]
    return descriptors(fs.readFileSync(path.join(at, "index.json"), "utf8")).flatMap((one) => faultOf(at, one))
  })

/** The keys that are there. */
export const entriesOf = (directory: string): ReadonlyArray<string> =>
  fs.readdirSync(directory, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory() && !entry.name.startsWith(".")
  ).map(({ name }) => name)

/** The private directories that builds export into. */
export const exportsOf = (directory: string): ReadonlyArray<string> =>
  entriesOf(directory).flatMap((key) => childrenOf(path.join(directory, key, ".incoming")))

/** What is in a directory, by its path; nothing where there is no such directory. */
export const childrenOf = (directory: string): ReadonlyArray<string> =>
  fs.existsSync(directory) ? fs.readdirSync(directory).map((name) => path.join(directory, name)) : []

const faultOf = (entry: string, { digest, mediaType, size }: Descriptor): ReadonlyArray<string> => {
  const file = path.join(entry, "blobs", digest.replace(":", "/"))
  try {
    if (fs.statSync(file).size !== size) return [`${file}: ${fs.statSync(file).size} bytes instead of ${size}`]
  } catch {
    return [`${file}: missing`]
  }
  const content = fs.readFileSync(file)
  if (`sha256:${createHash("sha256").update(content).digest("hex")}` !== digest) return [`${file}: other content`]
  return hasMore(mediaType) ? descriptors(content.toString("utf8")).flatMap((one) => faultOf(entry, one)) : []
}

const hasMore = (mediaType: string): boolean => /manifest|index/.test(mediaType)

/** All descriptors of an index or a manifest. */
const descriptors = (json: string): ReadonlyArray<Descriptor> => {
  const { config, layers = [], manifests = [] } = JSON.parse(json) as {
    readonly config?: Descriptor
    readonly layers?: ReadonlyArray<Descriptor>
    readonly manifests?: ReadonlyArray<Descriptor>
  }
  return [...manifests, ...layers, ...(config === undefined ? [] : [config])]
}

/** The digests of all blobs that an index file names, itself or through manifests; none where it is not whole. */
export const namedBy = (directory: string, index: string): ReadonlyArray<string> => {
  const below = (json: string): ReadonlyArray<string> =>
    descriptors(json).flatMap(({ digest, mediaType }) => [
      digest,
      ...(hasMore(mediaType) ? below(fs.readFileSync(blobFile(directory, digest), "utf8")) : [])
    ])
  try {
    return below(fs.readFileSync(index, "utf8"))
  } catch {
    return []
  }
}

/** Where a blob is. */
export const blobFile = (directory: string, digest: string): string =>
  path.join(directory, ".blobs", digest.replace(":", "/"))

/** The blobs that are there, by digest. */
export const blobsOf = (directory: string): ReadonlyMap<string, fs.Stats> => {
  const store = path.join(directory, ".blobs/sha256")
  return new Map(
    fs.readdirSync(store).flatMap((name) => {
      const stat = fs.statSync(path.join(store, name), { throwIfNoEntry: false })
      return stat === undefined ? [] : [[`sha256:${name}`, stat] as const]
    })
  )
}
