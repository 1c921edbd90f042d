import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as MadeDirectory from "../../../src/shell/files/MadeDirectory.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as SharedFile from "../../../src/shell/files/SharedFile.ts"
import * as SharedRemoval from "../../../src/shell/files/SharedRemoval.ts"
import * as SystemError from "../../../src/shell/files/SystemError.ts"
import * as TimeBudget from "../../../src/shell/files/TimeBudget.ts"
import { at, codeOf, descriptors, directory, home, isUntouched, outside, shared } from "./shared.ts"
import * as Swapper from "./swapper.ts"

it("is listed until the time for it is over", () => {
  for (let name = 0; name < 200; name += 1) fs.writeFileSync(at(`${name}`), "")
  const before = descriptors()
  const found: Array<SharedDirectory.Name> = []
  const list = () => SharedDirectory.each(directory, (name) => found.push(name) > 0)
  assert.strictEqual(codeOf(() => TimeBudget.endingWhen(() => found.length > 100, list)), "ELATE")
  // looked at for each 64 names
  assert.lengthOf(found, 128)
  assert.deepStrictEqual(descriptors(), before)
})

describe("a place in a directory that others may write to", () => {
  it("is only a name in it", () => {
    for (const name of ["", ".", "..", "../outside/file", "in/file", "a\0b"]) {
      assert.strictEqual(codeOf(() => SharedDirectory.status(directory, name)), "EINVAL", name)
    }
  })

  it.each<[string, (place: string) => void, { readonly enter: string; readonly read: string }]>([
    ["a link to a file", (place) => fs.symlinkSync(path.join(outside, "file"), place), {
      enter: "ENOTDIR",
      read: "EFTYPE"
    }],
    ["a link to a directory", (place) => fs.symlinkSync(outside, place), { enter: "ENOTDIR", read: "EFTYPE" }],
    ["a link to nothing", (place) => fs.symlinkSync("/nowhere", place), { enter: "ENOTDIR", read: "EFTYPE" }],
    ["a pipe", (place) => execFileSync("mkfifo", [place]), { enter: "ENOTDIR", read: "EFTYPE" }],
    ["nothing", () => undefined, { enter: "ENOENT", read: "undefined" }]
  ])("that holds %s is neither entered nor read, written over, and removed", (_, plant, expected) => {
    plant(at("place"))
    const before = descriptors()
    assert.strictEqual(codeOf(() => SharedDirectory.enter(directory, "place")), expected.enter)
    const read = () => SharedFile.readText(directory, "place", 10)
    assert.strictEqual(expected.read === "undefined" ? String(read()) : codeOf(read), expected.read)
    if (expected.enter !== "ENOENT") {
      assert.strictEqual(codeOf(() => SharedFile.create(directory, "place", "ours")), "EEXIST")
      assert.strictEqual(codeOf(() => SharedFile.symlink(directory, "place", "ours")), "EEXIST")
      assert.isTrue(SharedRemoval.removeAll(directory, "place"))
      plant(at("place"))
    }
    SharedFile.write(directory, "place", "ours")
    assert.strictEqual(SharedFile.readText(directory, "place", 10), "ours")
    assert.strictEqual(descriptors(), before)
    assert.isTrue(SharedRemoval.unlink(directory, "place"))
    assert.isFalse(SharedRemoval.unlink(directory, "place"))
    assert.isFalse(SharedRemoval.removeAll(directory, "place"))
    isUntouched()
  })

  it("that cannot be used is not taken for an empty one", () => {
    fs.writeFileSync(at("file"), "")
    assert.strictEqual(codeOf(() => SharedDirectory.withinIfThere(directory, ["file"], () => 1)), "ENOTDIR")
    assert.isUndefined(SharedDirectory.withinIfThere(directory, ["none", "file"], () => 1))
    assert.strictEqual(codeOf(() => SharedDirectory.within(directory, ["none"], () => 1)), "ENOENT")
    try {
      SharedDirectory.within(directory, ["file"], () => 1)
    } catch (error) {
      assert.strictEqual(SystemError.describe(error, "/"), `${at("file")} is not a directory`)
    }
  })
})

describe("a directory", () => {
  it("has the permissions of the outermost one, and is left alone where it is there", () => {
    MadeDirectory.within(directory, ["a", "b"], (inner) => SharedFile.write(inner, "file", ""))
    assert.deepStrictEqual(["a", "a/b"].map((one) => fs.statSync(at(one)).mode & 0o7777), [0o2775, 0o2775])
    fs.chmodSync(at("a/b"), 0o700)
    MadeDirectory.within(directory, ["a", "b"], () => undefined)
    assert.strictEqual(fs.statSync(at("a/b")).mode & 0o7777, 0o700)
    assert.match(codeOf(() => MadeDirectory.create(directory, "a")), /ENOTEMPTY|EEXIST/)
    assert.deepStrictEqual(fs.readdirSync(shared), ["a"])
    fs.symlinkSync(outside, at("link"))
    assert.strictEqual(codeOf(() => MadeDirectory.within(directory, ["link"], () => undefined)), "ENOTDIR")
    isUntouched()
  })

  it("is listed up to a limit", () => {
    for (const name of ["a", "b", "ü"]) fs.writeFileSync(at(name), "")
    assert.sameMembers([...SharedDirectory.some(directory, 4)], ["a", "b", "ü"])
    assert.lengthOf(SharedDirectory.some(directory, 2), 2)
  })

  it("is opened only where /proc can name it", () => {
    const run = `
      import * as SharedDirectory from ${JSON.stringify(path.resolve("src/shell/files/SharedDirectory.ts"))}
      import * as SystemError from ${JSON.stringify(path.resolve("src/shell/files/SystemError.ts"))}
      try {
        SharedDirectory.open(process.argv[2])
        console.log("opened")
      } catch (error) {
        console.log(SystemError.describe(error, ""))
      }`
    const script = path.join(home, "open.ts")
    fs.writeFileSync(script, run)
    const node = "node node_modules/vite-node/vite-node.mjs"
    const words = ["--mount", "sh", "-c", `exec 2>&1; ${node} "$0" "$1"; mount -t tmpfs none /proc; ${node} "$0" "$1"`]
    const said = execFileSync("unshare", [...words, script, shared], { encoding: "utf8" }).trim().split("\n")
    assert.deepStrictEqual(said, ["opened", `${shared} cannot be used safely: /proc is not mounted`])
  })
})

describe("while a directory is swapped for a link, again and again,", () => {
  const forms = (): ReadonlyArray<Swapper.Form> => [{ files: ["file", "in"] }, { link: outside }]
  const swaps = 1000
  const tolerated = /^(?:ENOENT|ENOTDIR|ENOTEMPTY|EISDIR|EEXIST)$/

  it.each<[string, (place: string) => unknown]>([
    ["a removal", () => SharedRemoval.removeAll(directory, "place")],
    ["a removal in it", () => SharedDirectory.within(directory, ["place"], (one) => SharedRemoval.unlink(one, "file"))],
    [
      "a file written in it",
      () => MadeDirectory.within(directory, ["place"], (one) => SharedFile.write(one, "file", ""))
    ],
    ["a directory made in it", () => MadeDirectory.within(directory, ["place", "in", "x"], () => undefined)],
    [
      "a change of its mode",
      () => SharedDirectory.within(directory, ["place"], (one) => MadeDirectory.change(one, { mode: 0o777 }))
    ],
    [
      "a reading in it",
      () =>
        SharedDirectory.within(
          directory,
          ["place"],
          (one) => assert.notStrictEqual(SharedFile.readText(one, "file", 10), "secret")
        )
    ]
  ])("%s touches nothing outside", async (_, run) => {
    const count = await Swapper.during(at("place"), forms(), swaps, () => {
      try {
        run(at("place"))
      } catch (error) {
        assert.match(SystemError.code(error), tolerated, String(error))
      }
    })
    assert.isAtLeast(count, swaps)
    isUntouched()
  })
})
