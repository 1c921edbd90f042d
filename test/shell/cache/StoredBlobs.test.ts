import * as fs from "node:fs"
import * as path from "node:path"
import { assert, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as StoredBlobs from "../../../src/shell/cache/StoredBlobs.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest()

it("the parts of a store have each blob once, and none has much more than its share", () => {
  fs.mkdirSync(CacheLayout.store(store.directory), { recursive: true })
  const names = Array.from({ length: 1_000 }, (_, n) => `${n}`.padStart(64, "0"))
  for (const name of names) fs.writeFileSync(path.join(CacheLayout.store(store.directory), name), "12")
  SharedDirectory.use(store.directory, (root) => {
    const parts = StoredBlobs.parts(root, 250).map((part) => StoredBlobs.read(root, part))
    assert.lengthOf(parts, 4)
    assert.sameMembers(parts.flatMap(({ blobs }) => [...blobs.keys()]), names.map((name) => `sha256:${name}`))
    for (const { blobs, total } of parts) {
      assert.isAtMost(blobs.size, 500)
      assert.deepStrictEqual([total.count, total.size], [1_000, 2_000])
    }
    assert.strictEqual(StoredBlobs.read(root, StoredBlobs.first(10)).blobs.size, 10)
    assert.lengthOf(StoredBlobs.parts(root), 1)
  })
})
