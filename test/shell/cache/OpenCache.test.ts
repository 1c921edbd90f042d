import * as fs from "node:fs"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import { OpenCache, OpenCaches } from "../../../src/shell/cache/OpenCache.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as ReplacedFs from "./replaced-fs.ts"
import * as Store from "./store.ts"

let store: Store.Store
beforeEach(() => {
  store = Store.make()
})
afterEach(() => {
  ReplacedFs.replace(ReplacedFs.original)
  store.remove()
})

const open = (): number => fs.readdirSync("/proc/self/fd").length

describe("OpenCache", () => {
  it("opens the store once, and its link leads there whatever is put in its place", () => {
    const [, layer = ""] = store.publish("app", ["one"])
    const cache = OpenCache.open(store.directory)
    const { link } = cache.store()
    const blobs = CacheLayout.blobs(store.directory)
    fs.renameSync(blobs, `${blobs}-moved`)
    fs.symlinkSync("/etc", blobs)
    assert.strictEqual(cache.store().link, link)
    assert.strictEqual(fs.readFileSync(`${link}/${layer.slice("sha256:".length)}`, "utf8"), "one")
    cache.close()
  })

  it("gives each view the store, of which the first has the directory", () => {
    const [, layer = ""] = store.publish("app", ["one"])
    const cache = OpenCache.open(store.directory)
    const views = ["first", "second"].map((name) => `${store.directory}-${name}`)
    for (const view of views) {
      fs.mkdirSync(view)
      cache.linkStore(view)
      const blob = `${view}/blobs/${layer.replace(":", "/")}`
      assert.strictEqual(fs.readFileSync(blob, "utf8"), "one")
    }
    assert.deepStrictEqual(
      views.map((view) => fs.lstatSync(`${view}/blobs`).isSymbolicLink()),
      [false, true]
    )
    cache.close()
  })

  it("gives views the same file and the same link, as far as the file system lets it", () => {
    const [, layer = ""] = store.publish("app", ["one"])
    const cache = OpenCache.open(store.directory)
    const views = [1, 2, 3, 4].map((one) => `${store.directory}-view${one}`)
    for (const view of views) {
      // from then on nothing gets a second name
      if (view === views[3]) ReplacedFs.replace({ linkSync: () => assert.fail("too many links") })
      cache.createLayout(view, `{"of": "${view}"}`)
      cache.linkStore(view)
    }
    ReplacedFs.replace(ReplacedFs.original)
    const numbers = (name: string) => views.map((view) => fs.lstatSync(`${view}/${name}`).ino)
    const isFirst = (all: ReadonlyArray<number>) => all.map((one, at) => all.indexOf(one) === at)
    assert.deepStrictEqual(isFirst(numbers("oci-layout")), [true, false, false, true])
    assert.deepStrictEqual(isFirst(numbers("blobs")), [true, true, false, true])
    assert.deepStrictEqual(isFirst(numbers("index.json")), [true, true, true, true])
    for (const view of views) {
      assert.strictEqual(fs.readFileSync(`${view}/blobs/${layer.replace(":", "/")}`, "utf8"), "one")
      assert.strictEqual(fs.readFileSync(`${view}/oci-layout`, "utf8"), CacheLayout.ociLayout)
      assert.strictEqual(fs.readFileSync(`${view}/index.json`, "utf8"), `{"of": "${view}"}`)
    }
    for (const view of views) fs.rmSync(view, { recursive: true })
    cache.close()
  })

  it("makes the store only to write to it", () => {
    const cache = OpenCache.open(store.directory)
    assert.throws(() => cache.store(), /ENOENT/)
    cache.makeStore()
    assert.isTrue(fs.existsSync(`${CacheLayout.blobs(store.directory)}/sha256`))
    assert.strictEqual(cache.store().path, `${CacheLayout.blobs(store.directory)}/sha256`)
    cache.close()
  })

  it("is not opened where a link is in the store's place", () => {
    fs.symlinkSync("/etc", CacheLayout.blobs(store.directory))
    const cache = OpenCache.open(store.directory)
    assert.throws(() => cache.makeStore(), /ENOTDIR/)
    cache.close()
  })
})

describe("OpenCaches", () => {
  it("opens each directory once, gives its path before that, and closes all", () => {
    store.publish("app", ["one"])
    const before = open()
    const caches = new OpenCaches()
    assert.strictEqual(caches.ifOpen(store.directory), store.directory)
    const cache = caches.of(store.directory)
    assert.strictEqual(caches.of(store.directory), cache)
    assert.strictEqual(caches.ifOpen(store.directory), cache.root)
    assert.isAbove(cache.store().descriptor, 2)
    caches.close()
    assert.strictEqual(open(), before)
    assert.include([...SharedDirectory.some(caches.of(store.directory).root, 100)], "app")
    caches.close()
    assert.strictEqual(open(), before)
  })

  it("throws where a directory cannot be opened, each time it is asked for", () => {
    const caches = new OpenCaches()
    for (let time = 0; time < 2; time += 1) assert.throws(() => caches.of(`${store.directory}/none`), /ENOENT/)
    caches.close()
  })
})
