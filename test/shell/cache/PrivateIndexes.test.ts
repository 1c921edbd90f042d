import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import type * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as PrivateIndexes from "../../../src/shell/cache/PrivateIndexes.ts"
import * as TimeBudget from "../../../src/shell/files/TimeBudget.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest()

const lease = (id: string, keys: ReadonlyArray<string>, startedAt = 0): CacheLease.CacheLease => ({
  id,
  keys,
  startedAt,
  aliveAt: startedAt
})
const file = (name: string): string => path.join(CacheLayout.retired(store.directory, "app"), name)
const make = (name: string): number => {
  fs.mkdirSync(path.dirname(file(name)), { recursive: true })
  fs.writeFileSync(file(name), "")
  return fs.statSync(file(name)).ctimeMs
}
const retired = (...running: ReadonlyArray<CacheLease.CacheLease>) =>
  PrivateIndexes.retired(store.directory, "app", running)

describe("PrivateIndexes", () => {
  it("holds what was retired while a build of the entry runs that may read it", () => {
    const at = make("one.json")
    assert.deepStrictEqual(retired(), { held: [], free: ["one.json"], isWhole: true })
    assert.deepStrictEqual(retired(lease("run", ["app"], at - 1)), { held: ["one.json"], free: [], isWhole: true })
    assert.deepStrictEqual(retired(lease("run", ["app"], at + 1)), { held: [], free: ["one.json"], isWhole: true })
    assert.deepStrictEqual(retired(lease("run", ["web"], at - 1)), { held: [], free: ["one.json"], isWhole: true })
    const oldest = retired(lease("young", ["app"], at + 1), lease("old", ["app"], at - 1))
    assert.deepStrictEqual(oldest, { held: ["one.json"], free: [], isWhole: true })
  })

  it("frees an export only where its build is gone, and it is old", () => {
    store.exported("app", ["one"], "gone")
    store.exported("app", ["one"], "runs")
    const exporting = (isOld: boolean) =>
      PrivateIndexes.exporting(store.directory, "app", [lease("runs", [])], () => isOld)
    assert.deepStrictEqual(exporting(true), { held: ["runs"], free: ["gone"], isWhole: true })
    assert.sameMembers([...exporting(false).held], ["gone", "runs"])
  })

  it("has none where no directory is, and gives up when its time is spent", () => {
    assert.deepStrictEqual(retired(), { held: [], free: [], isWhole: true })
    fs.mkdirSync(path.join(store.directory, "app"))
    fs.writeFileSync(CacheLayout.retired(store.directory, "app"), "")
    assert.deepStrictEqual(retired(), { held: [], free: [], isWhole: true })
    fs.rmSync(CacheLayout.retired(store.directory, "app"))
    for (const name of ["1", "2", "3"]) make(name)
    let asked = 0
    const budget = { ...TimeBudget.endless, isSpent: () => (asked += 1) > 2 }
    const { free, isWhole } = PrivateIndexes.retired(store.directory, "app", [], budget)
    assert.deepStrictEqual([free.length, isWhole], [2, false])
  })
})
