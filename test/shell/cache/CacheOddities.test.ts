import * as fs from "node:fs"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as CacheOddities from "../../../src/shell/cache/CacheOddities.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as Store from "./store.ts"

let store: Store.Store
beforeEach(() => {
  store = Store.make()
  store.publish("app", ["one"])
})
afterEach(() => store.remove())

const at = (name: string): string => path.join(store.directory, name)
const find = () => SharedDirectory.use(store.directory, (root) => CacheOddities.find(root, Date.now()))
const moveAside = () => SharedDirectory.use(store.directory, CacheOddities.moveAside)
const replace = (name: string, make: (path: string) => void): void => {
  fs.rmSync(at(name), { recursive: true, force: true })
  make(at(name))
}
const future = (name: string): void => fs.utimesSync(at(name), 1e10, 1e10)

describe("CacheOddities", () => {
  it("finds nothing where builds left all", () => {
    CacheLease.take(store.directory, "run", ["app"])
    store.exported("app", ["two"], "run")
    assert.deepStrictEqual(find(), [])
  })

  it.each([
    [".trash", "it is no directory", fs.writeFileSync],
    [".leases", "it is no directory", (file: string) => fs.symlinkSync("/etc", file)],
    ["app/.retired", "it is no directory", fs.writeFileSync],
    [".collected", "it is no file", (file: string) => fs.mkdirSync(file)],
    ["app/.used", "it is no file", (file: string) => fs.symlinkSync("/etc/hostname", file)]
  ])("finds %s: %s, and moves it aside", (name, why, make) => {
    replace(name, (file) => make(file, ""))
    assert.deepStrictEqual(find(), [{ path: at(name), why, isInTheWay: true }])
    moveAside()
    assert.deepStrictEqual(find(), [])
    assert.isTrue(fs.existsSync("/etc/hostname"))
  })

  it("finds times in the future, which are not in the way", () => {
    CacheLease.take(store.directory, "run", ["app"])
    const names = [".leases/run/alive", "app/.used"]
    fs.writeFileSync(at("app/.used"), ".")
    names.forEach(future)
    assert.sameDeepMembers(
      [...find()],
      names.map((name) => ({ path: at(name), why: "its time is in the future", isInTheWay: false }))
    )
    moveAside()
    assert.lengthOf(find(), 2)
  })
})
