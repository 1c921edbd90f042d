import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as CacheSetup from "../../../src/shell/cache/CacheSetup.ts"
import * as SettingPath from "../../../src/shell/files/SettingPath.ts"
import * as SystemError from "../../../src/shell/files/SystemError.ts"
import * as Swapper from "./swapper.ts"

/** Another user, who is not root. */
const other = 12_345

let home = ""
beforeEach(() => {
  home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "setting-path-")))
  fs.chmodSync(home, 0o755)
})
afterEach(() => fs.rmSync(home, { recursive: true }))

const at = (...names: ReadonlyArray<string>): string => path.join(home, ...names)
const place = (name: string, mode = 0o755, uid = 0): string => {
  fs.mkdirSync(at(name), { recursive: true })
  fs.chmodSync(at(name), mode)
  fs.chownSync(at(name), uid, uid)
  return at(name)
}
const link = (target: string, name: string, uid = 0): string => {
  fs.symlinkSync(target, at(name))
  fs.lchownSync(at(name), uid, uid)
  return at(name)
}
const descriptors = (): number => fs.readdirSync("/proc/self/fd").length

/** What a path leads to, or the code of the error, and the words for people. */
const led = (open: (directory: string) => number, directory: string): string => {
  const before = descriptors()
  let found: string
  try {
    const descriptor = open(directory)
    found = fs.readlinkSync(`/proc/self/fd/${descriptor}`)
    fs.closeSync(descriptor)
  } catch (error) {
    found = SystemError.describe(error, "somewhere")
  }
  assert.strictEqual(descriptors(), before, "descriptors")
  return found
}

describe("a path that the user gave", () => {
  it("is followed where only this user and root can change what it leads to", () => {
    place("own/sub")
    place("sticky", 0o1777)
    const links = [
      link(at("own"), "absolute"),
      link("own", "relative"),
      link("sub/../../own", "own/up"),
      link("../own", "sticky/mine"),
      link("absolute", "again")
    ]
    for (const one of links) {
      assert.strictEqual(led(SettingPath.open, one), at("own"), one)
      assert.strictEqual(led(SettingPath.open, `${one}/./sub/`), at("own/sub"), one)
      assert.strictEqual(led(SettingPath.open, `${one}/sub/../sub/.`), at("own/sub"), one)
    }
    assert.strictEqual(led(SettingPath.open, "/"), "/")
    assert.strictEqual(led(SettingPath.open, path.relative(process.cwd(), at("absolute"))), at("own"))
  })

  it.each<readonly [string, () => string]>([
    ["another user's link in a sticky directory", () => {
      place("t", 0o1777)
      return link(home, "t/link", other)
    }],
    ["one's own link where all may write", () => {
      place("t", 0o777)
      return link(home, "t/link")
    }],
    ["one's own link where a group may write", () => {
      place("t", 0o775)
      return link(home, "t/link")
    }],
    ["one's own link in another user's directory", () => {
      place("t", 0o755, other)
      return link(home, "t/link")
    }],
    ["another user's link in one's own directory", () => link(home, "link", other)],
    ["another user's link to nothing", () => link(at("none"), "link", other)]
  ])("does not lead over %s", (_, plant) => {
    const planted = plant()
    const words = `${planted} is a symbolic link that other users could change; name the directory that it leads to`
    for (const open of [SettingPath.open, SettingPath.create]) {
      assert.strictEqual(led(open, planted), words)
      assert.strictEqual(led(open, `${planted}/sub`), words)
    }
    assert.isFalse(fs.existsSync(at("none")))
    assert.isFalse(fs.existsSync(at("sub")))
  })

  it("that leads nowhere is said by its name", () => {
    fs.writeFileSync(at("file"), "")
    link("loop", "loop")
    assert.strictEqual(led(SettingPath.open, at("none/sub")), `${at("none/sub")} does not exist`)
    assert.strictEqual(led(SettingPath.open, at("file")), `${at("file")} is not a directory`)
    assert.strictEqual(led(SettingPath.create, at("file/sub")), `${at("file/sub")} is not a directory`)
    assert.strictEqual(led(SettingPath.open, at("loop")), `${at("loop")} is a symbolic link`)
  })

  it("is made as a whole", () => {
    link("own", "link")
    assert.strictEqual(led(SettingPath.create, `${at("link")}/a/../b`), at("own/b"))
    assert.isTrue(fs.statSync(at("own/a")).isDirectory())
    assert.strictEqual(led(SettingPath.create, at("own/b")), at("own/b"))
  })

  it.each(["open", "create"] as const)(
    "on which another user swaps a directory for a link, again and again, leads nowhere else: %s",
    async (name) => {
      place("shared", 0o777)
      place("outside/cache", 0o700)
      const outcomes = new Set<string>()
      const tryIt = (): void => {
        for (let count = 0; count < 20; count += 1) {
          outcomes.add(led(SettingPath[name], at("shared/place/cache")).replace(home, ""))
        }
      }
      const forms: ReadonlyArray<Swapper.Form> = [{ files: [] }, { link: at("outside") }]
      assert.isAtLeast(await Swapper.during(at("shared/place"), forms, 1000, tryIt, { uid: other }, 50), 1000)
      assert.deepStrictEqual([...outcomes].filter((one) => one.startsWith("/outside")), [])
      assert.deepStrictEqual(fs.readdirSync(at("outside")), ["cache"])
    }
  )
})

describe("cache init", () => {
  it("makes and changes nothing behind another user's link", () => {
    place("shared", 0o1777)
    place("outside/buildkit-cache", 0o700)
    const root = link(at("outside"), "shared/root", other)
    for (const repair of [false, true]) {
      assert.throws(() => CacheSetup.init({ root, mode: 0o777, repair }), "EUNTRUSTED")
    }
    assert.deepStrictEqual(fs.readdirSync(at("outside/buildkit-cache")), [])
    assert.strictEqual(fs.statSync(at("outside/buildkit-cache")).mode & 0o777, 0o700)
  })

  it("changes no directory that another user can put in the place of the cache's", () => {
    place("shared", 0o777)
    place("shared/buildkit-cache", 0o700)
    const { done, wrong } = CacheSetup.init({ root: at("shared"), mode: 0o777, repair: true })
    assert.deepStrictEqual(done, [])
    assert.deepStrictEqual(wrong, [
      `${at("shared")}: other users can rename what is in it, so --repair changes nothing there`
    ])
    assert.strictEqual(fs.statSync(at("shared/buildkit-cache")).mode & 0o777, 0o700)
  })
})
