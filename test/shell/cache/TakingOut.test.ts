import * as fs from "node:fs"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { assert, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as CacheSurvey from "../../../src/shell/cache/CacheSurvey.ts"
import * as TakingOut from "../../../src/shell/cache/TakingOut.ts"
import * as Trash from "../../../src/shell/cache/Trash.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as ReplacedFs from "./replaced-fs.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest(() => ReplacedFs.replace(ReplacedFs.original))

/** Takes out entries and blobs, with something that happens once the survey is made; gives what lies in the trash then. */
const takeOut = (keys: ReadonlyArray<string>, blobs: ReadonlyArray<string>, meanwhile: () => void = () => undefined) =>
  SharedDirectory.use(store.directory, (root) => {
    const survey = CacheSurvey.read(root, CacheLease.now(root))
    const evictions = keys.map((key) => ({ key, why: "asked" } as const))
    return Trash.use(root, async (trash) => {
      const shown: Array<number> = []
      let isFirst = true
      await TakingOut.run(trash, survey, { evictions, blobs, remaining: 0 }, (done) => {
        shown.push(done)
        if (isFirst) meanwhile()
        isFirst = false
      })
      return { shown, entries: [...trash.moved.entries], blobs: [...trash.moved.blobs].map((name) => `sha256:${name}`) }
    })
  })

describe("TakingOut", () => {
  it("moves entries and blobs into the trash, and says how far it is", async () => {
    const blobs = store.publish("app", Array.from({ length: 250 }, (_, at) => `layer ${at}`))
    store.publish("web", ["two"])
    const taken = await takeOut(["app"], blobs)
    assert.deepStrictEqual(taken.entries, ["app"])
    assert.sameMembers(taken.blobs, [...blobs])
    assert.deepStrictEqual(taken.shown, [0, 100, 200, blobs.length])
    assert.deepStrictEqual(store.keys(), ["web"])
  })

  it("brings an entry back that a build leased before, and leaves its blobs in their place", async () => {
    const blobs = store.publish("app", ["one"])
    const [, two = ""] = store.publish("other", ["two"])
    // so that the index is older than the survey
    await sleep(20)
    CacheLease.take(store.directory, "run", ["app"])
    const taken = await takeOut(["app", "none", "other"], [...blobs, two])
    assert.deepStrictEqual([taken.entries, store.keys()], [["other"], ["app"]])
    assert.deepStrictEqual(taken.blobs, [two])
    assert.includeMembers([...store.blobs()], [...blobs])
  })

  it("brings back the blobs that an index names which was written meanwhile, and the manifest's own", async () => {
    const blobs = store.publish("app", ["one", "two"])
    const [manifest = "", one = "", two = ""] = blobs
    const taken = await takeOut([], blobs, () => {
      const index = fs.readFileSync(CacheLayout.index(store.directory, "app"), "utf8")
      fs.writeFileSync(CacheLayout.index(store.directory, "app"), index)
    })
    assert.deepStrictEqual(taken.blobs, [])
    assert.includeMembers([...store.blobs()], [manifest, one, two])
  })

  it("brings back the blobs of an index that comes to its place while announcements are looked for", async () => {
    const blobs = store.exported("app", ["one"], "run")
    const announced = CacheLayout.exportDirectory(store.directory, "app", "run")
    const incoming = fs.realpathSync(CacheLayout.incoming(store.directory, "app"))
    let moved = 0
    const taken = await takeOut([], blobs, () =>
      ReplacedFs.replace({
        opendirSync: (place, options) => {
          if (fs.realpathSync(place) === incoming && moved++ === 0) {
            fs.renameSync(path.join(announced, "index.json"), CacheLayout.index(store.directory, "app"))
            fs.rmSync(announced, { recursive: true })
          }
          return ReplacedFs.original.opendirSync(place, options)
        }
      }))
    assert.strictEqual(moved, 1)
    assert.deepStrictEqual(taken.blobs, [])
    assert.includeMembers([...store.blobs()], [...blobs])
  })

  it("leaves everything where it was after an error", async () => {
    const blobs = store.publish("app", ["one"])
    const fail = (): never => {
      throw new Error("lost the lock")
    }
    assert.strictEqual(await takeOut(["app"], blobs, fail).then(() => "", String), "Error: lost the lock")
    assert.deepStrictEqual(store.keys(), ["app"])
    assert.includeMembers([...store.blobs()], [...blobs])
  })
})
