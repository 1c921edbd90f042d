import fs from "node:fs"
import { assert, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheSurvey from "../../../src/shell/cache/CacheSurvey.ts"
import * as ReplacedFs from "./replaced-fs.ts"
import * as Store from "./store.ts"

const { opendirSync } = ReplacedFs.original
const store = Store.ofEachTest(() => ReplacedFs.replace(ReplacedFs.original))

/** Does something once, as soon as the names in a directory have been read. */
const afterListing = (directory: string, act: () => void): void => {
  let isDone = false
  const replacement = (...args: Parameters<typeof opendirSync>) => {
    const listing = opendirSync(...args)
    const close = listing.closeSync.bind(listing)
    listing.closeSync = () => {
      close()
      if (fs.readlinkSync(args[0]) !== directory || isDone) return
      isDone = true
      act()
    }
    return listing
  }
  ReplacedFs.replace({ opendirSync: replacement })
}

it("a survey sees an entry whole whose blobs came after the store was listed", () => {
  store.publish("app", ["old"])
  let published: ReadonlyArray<string> = []
  afterListing(`${CacheLayout.blobs(store.directory)}/sha256`, () => {
    published = store.publish("app", ["new"], "run2")
  })
  const { blobs, entries } = CacheSurvey.read(store.directory, Date.now())
  assert.isNotEmpty(published)
  assert.deepStrictEqual(entries.map(({ graph, key }) => [key, graph._tag]), [["app", "Whole"]])
  const held = entries.flatMap(({ graph }) => CacheSurvey.blobsOf(graph)).map(({ digest }) => digest)
  assert.includeMembers(held, [...published])
  assert.includeMembers([...blobs.keys()], held)
})

it("a survey leaves out what comes late for an entry that is not whole, as collection would take it from a build", () => {
  const digests = store.publish("app", ["one", "two"])
  const [, one = "", two = ""] = digests
  fs.rmSync(Store.blobFile(store, one))
  fs.rmSync(Store.blobFile(store, two))
  afterListing(`${CacheLayout.blobs(store.directory)}/sha256`, () => {
    store.exported("app", ["one"], "run2")
  })
  const { blobs, entries } = CacheSurvey.read(store.directory, Date.now())
  assert.isTrue(fs.existsSync(Store.blobFile(store, one)))
  assert.deepStrictEqual(entries.map(({ graph }) => graph._tag), ["Broken"])
  assert.isFalse(blobs.has(one))
})

it("a survey has one descriptor of a blob, however many entries name it, and however often", () => {
  const [, layer = ""] = store.publish("app", ["one", "one"])
  store.publish("web", ["one"])
  const { entries } = CacheSurvey.read(store.directory, Date.now())
  const found = entries.flatMap(({ graph }) => CacheSurvey.blobsOf(graph).filter(({ digest }) => digest === layer))
  assert.strictEqual(found.length, 2)
  assert.strictEqual(found[0], found[1])
  assert.isTrue(CacheSurvey.named(entries).has(layer))
})
