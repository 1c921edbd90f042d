import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { afterEach, assert, beforeEach, it } from "vitest"
import * as CacheLayout from "../../../src/core/CacheLayout.ts"
import * as CacheCollector from "../../../src/shell/cache/CacheCollector.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as Store from "./store.ts"

const rmSync = fs.rmSync
let store: Store.Store
beforeEach(() => {
  store = Store.make()
})
afterEach(() => {
  fs.rmSync = rmSync
  syncBuiltinESMExports()
  store.remove()
})

/** Whoever removes a directory is killed when one file of it is gone. */
const killRemovals = (): void => {
  fs.rmSync = (path) => {
    const [first] = fs.existsSync(path) ? fs.readdirSync(path) : []
    if (first !== undefined) rmSync(`${String(path)}/${first}`)
    throw new Error("killed")
  }
  syncBuiltinESMExports()
}

it.each([1, 2])("a lease that was half removed %i times is none, and collection takes what is left", (times) => {
  const leases = CacheLayout.leases(store.directory)
  CacheLease.take(store.directory, "run", ["app"])
  killRemovals()
  for (let time = 0; time < times; time += 1) CacheLease.release(store.directory, "run")
  fs.rmSync = rmSync
  syncBuiltinESMExports()
  const left = fs.readdirSync(leases)
  assert.isNotEmpty(left)
  assert.deepStrictEqual(CacheLease.list(store.directory), [])
  for (const name of left) fs.utimesSync(`${leases}/${name}`, new Date(0), new Date(0))
  CacheCollector.collect({ directory: store.directory, limits: { maxSize: 1e9, maxAge: 1e9 } })
  assert.deepStrictEqual(fs.readdirSync(leases), [])
})
