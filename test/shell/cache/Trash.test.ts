import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as Trash from "../../../src/shell/cache/Trash.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest()

const hex = (digest: string): string => digest.slice("sha256:".length)
const inTrash = (run: (trash: Trash.Trash) => unknown): Promise<void> =>
  SharedDirectory.use(store.directory, (root) =>
    Trash.use(root, async (trash) => {
      await run(trash)
    }))
const recover = (): void => SharedDirectory.use(store.directory, Trash.recover)
const left = (): ReadonlyArray<string> => fs.readdirSync(CacheLayout.trash(store.directory))

describe("Trash", () => {
  it("takes entries and blobs out, and gives them back", async () => {
    const [manifest = "", one = ""] = store.publish("app", ["one"])
    await inTrash((trash) => {
      assert.isTrue(Trash.takeEntry(trash, "app"))
      assert.isFalse(Trash.takeEntry(trash, "app"))
      assert.isTrue(Trash.takeBlob(trash, hex(one)))
      assert.deepStrictEqual([store.keys(), store.blobs().includes(one)], [[], false])
      assert.isTrue(Trash.returnBlob(trash, hex(one)))
      assert.isFalse(Trash.returnBlob(trash, hex(manifest)))
      Trash.returnEntry(trash, "app")
      assert.deepStrictEqual([store.keys(), store.blobs().includes(one)], [["app"], true])
      assert.deepStrictEqual([trash.moved.entries.size, trash.moved.blobs.size], [0, 0])
    })
  })

  it("leaves an entry that a build made anew meanwhile", async () => {
    store.publish("app", ["one"])
    await inTrash((trash) => {
      Trash.takeEntry(trash, "app")
      store.publish("app", ["two"], "run2")
      const anew = fs.readFileSync(CacheLayout.index(store.directory, "app"), "utf8")
      Trash.returnEntry(trash, "app")
      assert.strictEqual(fs.readFileSync(CacheLayout.index(store.directory, "app"), "utf8"), anew)
    })
  })

  it("gives everything back after an error, also where one thing cannot be", async () => {
    const digests = store.publish("app", ["one", "two"])
    await inTrash((trash) => {
      for (const digest of digests) Trash.takeBlob(trash, hex(digest))
      Trash.takeEntry(trash, "app")
      // another's, in its place
      fs.writeFileSync(path.join(store.directory, "app"), "")
      Trash.returnAll(trash)
    })
    assert.includeMembers([...store.blobs()], [...digests])
    fs.rmSync(path.join(store.directory, "app"))
    recover()
    assert.deepStrictEqual(store.keys(), ["app"])
  })

  it("puts back what a killed collection took out, and nothing that it had begun to delete", async () => {
    const digests = store.publish("app", ["one"])
    store.publish("web", ["two"])
    await inTrash((trash) => {
      Trash.takeEntry(trash, "app")
      for (const digest of digests) Trash.takeBlob(trash, hex(digest))
    })
    await inTrash((trash) => {
      Trash.takeEntry(trash, "web")
      fs.renameSync(
        path.join(CacheLayout.trash(store.directory), trash.id),
        `${CacheLayout.trash(store.directory)}/done-x`
      )
    })
    recover()
    assert.deepStrictEqual(store.keys(), ["app"])
    assert.includeMembers([...store.blobs()], [...digests])
  })

  it("deletes what is in it, and what else lies about there", async () => {
    const digests = store.publish("app", ["one"])
    fs.mkdirSync(path.join(CacheLayout.trash(store.directory), "old/in"), { recursive: true })
    await inTrash(async (trash) => {
      Trash.takeEntry(trash, "app")
      for (const digest of digests) Trash.takeBlob(trash, hex(digest))
      await Trash.empty(trash)
    })
    assert.deepStrictEqual([left(), store.keys()], [[], []])
    for (const digest of digests) assert.notInclude(store.blobs(), digest)
  })

  it("moves aside a link itself, and what is no directory in its own place", () => {
    fs.symlinkSync("/etc", path.join(store.directory, "app"))
    fs.writeFileSync(CacheLayout.trash(store.directory), "")
    SharedDirectory.use(store.directory, (root) => {
      assert.isTrue(Trash.moveAside(root, root, "app"))
      assert.isFalse(Trash.moveAside(root, root, "app"))
    })
    assert.lengthOf(left(), 1)
    assert.isTrue(fs.existsSync("/etc/hostname"))
  })
})
