/**
 * `docker-shim cache prune`: beside another collection, with and without a yes, and what it is given.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, assert, describe, it } from "vitest"
import * as CacheLayout from "../../../../src/core/cache/CacheLayout.ts"
import * as CollectionLock from "../../../../src/shell/cache/CollectionLock.ts"
import * as Failure from "../../../../src/shell/Failure.ts"
import * as SharedDirectory from "../../../../src/shell/files/SharedDirectory.ts"
import * as Store from "../../cache/store.ts"
import { type Ran, run, shimDirectory } from "../../program.ts"

const store = Store.ofEachTest()
const shim = shimDirectory("docker-shim")
afterAll(shim.remove)

const prune = async (words: ReadonlyArray<string>, answer: string): Promise<Ran> => {
  const input = path.join(shim.directory, "answer")
  fs.writeFileSync(input, answer)
  const descriptor = fs.openSync(input, "r")
  try {
    return await run(path.join(shim.directory, "docker-shim"), ["cache", "prune", ...words], {
      env: { PATH: process.env["PATH"], DOCKER_SHIM_CACHE_DIR: store.directory },
      stdio: [descriptor, "pipe", "pipe"]
    })
  } finally {
    fs.closeSync(descriptor)
  }
}

describe("docker-shim cache prune", () => {
  it("waits for a collection that runs already", async () => {
    store.publish("app", ["one"])
    const root = SharedDirectory.open(store.directory)
    const lock = CollectionLock.take(root)
    const env = { PATH: process.env["PATH"], DOCKER_SHIM_CACHE_DIR: store.directory }
    const pruned = run(path.join(shim.directory, "docker-shim"), ["cache", "prune", "--force", "--max-size", "0"], {
      env
    })
    await sleep(1500)
    assert.deepStrictEqual(store.keys(), ["app"])
    lock.release()
    SharedDirectory.close(root)
    const { code, stderr, stdout } = await pruned
    assert.deepStrictEqual([code, stderr, store.keys()], [0, "", []])
    assert.match(stdout, /^KEY +WHY\napp +the cache is too large\nremoved 1 entry and \d+ blobs/)
    assert.isFalse(fs.existsSync(CacheLayout.collecting(store.directory)))
  })

  it.each(["y\n", "Y\n"])("removes when the answer is %j", async (answer) => {
    store.publish("app", ["one"])
    const { code, stderr, stdout } = await prune(["--max-size", "0"], answer)
    assert.deepStrictEqual([code, store.keys()], [0, []])
    assert.match(stderr, /^WARNING! This removes 1 entry \([^)]+\) from \S+, which all sessions share\.\nAre you sure/)
    assert.include(stdout, "removed 1 entry")
  })

  it.each(["", "\n", "n\n", "yes please\n"])("removes nothing when the answer is %j", async (answer) => {
    store.publish("app", ["one"])
    const { code, stderr, stdout } = await prune(["--max-size", "0"], answer)
    assert.deepStrictEqual([code, stdout, store.keys()], [1, "", ["app"]])
    assert.match(stderr, /\ndocker-shim: nothing was removed; --force removes without asking\n$/)
  })

  it.each([["--force"], ["-f"]])("does not ask with %s", async (flag) => {
    store.publish("app", ["one"])
    const { code, stderr } = await prune(["--max-size", "0", flag], "")
    assert.deepStrictEqual([code, stderr, store.keys()], [0, "", []])
  })

  it("does not ask when no entry would go", async () => {
    store.publish("app", ["one"])
    const { code, stderr } = await prune([], "")
    assert.deepStrictEqual([code, stderr, store.keys()], [0, "", ["app"]])
  })

  it("removes nothing when a key is not there, and says so", async () => {
    store.publish("app", ["one"])
    const { code, stderr, stdout } = await prune(["--key", "app", "--key", "nonexistent", "--force"], "")
    assert.deepStrictEqual([code, stdout, store.keys()], [1, "", ["app"]])
    assert.strictEqual(
      stderr,
      "docker-shim: nothing was removed: there is no entry nonexistent; 'docker-shim cache ls' lists the entries\n"
    )
  })

  it.each([
    ["--max-age", "3y", "give numbers with w, d, h, m or s, such as 14d or 1h30m"],
    ["--max-size", "big", "give a number with B, kB, MB, GB or TB, such as 20GB"]
  ])("says how %s is written", async (option, value, syntax) => {
    const { code, stderr } = await prune([option, value], "")
    assert.strictEqual(code, 125)
    assert.include(stderr, `docker-shim cache prune: ${option} "${value}" is not accepted; ${syntax}\n`)
  })

  it("says of one that does not end what can be done", () => {
    const busy: Failure.Failure = { _tag: "CacheBusy", directory: "/buildkit-cache" }
    assert.strictEqual(
      Failure.message(busy),
      "/buildkit-cache is being collected by another process\n\nTry again when it has finished."
    )
    assert.strictEqual(Failure.exitCode(busy), 125)
  })
})
