import fs from "node:fs"
import { assert, beforeEach, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheCollector from "../../../src/shell/cache/CacheCollector.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as SystemError from "../../../src/shell/files/SystemError.ts"
import * as TimeBudget from "../../../src/shell/files/TimeBudget.ts"
import * as ReplacedFs from "./replaced-fs.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest(() => ReplacedFs.replace(ReplacedFs.original))

/** Whoever removes a directory is killed when one file of it is gone. */
const killRemovals = (): void => {
  let removed = 0
  const kill = (): never => {
    throw new Error("killed")
  }
  ReplacedFs.replace({
    rmdirSync: kill,
    unlinkSync: (path) => removed++ === 0 ? ReplacedFs.original.unlinkSync(path) : kill()
  })
}

it.each([1, 2])("a lease that was half removed %i times is none, and collection takes what is left", async (times) => {
  const leases = CacheLayout.leases(store.directory)
  CacheLease.take(store.directory, "run", ["app"])
  for (let time = 0; time < times; time += 1) {
    killRemovals()
    CacheLease.release(store.directory, "run")
  }
  ReplacedFs.replace(ReplacedFs.original)
  const left = fs.readdirSync(leases)
  assert.isNotEmpty(left)
  assert.deepStrictEqual(CacheLease.list(store.directory), [])
  for (const name of left) fs.utimesSync(`${leases}/${name}`, new Date(0), new Date(0))
  await CacheCollector.collect({ directory: store.directory, limits: { maxSize: 1e9, maxAge: 1e9 } })
  assert.deepStrictEqual(fs.readdirSync(leases), [])
})

it("a lease counts a use of its entries, in a file that takes no room on the disk", () => {
  const used = CacheLayout.used(store.directory, "app")
  fs.mkdirSync(CacheLayout.entry(store.directory, "app"))
  const found = [1, 2, 3].map((time) => {
    CacheLease.take(store.directory, `run${time}`, ["app"])
    const { blocks, mode, size } = fs.lstatSync(used)
    return { blocks, mode: mode & 0o777, size }
  })
  assert.deepStrictEqual(found, [1, 2, 3].map((size) => ({ blocks: 0, mode: 0o644, size })))
  assert.isBelow(Math.abs(Date.now() - fs.lstatSync(used).mtimeMs), 10_000)
  // an earlier version wrote as many bytes
  fs.writeFileSync(used, ".".repeat(7))
  CacheLease.take(store.directory, "run4", ["app"])
  assert.deepStrictEqual([fs.lstatSync(used).size, fs.lstatSync(used).blocks], [8, 0])
})

describe("the leases that are there", () => {
  const ids = (leases: ReadonlyArray<CacheLease.CacheLease> | undefined) => leases?.map(({ id }) => id).sort()
  const within = (budget: TimeBudget.TimeBudget) =>
    SharedDirectory.use(store.directory, (root) => CacheLease.runningWithin(root, budget))
  beforeEach(() => {
    for (const id of ["one", "two", "three"]) CacheLease.take(store.directory, id, ["app"])
    const long = new Date(Date.now() - 2 * CacheLease.staleAfter)
    fs.utimesSync(`${CacheLayout.leases(store.directory)}/two/alive`, long, long)
    fs.writeFileSync(`${CacheLayout.leases(store.directory)}/file`, "")
    fs.mkdirSync(`${CacheLayout.leases(store.directory)}/empty`)
  })

  it("are listed whole or not at all", () => {
    assert.deepStrictEqual(ids(CacheLease.list(store.directory)), ["one", "three", "two"])
    assert.deepStrictEqual(ids(CacheLease.list(store.directory, 3)), ["one", "three", "two"])
    let code = ""
    try {
      CacheLease.list(store.directory, 2)
    } catch (error) {
      code = SystemError.code(error)
    }
    assert.strictEqual(code, "EOVERFLOW")
  })

  it("are those of running builds within a budget, and unknown where that is spent", () => {
    assert.deepStrictEqual(ids(within(TimeBudget.endless)), ids(CacheLease.running(store.directory, Date.now())))
    const spent = TimeBudget.millis(1_000)
    spent.cut()
    assert.isUndefined(within(spent))
  })
})
