/** Reads an entry of the cache: its index, the manifest that the index names, and every blob that the manifest names. */
import * as CacheConfig from "../../core/cache/CacheConfig.ts"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as CacheRecords from "../../core/cache/CacheRecords.ts"
import * as OciLayout from "../../core/cache/OciLayout.ts"
import { attempt } from "../files/Attempt.ts"
import * as Sha256 from "../files/Sha256.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SharedDirectoryError from "../files/SharedDirectoryError.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as SystemError from "../files/SystemError.ts"
import * as CachePlace from "./CachePlace.ts"

/**
 * The outcome of reading an index.
 *
 * **Details**
 *
 * - `Absent`: there is no such file.
 * - `Whole`: the manifest, and all blobs, itself included; each is there with its size. `closed` are those that may be out of
 *   some user's reach, by their permission bits or because only their sizes were asked for.
 * - `Unreadable`: it is there, but this user cannot read it, so nobody here knows whether it is sound. `error` is the reason.
 * - `Broken`: it must not be imported. `wrong` are blobs whose content does not match their name. No export would write them
 *   again, so they have to go.
 */
export type CacheGraph =
  | { readonly _tag: "Absent" }
  | {
    readonly _tag: "Whole"
    readonly manifest: string
    readonly blobs: ReadonlyArray<OciLayout.Descriptor>
    readonly closed: ReadonlySet<string>
  }
  | { readonly _tag: "Unreadable"; readonly why: string; readonly error: unknown }
  | { readonly _tag: "Broken"; readonly why: string; readonly wrong: ReadonlyArray<string> }

/**
 * How to read: `sizeOf` says how large a blob is, `undefined` if it is not there; `manifests` are those that were read before,
 * as any number of indexes can name one.
 */
export interface Known {
  readonly sizeOf: (digest: string) => number | undefined
  readonly manifests?: {
    readonly of: (name: string) => Whole | undefined
    readonly add: (name: string, graph: Whole) => void
  }
}

type Whole = Extract<CacheGraph, { readonly _tag: "Whole" }>

/** Blobs that remembered manifests name: each takes some hundred bytes. */
const mostRemembered = 50_000

/** The same, and remembers manifests, for as long as nobody removes blobs. */
export const remembering = (sizeOf: Known["sizeOf"]): Known => {
  const graphs = new Map<string, Whole>()
  let blobs = 0
  const add = (name: string, graph: Whole): void => {
    if (blobs + graph.blobs.length > mostRemembered) {
      graphs.clear()
      blobs = 0
    }
    blobs += graph.blobs.length
    graphs.set(name, graph)
  }
  return { sizeOf, manifests: { of: (name) => graphs.get(name), add } }
}

/**
 * Reads the index `file` of a cache directory. It checks manifests by digest, but layers only by size, because reading layers
 * would cost more than the cache saves. Throws only if its time is over.
 */
export const read = (cache: CachePlace.Cache, file: string, known?: Known): CacheGraph =>
  orUnreadable(() =>
    CachePlace.use(cache, (root) => {
      const index = readDocument(root, file)
      return index === undefined ? { _tag: "Absent" } : readManifest(root, index, known)
    }), file)

/** The same for the open directory of an entry, which is in an open cache directory; `store` if that is open, too. */
export const ofEntry = (
  root: SharedDirectory.SharedDirectory,
  entry: SharedDirectory.SharedDirectory,
  store?: SharedDirectory.SharedDirectory
): CacheGraph =>
  orUnreadable(() => {
    const index = documentIn(entry, "index.json")
    return index === undefined ? { _tag: "Absent" } : readManifest(root, index, undefined, store)
  }, entry.path)

/** The same for the text of an index; `store` if that is open. */
export const ofIndex = (cache: CachePlace.Cache, index: string, store?: SharedDirectory.SharedDirectory): CacheGraph =>
  orUnreadable(
    () => CachePlace.use(cache, (root) => readManifest(root, index, undefined, store)),
    CachePlace.pathOf(cache)
  )

const readManifest = (
  root: SharedDirectory.SharedDirectory,
  index: string,
  known?: Known,
  opened?: SharedDirectory.SharedDirectory
): CacheGraph => {
  const manifest = OciLayout.latestManifest(index)
  if (manifest === undefined) return broken("its index names no manifest")
  const name = `${manifest.digest} ${manifest.size}`
  const before = known?.manifests?.of(name)
  if (before !== undefined) return before
  const judge = judging(manifest, known?.sizeOf)
  const graph = opened === undefined ? withStore(root, judge) : judge(opened)
  if (graph._tag === "Whole") known?.manifests?.add(name, graph)
  return graph
}

const judging =
  (manifest: OciLayout.Descriptor, sizeOf?: Known["sizeOf"]) =>
  (store: SharedDirectory.SharedDirectory | undefined): CacheGraph => {
    const content = store === undefined ? undefined : contentIn(store, nameOf(manifest.digest))
    if (content === undefined) return broken(`${manifest.digest} is missing`)
    if (Sha256.blobDigest(content) !== manifest.digest) {
      return broken(`${manifest.digest} is damaged`, [manifest.digest])
    }
    if (content.length !== manifest.size) {
      return broken(`${manifest.digest} has ${content.length} bytes instead of ${manifest.size}`)
    }
    const references = OciLayout.references(content.toString("utf8"))
    if (references === undefined) return broken(`${manifest.digest} names no layers`)
    const closed = new Set(sizeOf === undefined ? [] : references.map(({ digest }) => digest))
    const stored = (digest: string): number | undefined =>
      store === undefined ? undefined : sizeIn(store, digest, closed)
    return check(manifest, references, sizeOf ?? stored, closed)
  }

const orUnreadable = (run: () => CacheGraph, file: string): CacheGraph => {
  try {
    return run()
  } catch (error) {
    if (SharedDirectoryError.isLate(error)) throw error
    return { _tag: "Unreadable", why: SystemError.describe(error, file), error }
  }
}

/** Opens the store once for everything that is looked up in it; there may be none. */
const withStore = <A>(
  root: SharedDirectory.SharedDirectory,
  run: (store: SharedDirectory.SharedDirectory | undefined) => A
): A => {
  const names = CacheLayout.storeNames
  const found = CachePlace.ofDirectory(() =>
    SharedDirectory.withinIfThere(root, names, (store) => ({ result: run(store) }))
  )
  return found === undefined ? run(undefined) : found.result
}

/** Opens the store once for several entries. If that fails, it is not open, and each of them finds out why. */
export const withStoreIfOpen = <A>(
  root: SharedDirectory.SharedDirectory,
  run: (store: SharedDirectory.SharedDirectory | undefined) => A
): A => {
  const [blobs, hash] = CacheLayout.storeNames
  const store = attempt(() => SharedDirectory.within(root, [blobs], (parent) => SharedDirectory.enter(parent, hash)))
  return store === undefined ? run(undefined) : SharedDirectory.closing(store, run)
}

/** Something that is not a file gets a size that no blob has. What not everybody may read is added to `closed`. */
const sizeIn = (
  store: SharedDirectory.SharedDirectory,
  digest: string,
  closed: Set<string>
): number | undefined => {
  const found = SharedDirectory.status(store, nameOf(digest))
  if (found !== undefined && (found.mode & 0o444) !== 0o444) closed.add(digest)
  return found === undefined || found.isFile() ? found?.size : -1
}

/** The name of a blob in the store. */
const nameOf = (digest: string): string => OciLayout.blobName(digest).slice("sha256/".length)

/** The manifest that an index names, whether it exists or not; none if the file names none. */
export const manifestOf = (cache: CachePlace.Cache, file: string): ReadonlyArray<string> => {
  const manifest = OciLayout.latestManifest(CachePlace.use(cache, (root) => readDocument(root, file)) ?? "")
  return manifest === undefined ? [] : [manifest.digest]
}

/** The place of the cache configuration among the blobs of an entry; `undefined` if it has none. */
export const configOf = (
  { blobs }: Extract<CacheGraph, { readonly _tag: "Whole" }>
): OciLayout.Descriptor | undefined => blobs.find(({ mediaType }) => mediaType === CacheConfig.mediaType)

/**
 * The text of a manifest or a configuration; empty if it is not there, or is too large to be one. Throws the system's
 * error if it cannot be read.
 */
export const text = (cache: CachePlace.Cache, digest: string): string =>
  CachePlace.use(cache, (root) => readDocument(root, blobFile(root.path, digest), CacheRecords.maxSize) ?? "")

/** The digest and the size of a document as a blob. */
export const blobOf = (document: string): Pick<OciLayout.Descriptor, "digest" | "size"> => {
  const content = Buffer.from(document)
  return { digest: Sha256.blobDigest(content), size: content.length }
}

/** The file of a blob. */
export const blobFile = (directory: string, digest: string): string =>
  `${CacheLayout.blobs(directory)}/${OciLayout.blobName(digest)}`

/** Whether a blob is in the store. */
export const exists = (cache: CachePlace.Cache, digest: string): boolean =>
  CachePlace.at(cache, blobFile(CachePlace.pathOf(cache), digest), SharedDirectory.status) !== undefined

const check = (
  manifest: OciLayout.Descriptor,
  references: ReadonlyArray<OciLayout.Descriptor>,
  sizeOf: (digest: string) => number | undefined,
  closed: ReadonlySet<string>
): CacheGraph => {
  const sizes = new Map([...new Set(references.map(({ digest }) => digest))].map((digest) => [digest, sizeOf(digest)]))
  const faulty = references.filter(({ digest, size }) => sizes.get(digest) !== size)
  const [first] = faulty
  if (first === undefined) return { _tag: "Whole", manifest: manifest.digest, blobs: [manifest, ...references], closed }
  const size = sizes.get(first.digest)
  return broken(
    size === undefined ? `${first.digest} is missing` : `${first.digest} has ${size} bytes instead of ${first.size}`,
    faulty.flatMap(({ digest }) => sizes.get(digest) === undefined ? [] : [digest])
  )
}

const broken = (why: string, wrong: ReadonlyArray<string> = []): CacheGraph => ({ _tag: "Broken", why, wrong })

/** Empty if something other than a document is in its place; `undefined` if nothing is. */
const readDocument = (
  root: SharedDirectory.SharedDirectory,
  file: string,
  maxSize = OciLayout.maxDocumentSize
): string | undefined =>
  orForeign(() => CachePlace.at(root, file, (parent, name) => SharedFile.readText(parent, name, maxSize)), "")

const documentIn = (directory: SharedDirectory.SharedDirectory, name: string): string | undefined =>
  contentIn(directory, name)?.toString("utf8")

const contentIn = (directory: SharedDirectory.SharedDirectory, name: string): Buffer | undefined =>
  orForeign(() => SharedFile.readBytes(directory, name, OciLayout.maxDocumentSize), Buffer.alloc(0))

const orForeign = <A>(read: () => A | undefined, foreign: A): A | undefined => {
  try {
    return read()
  } catch (error) {
    if (SharedDirectoryError.isForeign(error) || SystemError.code(error) === "ENOTDIR") return foreign
    throw error
  }
}
