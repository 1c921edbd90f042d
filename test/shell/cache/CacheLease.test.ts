import fs from "node:fs"
import { afterEach, assert, beforeEach, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheCollector from "../../../src/shell/cache/CacheCollector.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
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

/** Whoever removes a directory is killed when one file of it is gone. */
const killRemovals = (): void =>
  ReplacedFs.replace({
    rmSync: (path) => {
      const [first] = fs.existsSync(path) ? fs.readdirSync(path) : []
      if (first !== undefined) ReplacedFs.original.rmSync(`${String(path)}/${first}`)
      throw new Error("killed")
    }
  })

it.each([1, 2])("a lease that was half removed %i times is none, and collection takes what is left", (times) => {
  const leases = CacheLayout.leases(store.directory)
  CacheLease.take(store.directory, "run", ["app"])
  killRemovals()
  for (let time = 0; time < times; time += 1) CacheLease.release(store.directory, "run")
  ReplacedFs.replace(ReplacedFs.original)
  const left = fs.readdirSync(leases)
  assert.isNotEmpty(left)
  assert.deepStrictEqual(CacheLease.list(store.directory), [])
  for (const name of left) fs.utimesSync(`${leases}/${name}`, new Date(0), new Date(0))
  CacheCollector.collect({ directory: store.directory, limits: { maxSize: 1e9, maxAge: 1e9 } })
  assert.deepStrictEqual(fs.readdirSync(leases), [])
})
