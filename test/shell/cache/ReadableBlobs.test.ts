import * as fs from "node:fs"
import { assert, describe, it } from "vitest"
import * as ReadableBlobs from "../../../src/shell/cache/ReadableBlobs.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest()

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

  it("finds those that some may not read who may use the cache, and shows them", () => {
    const [manifest = "", one = ""] = store.publish("app", ["one"])
    const names = [one.slice("sha256:".length)]
    fs.chmodSync(Store.blobFile(store, one), 0o440)
    assert.deepStrictEqual(inStore((root) => ReadableBlobs.hidden(root, 0o755)), names)
    assert.deepStrictEqual(inStore((root) => ReadableBlobs.hidden(root, 0o750)), [])
    inStore((root) => ReadableBlobs.show(root, names, 0o755))
    assert.deepStrictEqual([modeOf(one), modeOf(manifest)], [0o444, 0o444])
    assert.deepStrictEqual(inStore((root) => ReadableBlobs.hidden(root, 0o755)), [])
  })

  it("finds none where there is no store", () => {
    assert.deepStrictEqual(inStore((root) => ReadableBlobs.hidden(root, 0o755)), [])
  })

  it("follows no link in a blob's place", () => {
    const [, one = ""] = store.publish("app", ["one"])
    const outside = `${store.directory}-outside`
    fs.writeFileSync(outside, "", { mode: 0o600 })
    fs.rmSync(Store.blobFile(store, one))
    fs.symlinkSync(outside, Store.blobFile(store, one))
    assert.throws(() => inStore((root) => ReadableBlobs.show(root, [one.slice("sha256:".length)], 0o755)))
    assert.strictEqual(fs.statSync(outside).mode & 0o777, 0o600)
  })
})
