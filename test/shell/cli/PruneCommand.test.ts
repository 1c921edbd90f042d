/**
 * `docker-shim cache prune` beside another collection.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, afterEach, assert, beforeEach, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CollectionLock from "../../../src/shell/cache/CollectionLock.ts"
import * as Failure from "../../../src/shell/Failure.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as Store from "../cache/store.ts"
import { run, shimDirectory } from "../program.ts"

let store: Store.Store
const shim = shimDirectory("docker-shim")
beforeEach(() => {
  store = Store.make()
})
afterEach(() => store.remove())
afterAll(shim.remove)

describe("docker-shim cache prune", () => {
  it("waits for a collection that runs already", async () => {
    store.publish("app", ["one"])
    const root = SharedDirectory.open(store.directory)
    const lock = CollectionLock.take(root)
    const env = { PATH: process.env["PATH"], DOCKER_SHIM_CACHE_DIR: store.directory }
    const pruned = run(path.join(shim.directory, "docker-shim"), ["cache", "prune", "--max-size", "0"], { env })
    await sleep(1500)
    assert.deepStrictEqual(store.keys(), ["app"])
    lock.release()
    SharedDirectory.close(root)
    const { code, stderr, stdout } = await pruned
    assert.deepStrictEqual([code, stderr, store.keys()], [0, "", []])
    assert.match(stdout, /^KEY +WHY\napp +the cache is too large\nremoved 1 entries/)
    assert.isFalse(fs.existsSync(CacheLayout.collecting(store.directory)))
  })

  it("says of one that does not end what can be done", () => {
    const busy: Failure.Failure = { _tag: "CacheBusy", directory: "/buildkit-cache" }
    assert.strictEqual(
      Failure.message(busy),
      "/buildkit-cache is being collected by another process\n\nTry again when that is over."
    )
    assert.strictEqual(Failure.exitCode(busy), 125)
  })
})
