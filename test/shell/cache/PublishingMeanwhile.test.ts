/**
 * A build that publishes while a collection works: whatever the collection has done by any moment of it, the entry that is
 * there in the end is whole.
 */
import * as fs from "node:fs"
import { assert, it } from "vitest"
import type { CacheExport } from "../../../src/core/cache/CacheAction.ts"
import * as CacheConfig from "../../../src/core/cache/CacheConfig.ts"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheExports from "../../../src/shell/cache/CacheExports.ts"
import * as CacheGraph from "../../../src/shell/cache/CacheGraph.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as CacheSurvey from "../../../src/shell/cache/CacheSurvey.ts"
import * as TakingOut from "../../../src/shell/cache/TakingOut.ts"
import * as Trash from "../../../src/shell/cache/Trash.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as ReplacedFs from "./replaced-fs.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest(() => ReplacedFs.replace(ReplacedFs.original))

const records =
  "{\"layers\":[],\"records\":[{\"digest\":\"sha256:1\"},{\"digest\":\"sha256:2\",\"inputs\":[[{\"link\":0}]]}]}"

/** What BuildKit exports of one build, again and again: its documents get the entry's marks when they are published. */
const exported = (id: string): CacheExport => {
  const target = Store.targetOf(store.directory, "app", id)
  Store.begin(target)
  const put = (text: string, mediaType: string) => {
    const blob = CacheGraph.blobOf(text)
    const file = Store.blobFile(store, blob.digest)
    if (!fs.existsSync(file)) fs.writeFileSync(file, text)
    return { ...blob, mediaType }
  }
  const layer = put("layer", "application/vnd.oci.image.layer.v1.tar+gzip")
  const config = put(records, CacheConfig.mediaType)
  const manifest = put(JSON.stringify({ schemaVersion: 2, config, layers: [layer] }), "m")
  const annotations = { "org.opencontainers.image.ref.name": "latest" }
  const index = JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] })
  fs.writeFileSync(`${target.view}/index.json`, index)
  return target
}

const isWhole = (): boolean =>
  CacheGraph.read(store.directory, CacheLayout.index(store.directory, "app"))._tag === "Whole"

/** Does the work of a collection that had found all of this when nothing named it; gives how many blobs it took. */
const collect = (survey: CacheSurvey.CacheSurvey): number =>
  SharedDirectory.use(store.directory, (root) => {
    let taken = 0
    void Trash.use(root, async (trash) => {
      for (const digest of survey.blobs.keys()) Trash.takeBlob(trash, digest.slice("sha256:".length))
      // no blobs are left to it, so that it does not wait
      const running = TakingOut.run(trash, survey, { evictions: [], blobs: [], remaining: 0 }, () => undefined)
      taken = trash.moved.blobs.size
      await running
    })
    return taken
  })

it("an entry that is published again while a collection takes out what it was made of is whole", () => {
  let moments = 0
  let [stored, taken] = [0, 0]
  for (let at = 1; moments === at - 1; at += 1) {
    // of an entry that went before, all is there still
    CacheExports.publish(exported(`before${at}`))
    fs.rmSync(CacheLayout.entry(store.directory, "app"), { recursive: true, force: true })
    const survey = CacheSurvey.read(store.directory, CacheLease.now(store.directory))
    const target = exported(`run${at}`)
    let count = 0
    const rename: typeof fs.renameSync = (from, to) => {
      ReplacedFs.replace(ReplacedFs.original)
      count += 1
      if (count === at) taken += collect(survey)
      fs.renameSync(from, to)
      if (count < at) ReplacedFs.replace({ renameSync: rename })
    }
    ReplacedFs.replace({ renameSync: rename })
    const why = CacheExports.publish(target)
    ReplacedFs.replace(ReplacedFs.original)
    if (count < at) break
    moments = at
    if (why === undefined) stored += 1
    assert.strictEqual(why === undefined, isWhole(), `at rename ${at}: ${why}`)
    assert.strictEqual(fs.existsSync(CacheLayout.index(store.directory, "app")), why === undefined, `at rename ${at}`)
  }
  assert.isAbove(moments, 3)
  assert.isAbove(stored, 0)
  assert.isAbove(taken, 0)
})
