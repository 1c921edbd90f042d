/**
 * Tries in a cache directory what builds do, with an entry of its own: exports one, publishes it, imports it, and removes it
 * again.
 */
import { randomBytes } from "node:crypto"
import type { CacheExport } from "../../core/cache/CacheAction.ts"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as OciLayout from "../../core/cache/OciLayout.ts"
import * as PrivateDirectory from "../files/PrivateDirectory.ts"
import * as PrivateView from "../files/PrivateView.ts"
import * as SharedRemoval from "../files/SharedRemoval.ts"
import * as SystemError from "../files/SystemError.ts"
import * as CacheExports from "./CacheExports.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CachePlace from "./CachePlace.ts"
import * as CacheView from "./CacheView.ts"
import { OpenCache } from "./OpenCache.ts"

type Env = Readonly<Record<string, string | undefined>>

/**
 * Why builds of this user cannot store in a directory, or import from it, such as `/buildkit-cache may not be used by this user`;
 * `undefined` if they can.
 *
 * **Details**
 *
 * The same calls as for a build make the views, publish the index and open the import; what BuildKit does in the views (blobs,
 * an index, the lock of an import) is done here. A trial that is killed leaves an entry that ages out.
 */
export const run = (directory: string, env: Env): string | undefined => {
  try {
    return PrivateDirectory.create(env, (place) => {
      const cache = OpenCache.open(directory)
      try {
        return inPlace(cache, place)
      } finally {
        cache.close()
        PrivateDirectory.remove(place)
      }
    })
  } catch (error) {
    return SystemError.describe(error, directory)
  }
}

/** The entry of a trial: nobody else has its key, and no other entry has its blobs. */
interface Trial {
  readonly target: CacheExport
  readonly config: Blob
  readonly manifest: Blob
}

interface Blob extends Pick<OciLayout.Descriptor, "digest" | "size"> {
  readonly content: string
}

const inPlace = (cache: OpenCache, place: string): string | undefined => {
  const trial = make(cache.root.path, place)
  try {
    return store(cache, trial) ?? fetch(cache, trial, place)
  } finally {
    tidy(cache, trial)
  }
}

const make = (directory: string, place: string): Trial => {
  const id = randomBytes(6).toString("hex")
  const key = `docker-shim-doctor-${id}`
  const config = blob(JSON.stringify({ trial: id }))
  return {
    target: {
      directory,
      key,
      exportDirectory: CacheLayout.exportDirectory(directory, key, id),
      view: `${place}/export`
    },
    config,
    manifest: blob(JSON.stringify({ schemaVersion: 2, config: described(config), layers: [] }))
  }
}

const blob = (content: string): Blob => ({ content, ...CacheGraph.blobOf(content) })

const described = ({ digest, size }: Blob): OciLayout.Descriptor => ({ mediaType: "application/json", digest, size })

/** Exports as BuildKit does, and publishes that. */
const store = (cache: OpenCache, { config, manifest, target }: Trial): string | undefined => {
  const held = CacheView.openExport(cache, target)
  try {
    for (const one of [config, manifest]) PrivateView.write(target.view, CacheView.blobIn(one.digest), one.content)
    const annotations = { "org.opencontainers.image.ref.name": OciLayout.defaultTag }
    const index = { schemaVersion: 2, manifests: [{ ...described(manifest), annotations }] }
    PrivateView.write(target.view, "index.json", JSON.stringify(index))
    return CacheExports.publish(target, { cache: cache.root })
  } finally {
    CacheView.release(held)
  }
}

/** Imports as BuildKit does: it locks the layout (buildkit 0.25, `client/ociindex/ociindex.go`) and reads the blobs. */
const fetch = (
  cache: OpenCache,
  { config, target: { directory, key } }: Trial,
  place: string
): string | undefined => {
  const view = `${place}/import`
  const opened = CacheView.openImport(cache, { directory, access: "own", key, view, omitted: [] }, true)
  if (opened._tag === "NotImported") return `an entry that was just stored cannot be imported: ${opened.why}`
  try {
    PrivateView.write(view, "index.json.lock", "")
    const content = PrivateView.read(view, CacheView.blobIn(config.digest), config.size)
    return content === config.content ? undefined : "an entry that was just stored reads back as something else"
  } finally {
    CacheView.release(opened.held)
  }
}

const tidy = ({ root }: OpenCache, { config, manifest, target: { key } }: Trial): void => {
  try {
    SharedRemoval.removeAll(root, key)
    for (const { digest } of [config, manifest]) {
      CachePlace.at(root, CacheGraph.blobFile(root.path, digest), SharedRemoval.unlink)
    }
  } catch {
    // it ages out like any other entry; that it could not be made is the finding
  }
}
