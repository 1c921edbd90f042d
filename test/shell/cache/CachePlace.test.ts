import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as CachePlace from "../../../src/shell/cache/CachePlace.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest()

const at = (name: string): string => path.join(store.directory, name)

describe("CachePlace", () => {
  it("opens the directory that a place is in, by path or beneath the open one", () => {
    fs.mkdirSync(at("app/.incoming"), { recursive: true })
    const names = (cache: CachePlace.Cache) =>
      CachePlace.at(cache, at("app/.incoming/run"), (parent, name) => [parent.path, name])
    assert.deepStrictEqual(names(store.directory), [at("app/.incoming"), "run"])
    assert.deepStrictEqual(SharedDirectory.use(store.directory, names), [at("app/.incoming"), "run"])
    assert.isUndefined(CachePlace.at(store.directory, at("web/.incoming/run"), () => "there"))
  })

  it("refuses a path outside", () => {
    for (const outside of ["/etc/passwd", store.directory, `${store.directory}-other/app`]) {
      assert.throws(() => CachePlace.at(store.directory, outside, () => "there"), `${outside} is not in`)
    }
  })

  it("gives the names in a directory, and none where no directory is", () => {
    fs.mkdirSync(at("app"))
    fs.writeFileSync(at("app/file"), "")
    fs.symlinkSync("/etc", at("link"))
    SharedDirectory.use(store.directory, (root) => {
      const names = (...below: ReadonlyArray<string>) => {
        const found: Array<string> = []
        return [CachePlace.eachIn(root, below, (name) => found.push(name) > 0), found]
      }
      assert.deepStrictEqual(names("app"), [true, ["file"]])
      assert.sameMembers(names().flat(), [true, "app", "link"])
      for (const below of [["app", "file"], ["link"], ["none"], ["none", "in"], ["app", "file", "in"]]) {
        assert.deepStrictEqual(names(...below), [undefined, []], below.join("/"))
      }
    })
  })

  it("takes no error that comes with a name for an absent directory", () => {
    fs.mkdirSync(at("app/one"), { recursive: true })
    const fail = (): never => {
      throw Object.assign(new Error("no directory"), { code: "ENOTDIR" })
    }
    SharedDirectory.use(store.directory, (root) => {
      for (const below of [["app"], []]) assert.throws(() => CachePlace.eachIn(root, below, fail), "ENOTDIR")
    })
  })

  it("takes no other error for an absent directory", () => {
    const fail = (code: string) => (): unknown => {
      throw Object.assign(new Error(code), { code })
    }
    assert.isUndefined(CachePlace.ofDirectory(fail("ENOTDIR")))
    assert.throws(() => CachePlace.ofDirectory(fail("EACCES")), "EACCES")
  })

  it("moves what is there, and says where nothing is", () => {
    fs.writeFileSync(at("one"), "content")
    SharedDirectory.use(store.directory, (root) => {
      assert.isTrue(CachePlace.move(root, "one", root, "two"))
      assert.isFalse(CachePlace.move(root, "one", root, "three"))
    })
    assert.deepStrictEqual(fs.readdirSync(store.directory), ["two"])
  })
})
