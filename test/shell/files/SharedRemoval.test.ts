import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as SharedRemoval from "../../../src/shell/files/SharedRemoval.ts"
import * as SystemError from "../../../src/shell/files/SystemError.ts"
import { at, descriptors, directory, isUntouched, outside, shared } from "./shared.ts"

describe("SharedRemoval", () => {
  it("is removed however deep it is and whatever its names are, with few descriptors", () => {
    const place = at("place")
    fs.mkdirSync(path.join(place, "d/".repeat(300)), { recursive: true })
    fs.writeFileSync(Buffer.concat([Buffer.from(`${place}/`), Buffer.from([0xff, 0xfe, 0x80])]), "")
    fs.mkdirSync(Buffer.concat([Buffer.from(`${place}/d/`), Buffer.from([0xff])]))
    fs.symlinkSync(outside, path.join(place, "d/d/link"))
    const before = descriptors()
    assert.isTrue(SharedRemoval.removeAll(directory, "place"))
    assert.strictEqual(descriptors(), before)
    assert.deepStrictEqual(fs.readdirSync(shared), [])
    isUntouched()
  })

  it("removes a directory only where it is empty, and no link to one", () => {
    fs.mkdirSync(at("place"))
    fs.symlinkSync(at("place"), at("link"))
    fs.writeFileSync(at("file"), "")
    for (const name of ["link", "file", "none"]) assert.isFalse(SharedRemoval.removeEmpty(directory, name), name)
    fs.writeFileSync(at("place/file"), "")
    assert.isFalse(SharedRemoval.removeEmpty(directory, "place"))
    fs.rmSync(at("place/file"))
    assert.isTrue(SharedRemoval.removeEmpty(directory, "place"))
    assert.deepStrictEqual(fs.readdirSync(shared).sort(), ["file", "link"])
  })

  it("removes many files at once, and tells what cannot be removed", async () => {
    const names = Array.from({ length: 300 }, (_, nth) => `file${nth}`)
    for (const name of names) fs.writeFileSync(at(name), "")
    await SharedRemoval.unlinkMany(directory, [...names, "none"])
    assert.deepStrictEqual(fs.readdirSync(shared), [])
    fs.mkdirSync(at("place"))
    let code = ""
    await SharedRemoval.unlinkMany(directory, ["place"]).catch((error: unknown) => (code = SystemError.code(error)))
    assert.match(code, /EISDIR|EPERM/)
  })

  it("leaves what is left when it is over", () => {
    for (const name of ["a", "b", "c"]) fs.mkdirSync(at("place", name), { recursive: true })
    let asked = 0
    assert.isFalse(SharedRemoval.removeAll(directory, "place", () => (asked += 1) > 1))
    assert.isTrue(fs.existsSync(at("place")))
    assert.isTrue(SharedRemoval.removeAll(directory, "place"))
    assert.isFalse(SharedRemoval.removeAll(directory, "place"))
  })

  it("removes a link, and nothing that it leads to", () => {
    fs.symlinkSync(outside, at("link"))
    assert.isTrue(SharedRemoval.removeAll(directory, "link"))
    isUntouched()
  })
})
