/**
 * The files that are kept for projects' names, and the program that goes by them.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, beforeEach, describe, it } from "vitest"
import * as NameFile from "../../../src/shell/compose/NameFile.ts"

const root = fs.mkdtempSync(path.join(os.tmpdir(), "name-file-"))
const home = path.join(root, "home")
const projects = path.join(home, ".cache/docker-shim/projects")
const file = path.join(projects, "shop.json")
const text = "{\"name\":\"shop\"}"
const env = { HOME: home }

beforeEach(() => fs.rmSync(home, { recursive: true, force: true }))
afterAll(() => fs.rmSync(root, { recursive: true }))

/** Puts something in the file's place. */
const plant = (content: string, mode = 0o600): void => {
  fs.mkdirSync(projects, { recursive: true, mode: 0o700 })
  fs.writeFileSync(file, content, { mode })
  fs.chmodSync(file, mode)
}

describe("NameFile", () => {
  it("makes a file that only this user can read, and leaves it as it is from then on", () => {
    assert.deepStrictEqual(NameFile.place("shop", env), { file })
    assert.strictEqual(fs.readFileSync(file, "utf8"), text)
    assert.deepStrictEqual([projects, file].map((one) => fs.statSync(one).mode & 0o777), [0o700, 0o600])
    const { ino } = fs.statSync(file)
    assert.deepStrictEqual(NameFile.place("shop", env), { file })
    assert.strictEqual(fs.statSync(file).ino, ino)
  })

  it("has one for each name, of which that used least lately goes first", () => {
    for (let at = 0; at < 128; at += 1) NameFile.place(`shop-${String(at)}`, env)
    const old = new Date(0)
    for (const one of fs.readdirSync(projects)) fs.utimesSync(path.join(projects, one), old, old)
    NameFile.place("shop-0", env)
    NameFile.place("shop", env)
    const left = fs.readdirSync(projects)
    assert.lengthOf(left, 128)
    assert.includeMembers(left, ["shop-0.json", "shop.json"])
  })

  it.each(["", "{\"name\":\"shop\",\"services\":{}}", "{\"name\":\"sale\"}", "x".repeat(text.length)])(
    "puts right what it did not write: %j",
    (content) => {
      plant(content)
      assert.deepStrictEqual(NameFile.place("shop", env), { file })
      assert.strictEqual(fs.readFileSync(file, "utf8"), text)
    }
  )

  it("puts right a file that others may write to", () => {
    plant(text, 0o666)
    assert.deepStrictEqual(NameFile.place("shop", env), { file })
    assert.strictEqual(fs.statSync(file).mode & 0o777, 0o600)
  })

  it("replaces a link, and does not write to where it leads", () => {
    const elsewhere = path.join(root, "elsewhere")
    for (const content of [text, "other"]) {
      fs.mkdirSync(projects, { recursive: true, mode: 0o700 })
      fs.writeFileSync(elsewhere, content)
      fs.rmSync(file, { force: true })
      fs.symlinkSync(elsewhere, file)
      assert.deepStrictEqual(NameFile.place("shop", env), { file })
      assert.isTrue(fs.lstatSync(file).isFile())
      assert.strictEqual(fs.readFileSync(elsewhere, "utf8"), content)
    }
  })

  it.each<[string, () => void]>([
    ["is a link", () => {
      fs.mkdirSync(path.dirname(projects), { recursive: true })
      fs.mkdirSync(path.join(root, "linked"), { recursive: true, mode: 0o700 })
      fs.symlinkSync(path.join(root, "linked"), projects)
    }],
    ["may be written to by others", () => {
      fs.mkdirSync(projects, { recursive: true })
      fs.chmodSync(projects, 0o777)
    }],
    ["is a file", () => {
      fs.mkdirSync(path.dirname(projects), { recursive: true })
      fs.writeFileSync(projects, "")
    }],
    ["has a directory in the file's place", () => fs.mkdirSync(file, { recursive: true, mode: 0o700 })]
  ])("has none where the directory %s", (_what, make) => {
    make()
    assert.deepStrictEqual(NameFile.place("shop", env), { file: undefined })
  })

  it.each<[string, Record<string, string>, string]>([
    ["there is no home", {}, "shop"],
    ["the home cannot be made", { HOME: "/dev/null/home" }, "shop"],
    ["the home is in /proc", { HOME: "/proc/none" }, "shop"],
    ["the home's name has bytes that are no UTF-8", { HOME: `${root}/caf\udce9` }, "shop"],
    ["the name is longer than a file's can be", env, "s".repeat(300)]
  ])("has none where %s", (_what, where, name) => {
    assert.deepStrictEqual(NameFile.place(name, where), { file: undefined })
  })
})
