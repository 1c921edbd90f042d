import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as BackgroundCollection from "../../../src/shell/cache/BackgroundCollection.ts"
import * as CacheCollector from "../../../src/shell/cache/CacheCollector.ts"
import * as CacheInspection from "../../../src/shell/cache/CacheInspection.ts"
import * as CacheVerification from "../../../src/shell/cache/CacheVerification.ts"
import * as SystemError from "../../../src/shell/files/SystemError.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest()

const at = (...names: ReadonlyArray<string>): string => path.join(store.directory, ...names)
const collect = () => CacheCollector.collect({ directory: store.directory, limits: { maxSize: 0, maxAge: 0 } })
const wordsOf = async (run: () => Promise<unknown>): Promise<string> => {
  try {
    await run()
    return ""
  } catch (error) {
    return SystemError.describe(error, store.directory)
  }
}

/** A project of last year. */
const plant = (...names: ReadonlyArray<string>): void => {
  const past = new Date(Date.now() - 3e10)
  fs.mkdirSync(path.dirname(at(...names)), { recursive: true })
  fs.writeFileSync(at(...names), "mine")
  for (let at_ = names.length; at_ > 0; at_ -= 1) fs.utimesSync(at(...names.slice(0, at_)), past, past)
}

const found = (directory: string) =>
  CacheInspection.inspect({ _tag: "CacheDirectory", directory, readDirectories: [], wanted: [] })

describe("a directory that is somebody's own", () => {
  it.each([["project", "package.json"], ["site", "index.json"], ["notes"], [".profile"]])(
    "with %s in it is not taken for the cache, and nothing in it is touched",
    async (...names) => {
      plant(...names)
      const words = `${store.directory} is not empty, and is no build cache of docker-shim's; name an empty directory`
      assert.deepStrictEqual(found(store.directory), { _tag: "Unusable", why: words })
      for (
        const run of [
          collect,
          () => CacheVerification.verify(store.directory, { repair: true }),
          () => CacheVerification.verify(store.directory, { repair: false })
        ]
      ) assert.strictEqual(await wordsOf(run), words)
      assert.isFalse(BackgroundCollection.start(store.directory, "/bin/false", {}))
      assert.deepStrictEqual(fs.readdirSync(store.directory, { recursive: true }).sort(), [
        names[0],
        ...(names.length > 1 ? [names.join("/")] : [])
      ])
    }
  )

  it("below the cache is not collected, however old it is; what a build left is", async () => {
    store.publish("app", ["one"])
    plant("project", "package.json")
    plant("killed", "oci-layout")
    await collect()
    assert.deepStrictEqual(store.keys(), ["project"])
    assert.strictEqual(fs.readFileSync(at("project/package.json"), "utf8"), "mine")
  })
})

describe("a directory that is empty, or new, or a cache", () => {
  it.each<readonly [string, () => void]>([
    ["nothing", () => undefined],
    ["what a new file system has", () => fs.mkdirSync(at("lost+found"))],
    ["a lease of the first build", () => fs.mkdirSync(CacheLayout.leases(store.directory))],
    ["what the first build is just making", () => fs.mkdirSync(at(".new-9f3c01ab"))],
    ["somebody's file in a cache", () => {
      fs.mkdirSync(CacheLayout.blobs(store.directory))
      plant("notes")
    }]
  ])("is used: with %s", (_, make) => {
    make()
    assert.strictEqual(found(store.directory)._tag, "Usable")
  })
})
