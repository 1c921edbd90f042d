/**
 * A shared cache directory made without a builder: entries of small layers, published as builds publish theirs.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, beforeEach } from "vitest"
import type { CacheExport } from "../../../src/core/cache/CacheAction.ts"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheExports from "../../../src/shell/cache/CacheExports.ts"
import * as CacheView from "../../../src/shell/cache/CacheView.ts"
import { OpenCache } from "../../../src/shell/cache/OpenCache.ts"
import * as Sha256 from "../../../src/shell/files/Sha256.ts"

/** A store in a directory of its own, removed when the test file is done. */
export interface Store {
  readonly directory: string
  /** Publishes an entry whose layers have these contents; gives the digests of its blobs, the manifest's first. */
  readonly publish: (key: string, layers: ReadonlyArray<string>, id?: string) => ReadonlyArray<string>
  /** The same, but stops short of publishing: the export of a build that still runs. */
  readonly exported: (key: string, layers: ReadonlyArray<string>, id: string) => ReadonlyArray<string>
  readonly blobs: () => ReadonlyArray<string>
  readonly keys: () => ReadonlyArray<string>
  readonly remove: () => void
}

/** What a run of this id exports into: views are beside the store. */
export const targetOf = (directory: string, key: string, id: string): CacheExport => {
  fs.mkdirSync(viewsOf(directory), { recursive: true })
  const exportDirectory = CacheLayout.exportDirectory(directory, key, id)
  return { directory, key, exportDirectory, view: path.join(viewsOf(directory), `${key}~${id}`) }
}

const viewsOf = (directory: string): string => `${directory}-views`

/** A store that each test of a file has for itself, removed behind it, once `after` has put back what the test changed. */
export const ofEachTest = (after: () => void = () => undefined): Store => {
  let current: Store | undefined
  beforeEach(() => {
    current = make()
  })
  afterEach(() => {
    after()
    store().remove()
  })
  const store = (): Store => {
    if (current === undefined) throw new Error("a store is there while a test runs")
    return current
  }
  return {
    get directory() {
      return store().directory
    },
    publish: (...words) => store().publish(...words),
    exported: (...words) => store().exported(...words),
    blobs: () => store().blobs(),
    keys: () => store().keys(),
    remove: () => store().remove()
  }
}

/** What a run makes in the cache, and its view, before it builds. */
export const begin = (target: CacheExport): void => {
  const cache = OpenCache.open(target.directory)
  try {
    CacheView.release(CacheView.openExport(cache, target))
  } finally {
    cache.close()
  }
}

/** Makes a store: a directory of this name, in one of its own. */
export const make = (name = "cache"): Store => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-cache-"))
  const directory = path.join(home, name)
  fs.mkdirSync(directory, { recursive: true })
  const put = (content: string) => {
    const hex = Sha256.hex(content)
    const file = path.join(CacheLayout.blobs(directory), "sha256", hex)
    if (!fs.existsSync(file)) fs.writeFileSync(file, content, { mode: 0o444 })
    return { digest: `sha256:${hex}`, size: content.length, mediaType: "application/vnd.oci.image.layer.v1.tar+gzip" }
  }
  const exported: Store["exported"] = (key, layers, id) => {
    const target = targetOf(directory, key, id)
    begin(target)
    const named = layers.map(put)
    const manifest = put(JSON.stringify({ schemaVersion: 2, config: put(`config of ${layers.join()}`), layers: named }))
    const annotations = { "org.opencontainers.image.ref.name": "latest" }
    const index = JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] })
    // the second is what publishing begins with
    for (const one of [target.view, target.exportDirectory]) fs.writeFileSync(path.join(one, "index.json"), index)
    return [manifest.digest, ...named.map(({ digest }) => digest)]
  }
  return {
    directory,
    exported,
    publish: (key, layers, id = "run") => {
      const digests = exported(key, layers, id)
      const target = targetOf(directory, key, id)
      CacheExports.publish(target)
      CacheExports.discard(target)
      fs.rmSync(target.view, { recursive: true })
      return digests
    },
    blobs: () => fs.readdirSync(path.join(CacheLayout.blobs(directory), "sha256")).map((hex) => `sha256:${hex}`),
    keys: () => fs.readdirSync(directory).filter((key) => !key.startsWith(".")),
    remove: () => fs.rmSync(home, { recursive: true, force: true })
  }
}

/** The file of a blob. */
export const blobFile = (store: Store, digest: string): string =>
  path.join(CacheLayout.blobs(store.directory), digest.replace(":", "/"))

/** Changes a blob and keeps its size. */
export const damage = (store: Store, digest: string): void => {
  const file = blobFile(store, digest)
  const content = fs.readFileSync(file)
  content[0] = (content[0] ?? 0) ^ 1
  fs.chmodSync(file, 0o644)
  fs.writeFileSync(file, content)
}

/** Makes a file's time of last change so many milliseconds older. */
export const age = (file: string, milliseconds: number): void => {
  const time = new Date(fs.statSync(file).mtimeMs - milliseconds)
  fs.utimesSync(file, time, time)
}
