import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Remembered from "../../../src/shell/files/Remembered.ts"
import { directoryTree } from "./tree.ts"

/** Another user, who is not root. */
const other = 12_345

let root = ""
let within = ""
let file = ""
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "remembered-"))
  within = Remembered.directory({ HOME: path.join(root, "home") }, "probes") ?? ""
  fs.mkdirSync(path.join(root, "precious"))
  fs.writeFileSync(path.join(root, "precious/a.json"), "\"theirs\"")
  file = Remembered.place(within, "question")
})
afterEach(() => fs.rmSync(root, { recursive: true }))

const read = (): unknown => Remembered.read(file, 0, (value) => value)

describe("a remembered answer", () => {
  it("is found again, until it is too old or forgotten", () => {
    Remembered.write(file, "answer")
    assert.strictEqual(read(), "answer")
    assert.isUndefined(Remembered.read(file, Date.now() + 60_000, (value) => value))
    Remembered.forget(file)
    assert.isUndefined(read())
  })

  it("that would be too long to be read is not written", () => {
    const longest = 1024 * 1024 - "\"\"".length
    for (const answer of [`é${"x".repeat(longest - 1)}`, "x".repeat(longest + 1)]) {
      Remembered.write(file, answer)
      assert.isFalse(fs.existsSync(file))
    }
    Remembered.write(file, "x".repeat(longest))
    assert.strictEqual(read(), "x".repeat(longest))
  })

  it("that is a pipe, a link, a directory, another user's, or too large is none, at once; the next takes its place", () => {
    const plants: ReadonlyArray<() => void> = [
      () => execFileSync("mkfifo", [file]),
      () => fs.symlinkSync(path.join(root, "precious/a.json"), file),
      () => {
        fs.writeFileSync(file, "\"planted\"")
        fs.chownSync(file, other, other)
      },
      () => {
        fs.writeFileSync(file, "\"planted\"")
        fs.chmodSync(file, 0o666)
      },
      () => {
        fs.writeFileSync(file, "\"planted\"")
        fs.truncateSync(file, 3e9)
      }
    ]
    for (const plant of plants) {
      Remembered.write(file, "first")
      fs.rmSync(file)
      plant()
      assert.isUndefined(read())
      Remembered.write(file, "answer")
      assert.strictEqual(read(), "answer")
    }
    assert.strictEqual(fs.readFileSync(path.join(root, "precious/a.json"), "utf8"), "\"theirs\"")
  })

  it("goes before younger ones where there are too many; other files stay", () => {
    for (let at = 0; at < 130; at += 1) Remembered.write(Remembered.place(within, at), at)
    fs.writeFileSync(path.join(within, "notes.txt"), "")
    Remembered.write(file, "answer")
    assert.lengthOf(fs.readdirSync(within), 129)
    assert.include(fs.readdirSync(within), "notes.txt")
  })

  const elsewhere: ReadonlyArray<readonly [string, () => void]> = [
    ["a link", () => {
      fs.mkdirSync(path.dirname(within), { recursive: true })
      fs.symlinkSync(path.join(root, "precious"), within)
    }],
    ["another user's", () => {
      fs.mkdirSync(within, { recursive: true })
      fs.chownSync(within, other, other)
    }],
    ["open to all", () => {
      fs.mkdirSync(within, { recursive: true })
      fs.chmodSync(within, 0o777)
    }],
    ["in another user's home", () => {
      fs.mkdirSync(within, { recursive: true })
      fs.chownSync(path.join(root, "home"), other, other)
    }],
    ["to be made in another user's home", () => {
      fs.mkdirSync(path.join(root, "home"))
      fs.chownSync(path.join(root, "home"), other, other)
    }],
    ["in a home that is another user's link", () => {
      fs.symlinkSync(path.join(root, "precious"), path.join(root, "home"))
      fs.lchownSync(path.join(root, "home"), other, other)
    }]
  ]
  it.each(elsewhere)("is neither written nor read nor removed where its directory is %s", (_, plant) => {
    plant()
    const before = directoryTree(root)
    Remembered.write(file, "answer")
    assert.isUndefined(read())
    Remembered.forget(file)
    assert.deepStrictEqual(directoryTree(root), before)
  })

  it("is removed with all others only where nobody else decides what that is", () => {
    const env = { HOME: path.join(root, "home") }
    Remembered.write(file, "answer")
    fs.chownSync(env.HOME, other, other)
    assert.isFalse(Remembered.forgetAll(env))
    assert.isTrue(fs.existsSync(file))
    fs.chownSync(env.HOME, 0, 0)
    assert.isTrue(Remembered.forgetAll(env))
    assert.isFalse(fs.existsSync(file))
  })
})
