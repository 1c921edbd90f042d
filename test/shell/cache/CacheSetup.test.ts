import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as CacheSetup from "../../../src/shell/cache/CacheSetup.ts"

let root = ""
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-setup-"))
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

const init = (more: Partial<CacheSetup.CacheSetup> = {}) =>
  CacheSetup.init({ root, mode: CacheSetup.defaultMode, repair: false, ...more })
const modeOf = (name: string): number => fs.statSync(path.join(root, name)).mode & 0o7777
const shared = ["buildkit-cache", "buildkit-cache/.blobs", "buildkit-cache/.blobs/sha256", "buildkit-cache/.leases"]

describe("CacheSetup", () => {
  it("creates what all builds share, with its mode whatever the umask, once", () => {
    const umask = process.umask(0o077)
    try {
      assert.deepStrictEqual(init({ mode: 0o775 }), {
        directory: path.join(root, "buildkit-cache"),
        done: shared.map((name) => `created ${path.join(root, name)}`),
        wrong: []
      })
    } finally {
      process.umask(umask)
    }
    assert.deepStrictEqual(shared.map(modeOf), [0o775, 0o775, 0o775, 0o775])
    const again = init({ mode: 0o775 })
    assert.deepStrictEqual([again.done, again.wrong], [[], []])
  })

  it("makes the root too, and one directory for each scope", () => {
    const below = path.join(root, "a/b")
    const { directory } = init({ root: below, scope: "team" })
    assert.isTrue(fs.statSync(directory).isDirectory())
    assert.notStrictEqual(directory, init({ root: below }).directory)
    assert.isTrue(directory.startsWith(`${below}/`))
  })

  it("says what is not as it should be, and changes it only with --repair", () => {
    init()
    fs.chmodSync(path.join(root, "buildkit-cache/.leases"), 0o700)
    fs.mkdirSync(path.join(root, "buildkit-cache/app/.incoming"), { recursive: true, mode: 0o755 })
    fs.chmodSync(path.join(root, "buildkit-cache/app/.incoming"), 0o711)
    const layer = path.join(root, "buildkit-cache/.blobs/sha256", "a".repeat(64))
    fs.writeFileSync(layer, "", { mode: 0o400 })
    const index = path.join(root, "buildkit-cache/app/index.json")
    fs.writeFileSync(index, "{}", { mode: 0o600 })
    const what = [
      `${path.join(root, "buildkit-cache/.leases")}: mode 0700 instead of 0755`,
      `${path.join(root, "buildkit-cache/app/.incoming")}: mode 0711 instead of 0755`,
      `${path.join(root, "buildkit-cache/app")}: 1 file that others may not read`,
      `${path.join(root, "buildkit-cache")}: 1 layer that others may not read`
    ]
    const said = init()
    assert.deepStrictEqual([said.done, said.wrong], [[], what.map((one) => `${one}; --repair changes it`)])
    const repaired = init({ repair: true })
    assert.deepStrictEqual([repaired.done, repaired.wrong], [what.map((one) => `${one}, changed`), []])
    assert.deepStrictEqual([modeOf("buildkit-cache/.leases"), fs.statSync(layer).mode & 0o777], [0o755, 0o444])
    assert.strictEqual(fs.statSync(index).mode & 0o777, 0o644)
    assert.deepStrictEqual(init().wrong, [])
  })

  it("says of a thousand entries what is wrong, and of more how many", () => {
    init()
    for (let n = 0; n < 1_003; n += 1) fs.mkdirSync(path.join(root, `buildkit-cache/${n}`), { mode: 0o700 })
    const { wrong } = init()
    assert.lengthOf(wrong, 1_001)
    assert.strictEqual(wrong.at(-1), "and 3 more")
    assert.lengthOf(init({ repair: true }).done, 1_001)
    assert.deepStrictEqual(init().wrong, [])
  })

  it("repairs nothing where other users can rename what is in the root", () => {
    fs.chmodSync(root, 0o777)
    const { done, wrong } = init({ repair: true })
    assert.deepStrictEqual([done, wrong], [[], [
      `${root}: other users can rename what is in it, so --repair changes nothing there`
    ]])
    assert.deepStrictEqual(fs.readdirSync(root), [])
  })

  it("leaves a file in a directory's place", () => {
    fs.mkdirSync(path.join(root, "buildkit-cache"), { mode: 0o755 })
    fs.writeFileSync(path.join(root, "buildkit-cache/.leases"), "mine")
    assert.deepStrictEqual(init({ repair: true }).wrong, [
      `${path.join(root, "buildkit-cache/.leases")}: not a directory`
    ])
    assert.strictEqual(fs.readFileSync(path.join(root, "buildkit-cache/.leases"), "utf8"), "mine")
  })
})
