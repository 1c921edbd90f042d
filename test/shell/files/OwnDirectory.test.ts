import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as OwnDirectory from "../../../src/shell/files/OwnDirectory.ts"

let home = ""
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-own-"))
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

const at = (name: string): string => path.join(home, name)

describe("OwnDirectory", () => {
  it("is open under a path that leads to it whatever happens to its names", () => {
    fs.mkdirSync(at("own"))
    const said = OwnDirectory.within(at("own"), (opened) => {
      fs.renameSync(at("own"), at("moved"))
      fs.symlinkSync("/etc", at("own"))
      fs.writeFileSync(`${opened}/file`, "mine")
      return "done"
    })
    assert.strictEqual(said, "done")
    assert.strictEqual(fs.readFileSync(at("moved/file"), "utf8"), "mine")
  })

  it.each<[string, () => void]>([
    ["others may write to", () => fs.chmodSync(at("own"), 0o777)],
    ["is in one that others may write to", () => fs.chmodSync(home, 0o777)],
    ["is a link", () => {
      fs.renameSync(at("own"), at("moved"))
      fs.symlinkSync("moved", at("own"))
    }],
    ["is not there", () => fs.rmdirSync(at("own"))]
  ])("is none that %s", (_, spoil) => {
    fs.mkdirSync(at("own"))
    spoil()
    assert.throws(() => OwnDirectory.within(at("own"), () => "done"))
  })

  it("is made with those above it, for this user alone", () => {
    OwnDirectory.ensure(at("a/b/c"))
    OwnDirectory.ensure(at("a/b/c"))
    assert.deepStrictEqual(["a", "a/b", "a/b/c"].map((name) => fs.statSync(at(name)).mode & 0o777), [
      0o700,
      0o700,
      0o700
    ])
  })

  it("is not made where others have a say, nor where nothing can be", () => {
    fs.chmodSync(home, 0o777)
    assert.throws(() => OwnDirectory.ensure(at("a/b")), `${home} is not this user's alone`)
    assert.deepStrictEqual(fs.readdirSync(home), [])
    assert.throws(() => OwnDirectory.ensure("/proc/docker-shim/a"))
  })
})
