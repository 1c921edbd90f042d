import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as PrivateView from "../../../src/shell/files/PrivateView.ts"

let home = ""
let view = ""
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-view-"))
  view = path.join(home, "view")
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

describe("PrivateView", () => {
  it("is for this user alone, and empty where somebody else writes the layout", () => {
    PrivateView.create(view)
    assert.deepStrictEqual(fs.readdirSync(view), [])
    assert.strictEqual(fs.statSync(view).mode & 0o777, 0o700)
    assert.throws(() => PrivateView.create(view))
    PrivateView.createLayout(`${view}2`, "{}")
    assert.deepStrictEqual(fs.readdirSync(`${view}2`).sort(), ["index.json", "oci-layout"])
    assert.strictEqual(PrivateView.read(`${view}2`, "index.json", 10), "{}")
    assert.strictEqual(fs.statSync(`${view}2`).mode & 0o777, 0o700)
  })

  it("has another directory as its store", () => {
    PrivateView.create(view)
    PrivateView.linkStore(view, "/etc")
    assert.strictEqual(fs.readlinkSync(`${view}/blobs/sha256`), "/etc")
    assert.strictEqual(fs.statSync(`${view}/blobs`).mode & 0o777, 0o700)
  })

  it("takes a name once", () => {
    PrivateView.create(view)
    PrivateView.createStore(view)
    PrivateView.write(view, "blobs/sha256/a", "one")
    PrivateView.link(view, "blobs/sha256/b", "/etc/hostname")
    for (const name of ["blobs/sha256/a", "blobs/sha256/b"]) {
      assert.isTrue(PrivateView.has(view, name))
      assert.throws(() => PrivateView.write(view, name, "two"))
      assert.throws(() => PrivateView.link(view, name, "/etc"))
    }
    assert.isFalse(PrivateView.has(view, "blobs/sha256/c"))
  })

  it("reads files up to a size, and no link, pipe or directory", () => {
    PrivateView.create(view)
    PrivateView.write(view, "file", "12345")
    PrivateView.link(view, "link", "file")
    PrivateView.linkStore(view, home)
    assert.deepStrictEqual(
      [PrivateView.read(view, "file", 5), PrivateView.read(view, "file", 4), PrivateView.read(view, "blobs", 5)],
      ["12345", "", ""]
    )
    assert.deepStrictEqual([PrivateView.read(view, "none", 5), PrivateView.read(view, "link", 5)], [
      undefined,
      undefined
    ])
  })

  it("names what is open by a path that another program can follow", () => {
    fs.mkdirSync(view)
    const descriptor = fs.openSync(view, fs.constants.O_RDONLY)
    const { ino } = fs.statSync(view)
    try {
      const link = PrivateView.linkTo({ descriptor, path: view })
      fs.renameSync(view, `${view}-moved`)
      assert.strictEqual(fs.statSync(link).ino, ino)
    } finally {
      fs.closeSync(descriptor)
    }
  })
})
