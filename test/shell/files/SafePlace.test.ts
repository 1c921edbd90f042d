import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as SafePlace from "../../../src/shell/files/SafePlace.ts"

let home = ""
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-safe-"))
  fs.mkdirSync(at("a/b"), { recursive: true })
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

const at = (name: string): string => path.join(home, name)
const other = 54_321

describe("SafePlace", () => {
  it("is safe where every directory on the way keeps its names", () => {
    assert.isTrue(SafePlace.isSafe(at("a/b")))
    fs.chmodSync(at("a"), 0o777)
    assert.isFalse(SafePlace.isSafe(at("a/b")))
    fs.chmodSync(at("a"), 0o1777)
    assert.isTrue(SafePlace.isSafe(at("a/b")))
    fs.chmodSync(at("a"), 0o775)
    assert.isFalse(SafePlace.isSafe(at("a/b")))
  })

  it("is not safe where it cannot be looked at", () => {
    assert.isFalse(SafePlace.isSafe(at("a/none")))
    fs.writeFileSync(at("file"), "")
    assert.isFalse(SafePlace.isSafe(at("file/in")))
  })

  it("is as safe as what a link on the way leads to", () => {
    fs.symlinkSync("a", at("link"))
    assert.isTrue(SafePlace.isSafe(at("link/b")))
    fs.symlinkSync(at("a"), at("absolute"))
    assert.isTrue(SafePlace.isSafe(at("absolute/b")))
    fs.chmodSync(at("a"), 0o777)
    assert.deepStrictEqual(["link/b", "absolute/b"].map((name) => SafePlace.isSafe(at(name))), [false, false])
  })

  it("is not safe behind links without end", () => {
    fs.symlinkSync("loop", at("loop"))
    assert.isFalse(SafePlace.isSafe(at("loop")))
  })

  it("is not safe where it is another user's", () => {
    assert.isTrue(SafePlace.isTrusted({ uid: 0 }))
    assert.isFalse(SafePlace.isTrusted({ uid: other }))
    const stat = fs.statSync(at("a"))
    assert.isTrue(SafePlace.keepsNames(stat))
    assert.isFalse(SafePlace.keepsNames(Object.assign(fs.statSync(at("a")), { uid: other })))
    fs.writeFileSync(at("file"), "")
    assert.isFalse(SafePlace.keepsNames(fs.statSync(at("file"))))
  })
})
