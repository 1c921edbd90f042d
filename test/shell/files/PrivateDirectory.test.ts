import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as PrivateDirectory from "../../../src/shell/files/PrivateDirectory.ts"
import * as SafePlace from "../../../src/shell/files/SafePlace.ts"

/** Another user, who is not root. */
const other = 12_345

let root = ""
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "private-directory-"))
})
afterEach(() => fs.rmSync(root, { recursive: true }))

const at = (...names: ReadonlyArray<string>): string => path.join(root, ...names)
const place = (name: string, mode = 0o700): string => {
  fs.mkdirSync(at(name), { recursive: true })
  fs.chmodSync(at(name), mode)
  return at(name)
}
const make = (env: Readonly<Record<string, string>>): string => PrivateDirectory.create(env, (directory) => directory)

describe("PrivateDirectory", () => {
  it("is this user's alone, and takes away what killed runs left, and nothing else", () => {
    const own = make({ XDG_RUNTIME_DIR: root })
    assert.strictEqual(fs.statSync(own).mode & 0o777, 0o700)
    const space = /-(\d+)-\w{6}$/.exec(own)?.[1] ?? ""
    const left = at(`docker-shim-${process.pid}-1-${space}-AAAAAA`)
    fs.mkdirSync(left)
    fs.writeFileSync(path.join(left, "compose-override.yaml"), "{}")
    for (const kept of [`docker-shim-1-1-9999-BBBBBB`, "docker-shim-other"]) fs.mkdirSync(at(kept))
    fs.symlinkSync("/etc", at(`docker-shim-1-2-${space}-CCCCCC`))
    const second = make({ XDG_RUNTIME_DIR: root })
    assert.deepStrictEqual(
      fs.readdirSync(root).sort(),
      [
        "docker-shim-1-1-9999-BBBBBB",
        `docker-shim-1-2-${space}-CCCCCC`,
        path.basename(own),
        path.basename(second),
        "docker-shim-other"
      ].sort()
    )
    PrivateDirectory.remove(own)
    assert.isFalse(fs.existsSync(own))
  })

  const unsafe: ReadonlyArray<readonly [string, () => string]> = [
    ["all may write to, without the sticky bit", () => place("t", 0o777)],
    ["a group may write to", () => place("t", 0o770)],
    ["is another user's", () => {
      fs.chownSync(place("t"), other, other)
      return at("t")
    }],
    ["is below one that all may write to", () => {
      place("t/own")
      fs.chmodSync(at("t"), 0o777)
      return at("t/own")
    }],
    ["another user's link leads to", () => {
      place("own")
      fs.symlinkSync(at("own"), path.join(place("t", 0o1777), "link"))
      fs.lchownSync(at("t/link"), other, other)
      return at("t/link")
    }],
    ["leads back to itself", () => {
      fs.symlinkSync(at("loop"), at("loop"))
      return at("loop")
    }],
    ["is not there", () => at("none")]
  ]
  it.each(unsafe)("is never in a place that %s", (_, make_) => {
    const directory = make_()
    assert.isFalse(SafePlace.isSafe(directory))
    assert.notInclude(PrivateDirectory.places({ TMPDIR: directory, XDG_RUNTIME_DIR: directory }), directory)
  })

  it("may be in a sticky directory of root's, in one's own, and behind one's own link", () => {
    fs.symlinkSync(place("own"), at("link"))
    const places = [place("sticky", 0o1777), at("own"), at("link")]
    for (const one of places) assert.include(PrivateDirectory.places({ TMPDIR: one }), one)
  })

  it("is in the next place where the first has no room, and nothing is left in the first", () => {
    const [one, two] = [place("one"), place("two")]
    const made = PrivateDirectory.create({ XDG_RUNTIME_DIR: one, TMPDIR: two }, (directory) => {
      if (directory.startsWith(one)) throw new Error("no room")
      return directory
    })
    assert.isTrue(made.startsWith(`${two}/docker-shim-`))
    assert.deepStrictEqual(fs.readdirSync(one), [])
    assert.throws(
      () =>
        PrivateDirectory.create({ XDG_RUNTIME_DIR: one }, (directory) => {
          throw new Error(directory.startsWith(one) ? "first" : "later")
        }),
      "first"
    )
  })
})
