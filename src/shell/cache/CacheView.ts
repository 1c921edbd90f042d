/**
 * Makes the private directories in which BuildKit reads and writes entries of the shared cache (`core/cache/CacheView`).
 *
 * ```text
 * to import from                        to export into
 *   oci-layout                            oci-layout   BuildKit's own
 *   index.json   the text verified        index.json   BuildKit's own, published afterwards
 *   blobs/sha256 -> the store             blobs/sha256 -> the store
 *                                         ingest -> what is not finished, on the cache's file system
 * ```
 *
 * The links lead to directories that the shim holds open, whatever other sessions put in their places meanwhile.
 */
import type { CacheExport, CacheImport } from "../../core/cache/CacheAction.ts"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as OciLayout from "../../core/cache/OciLayout.ts"
import { attempt } from "../files/Attempt.ts"
import * as MadeDirectory from "../files/MadeDirectory.ts"
import * as PrivateView from "../files/PrivateView.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CachePart from "./CachePart.ts"
import * as CachePlace from "./CachePlace.ts"
import type { OpenCache, Store } from "./OpenCache.ts"

/** What has to stay open until the build ends, besides the cache directory. */
export type Held = Pick<SharedDirectory.SharedDirectory, "descriptor">

/**
 * The result of making a view to import from: what it holds open, or why the entry may not be imported. `isDamaged`: the entry
 * is damaged, not just out of this user's reach.
 */
export type Import =
  | { readonly _tag: "Opened"; readonly held: ReadonlyArray<Held> }
  | { readonly _tag: "NotImported"; readonly why: string; readonly isDamaged: boolean }

/** How many blobs are held open one by one. A process may have some thousand open files on any machine. */
const mostHeld = 512

/**
 * Makes the view of an entry. Readers without a lease (`isLeased`) cannot keep collection from removing blobs, so the view
 * holds the blobs themselves open: removed files stay until the build ends. The cache directory has to stay open as long.
 * Throws the system's error.
 */
export const openImport = (cache: OpenCache, source: CacheImport, isLeased: boolean): Import => {
  const held: Array<Held> = []
  try {
    const imported = open(cache, source, isLeased, held)
    if (imported._tag === "NotImported") release(held)
    return imported
  } catch (error) {
    release(held)
    throw error
  }
}

const open = (cache: OpenCache, source: CacheImport, isLeased: boolean, held: Array<Held>): Import => {
  const { root } = cache
  const index = CachePlace.at(
    root,
    CacheLayout.index(root.path, source.key),
    (entry, name) => SharedFile.readText(entry, name, OciLayout.maxDocumentSize)
  )
  if (index === undefined) return notImported("it is gone")
  const graph = CacheGraph.ofIndex(root, index, attempt(() => cache.store()))
  if (graph._tag === "Broken") return notImported(graph.why, true)
  if (graph._tag !== "Whole") return notImported(graph._tag === "Unreadable" ? graph.why : "it is gone")
  const part = source.omitted.length === 0
    ? { index, documents: [], blobs: graph.blobs }
    : CachePart.select(root, source.key, graph, source.omitted)
  const store = cache.store()
  // permission bits that let everybody read are enough: where something else refuses it, the build says so, and runs again
  const checkReadable = (digest: string): void => {
    if (graph.closed.has(digest)) SharedFile.checkReadable(store, nameOf(digest))
  }
  cache.createLayout(source.view, part.index)
  const isHeld = !isLeased && part.blobs.length <= mostHeld
  if (part.documents.length === 0 && !isHeld) {
    for (const { digest } of part.blobs) checkReadable(digest)
    cache.linkStore(source.view)
    return { _tag: "Opened", held }
  }
  PrivateView.createStore(source.view)
  for (const { content, digest } of part.documents) {
    PrivateView.write(source.view, blobIn(digest), content)
  }
  for (const { digest } of part.blobs) {
    if (isHeld) {
      holdBlob(source.view, store, digest, held)
    } else {
      checkReadable(digest)
      linkBlob(source.view, digest, `${store.link}/${nameOf(digest)}`)
    }
  }
  return { _tag: "Opened", held }
}

const notImported = (why: string, isDamaged = false): Import => ({ _tag: "NotImported", why, isDamaged })

/** A link to the open file. */
const holdBlob = (view: string, store: Store, digest: string, held: Array<Held>): void => {
  const { descriptor, path } = SharedFile.open(store, nameOf(digest))
  held.push({ descriptor })
  linkBlob(view, digest, PrivateView.linkTo({ descriptor, path }))
}

/** Links a blob into a view, once: two layers of an image can be the same blob. */
const linkBlob = (view: string, digest: string, target: string): void => {
  if (!PrivateView.has(view, blobIn(digest))) PrivateView.link(view, blobIn(digest), target)
}

/** Where a view has a blob. */
export const blobIn = (digest: string): string => `blobs/${OciLayout.blobName(digest)}`

const nameOf = (digest: string): string => digest.slice(digest.indexOf(":") + 1)

/**
 * Makes the view that a build exports into, and what that needs in the cache. The cache directory has to stay open as long.
 * Throws the system's error.
 */
export const openExport = (cache: OpenCache, { exportDirectory, key, view }: CacheExport): ReadonlyArray<Held> => {
  const held: Array<Held> = []
  try {
    const { root } = cache
    cache.makeStore()
    const id = exportDirectory.slice(exportDirectory.lastIndexOf("/") + 1)
    const ingest = MadeDirectory.within(root, [key], (entry) => {
      completeEntry(entry)
      // others may look into it, so that they keep what it names, and change nothing there
      return MadeDirectory.within(
        entry,
        [".incoming"],
        (incoming) => MadeDirectory.enterNew(incoming, id, { mode: root.mode & 0o755 })
      )
    })
    held.push(ingest)
    cache.unfinished.set(exportDirectory, ingest)
    PrivateView.create(view)
    cache.linkStore(view)
    PrivateView.link(view, "ingest", PrivateView.linkTo(ingest))
    return held
  } catch (error) {
    release(held)
    throw error
  }
}

/** What makes an entry's directory an OCI layout, for those who import it by hand. */
const completeEntry = (entry: SharedDirectory.SharedDirectory): void => {
  if (SharedDirectory.status(entry, "blobs") === undefined) {
    try {
      SharedFile.symlink(entry, "blobs", CacheLayout.blobsLink)
    } catch (error) {
      // another build made it meanwhile
      if (SharedFile.readLink(entry, "blobs") !== CacheLayout.blobsLink) throw error
    }
  }
  if (SharedDirectory.status(entry, "oci-layout") === undefined) {
    SharedFile.write(entry, "oci-layout", CacheLayout.ociLayout)
  }
}

/** Closes what views needed open. */
export const release = (held: ReadonlyArray<Held>): void => {
  for (const one of held) SharedDirectory.close(one)
}
