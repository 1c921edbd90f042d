import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as SharedFile from "../../../src/shell/files/SharedFile.ts"
import * as SystemError from "../../../src/shell/files/SystemError.ts"
import * as TimeBudget from "../../../src/shell/files/TimeBudget.ts"
import { at, codeOf, descriptors, directory, isUntouched, outside, shared } from "./shared.ts"

describe("SharedFile", () => {
  it("is read up to a limit", () => {
    fs.writeFileSync(at("file"), "1234567890")
    assert.strictEqual(SharedFile.readText(directory, "file", 10), "1234567890")
    assert.strictEqual(codeOf(() => SharedFile.readText(directory, "file", 9)), "EOVERFLOW")
    fs.truncateSync(at("file"), 1e12)
    assert.strictEqual(codeOf(() => SharedFile.readText(directory, "file", 10)), "EOVERFLOW")
  })

  it("is its own user's until it is whole, then everybody may read it, whatever the umask", () => {
    const umask = process.umask(0o077)
    try {
      SharedFile.write(directory, "file", "ours")
    } finally {
      process.umask(umask)
    }
    assert.strictEqual(fs.statSync(at("file")).mode & 0o777, 0o644)
    assert.deepStrictEqual(fs.readdirSync(shared), ["file"])
  })

  it("that has a second name elsewhere is not written to", () => {
    fs.linkSync(path.join(outside, "file"), at("file"))
    SharedFile.write(directory, "file", "ours")
    isUntouched()
  })

  it("that cannot be made is told by its directory, whatever name it would have had", () => {
    // the kernel's own, where nobody makes files
    const kernels = SharedDirectory.open("/sys")
    try {
      SharedFile.now(kernels)
      assert.fail("a file was made in /sys")
    } catch (error) {
      assert.strictEqual(SystemError.placeOf(error), "/sys", String(error))
    } finally {
      SharedDirectory.close(kernels)
    }
  })

  it("that cannot be put in its place leaves nothing", () => {
    fs.mkdirSync(at("place", "in"), { recursive: true })
    assert.match(codeOf(() => SharedFile.write(directory, "place", "ours")), /EISDIR|ENOTEMPTY/)
    assert.deepStrictEqual(fs.readdirSync(shared), ["place"])
  })

  it("is made once: what is there stays", () => {
    SharedFile.create(directory, "file", "first")
    assert.strictEqual(codeOf(() => SharedFile.create(directory, "file", "second")), "EEXIST")
    assert.strictEqual(SharedFile.readText(directory, "file", 10), "first")
  })

  it("that is held is refreshed while it is in its place, and removed only then", () => {
    const held = SharedFile.hold(directory, "lock")
    assert.strictEqual(codeOf(() => SharedFile.hold(directory, "lock")), "EEXIST")
    fs.utimesSync(at("lock"), 1, 1)
    assert.isTrue(held.refresh())
    assert.isAbove(fs.statSync(at("lock")).mtimeMs, 1000)
    fs.renameSync(at("lock"), at("moved"))
    fs.writeFileSync(at("lock"), "another's")
    assert.isFalse(held.refresh())
    held.release()
    assert.strictEqual(fs.readFileSync(at("lock"), "utf8"), "another's")
    fs.rmSync(at("lock"))
    SharedFile.hold(directory, "lock").release()
    assert.isFalse(fs.existsSync(at("lock")))
  })

  it("is read while it is open, and closed whatever happens", () => {
    fs.writeFileSync(at("file"), "ours")
    const before = descriptors()
    assert.throws(() =>
      SharedFile.read(directory, "file", () => {
        throw new Error("no")
      }), "no")
    assert.strictEqual(descriptors(), before)
    assert.isUndefined(SharedFile.read(directory, "none", () => "there"))
    assert.strictEqual(codeOf(() => SharedFile.checkReadable(directory, "none")), "ENOENT")
  })

  it("has links that are read, and made only where nothing is", () => {
    SharedFile.symlink(directory, "link", "../blobs")
    assert.strictEqual(SharedFile.readLink(directory, "link"), "../blobs")
    assert.strictEqual(codeOf(() => SharedFile.symlink(directory, "link", "/etc")), "EEXIST")
    fs.writeFileSync(at("file"), "")
    assert.strictEqual(codeOf(() => SharedFile.readLink(directory, "file")), "EINVAL")
    assert.isUndefined(SharedFile.readLink(directory, "none"))
    SharedFile.link(directory, "file", directory, "second")
    assert.strictEqual(fs.statSync(at("second")).ino, fs.statSync(at("file")).ino)
  })

  it("that is not whole in time leaves nothing", () => {
    // one call of the system after the other is the last
    for (let calls = 0; calls < 3; calls += 1) {
      let count = 0
      const write = () =>
        TimeBudget.endingWhen(() => (count += 1) > calls, () => SharedFile.write(directory, "file", "ours"))
      if (calls < 2) assert.strictEqual(codeOf(write), "ELATE", `${calls}`)
      else write()
      assert.deepStrictEqual(fs.readdirSync(shared), calls < 2 ? [] : ["file"])
    }
  })

  it("has the time of the file system's own clock, and leaves nothing to find it", () => {
    assert.approximately(SharedFile.now(directory), Date.now(), 60_000)
    assert.deepStrictEqual(fs.readdirSync(shared), [])
  })
})
