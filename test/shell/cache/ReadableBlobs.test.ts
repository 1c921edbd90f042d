import fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as ReadableBlobs from "../../../src/shell/cache/ReadableBlobs.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as ReplacedFs from "./replaced-fs.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest(() => ReplacedFs.replace(ReplacedFs.original))

const modeOf = (digest: string): number => fs.statSync(Store.blobFile(store, digest)).mode & 0o777
const inStore = <A>(run: (root: SharedDirectory.SharedDirectory) => A): A => SharedDirectory.use(store.directory, run)
const descriptor = (digest: string) => ({ digest, size: 0, mediaType: "" })

describe("ReadableBlobs", () => {
  it("gives own blobs the rights to be read that the directory gives, and no more", () => {
    const [, one = "", two = ""] = store.publish("app", ["one", "two"])
    for (const blob of [one, two]) fs.chmodSync(Store.blobFile(store, blob), 0o400)
    fs.chmodSync(store.directory, 0o750)
    inStore((root) => ReadableBlobs.ensure(root, [one, "sha256:none"].map(descriptor)))
    assert.deepStrictEqual([modeOf(one), modeOf(two)], [0o440, 0o400])
  })

  const count = (mode: number, isShown = false) => inStore((root) => ReadableBlobs.countHidden(root, mode, isShown))

  it("counts those that some may not read who may use the cache, and shows them", () => {
    const [manifest = "", one = ""] = store.publish("app", ["one"])
    fs.chmodSync(Store.blobFile(store, one), 0o440)
    assert.deepStrictEqual([count(0o755), count(0o750), count(0o750, true)], [1, 0, 0])
    assert.strictEqual(modeOf(one), 0o440)
    assert.strictEqual(count(0o755, true), 1)
    assert.deepStrictEqual([modeOf(one), modeOf(manifest)], [0o444, 0o444])
    assert.strictEqual(count(0o755), 0)
  })

  it("finds none where there is no store", () => {
    assert.strictEqual(count(0o755), 0)
    fs.writeFileSync(`${store.directory}/.blobs`, "")
    assert.strictEqual(count(0o755, true), 0)
  })

  it("follows no link in a blob's place", () => {
    const [, one = ""] = store.publish("app", ["one"])
    const outside = `${store.directory}-outside`
    fs.writeFileSync(outside, "", { mode: 0o600 })
    fs.rmSync(Store.blobFile(store, one))
    fs.symlinkSync(outside, Store.blobFile(store, one))
    assert.strictEqual(count(0o755, true), 0)
    assert.strictEqual(fs.statSync(outside).mode & 0o777, 0o600)
  })

  it("follows none that is put there when the blob was looked at", () => {
    const [, one = ""] = store.publish("app", ["one"])
    const file = Store.blobFile(store, one)
    const outside = `${store.directory}-outside`
    fs.writeFileSync(outside, "", { mode: 0o600 })
    fs.chmodSync(file, 0o400)
    ReplacedFs.replace({
      openSync: (place, flags, mode) => {
        if (path.basename(String(place)) === path.basename(file)) {
          fs.rmSync(file)
          fs.symlinkSync(outside, file)
        }
        return ReplacedFs.original.openSync(place, flags, mode)
      }
    })
    assert.throws(() => count(0o755, true))
    assert.strictEqual(fs.statSync(outside).mode & 0o777, 0o600)
  })
})
