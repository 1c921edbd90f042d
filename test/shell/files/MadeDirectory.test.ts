/**
 * Directories of the cache as other sessions see them while they are made.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { Worker } from "node:worker_threads"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as MadeDirectory from "../../../src/shell/files/MadeDirectory.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as ReplacedFs from "../cache/replaced-fs.ts"
import * as Store from "../cache/store.ts"

let store: Store.Store
beforeEach(() => {
  store = Store.make()
  fs.chmodSync(store.directory, 0o1777)
})
afterEach(() => store.remove())

/** Looks at a path until it is told to stop, and says which modes it has seen. */
const watcher = `
  const { parentPort, workerData: { file, ended } } = require("node:worker_threads")
  const fs = require("node:fs")
  const modes = new Set()
  parentPort.postMessage("looking")
  while (Atomics.load(ended, 0) === 0) {
    const stat = fs.statSync(file, { throwIfNoEntry: false })
    if (stat !== undefined) modes.add(stat.mode & 0o7777)
  }
  parentPort.postMessage([...modes])
`

const ensure = (): void => SharedDirectory.use(store.directory, (root) => MadeDirectory.ensure(root, "app"))

describe("a directory of the cache", () => {
  it("is never seen with other permissions than the cache directory's", async () => {
    const file = path.join(store.directory, "app")
    const ended = new Int32Array(new SharedArrayBuffer(4))
    const worker = new Worker(watcher, { eval: true, workerData: { file, ended } })
    const told = () => new Promise<unknown>((resolve) => worker.once("message", resolve))
    try {
      await told()
      for (let made = 0; made < 3000; made++) {
        ensure()
        fs.rmdirSync(file)
      }
      ensure()
      const seen = told()
      Atomics.store(ended, 0, 1)
      assert.deepStrictEqual(await seen, [0o1777])
    } finally {
      await worker.terminate()
    }
  })

  it("of a name that nobody else makes has its permissions whatever the umask and the parent, and is made once", () => {
    fs.chmodSync(store.directory, 0o3777)
    const before = process.umask(0o077)
    try {
      SharedDirectory.use(store.directory, (root) => {
        const made = MadeDirectory.enterNew(root, "id", { mode: 0o755 })
        assert.strictEqual(fs.fstatSync(made.descriptor).mode & 0o7777, 0o755)
        SharedDirectory.close(made)
        assert.throws(() => MadeDirectory.enterNew(root, "id", { mode: 0o755 }), /EEXIST/)
        fs.symlinkSync("/etc", path.join(store.directory, "link"))
        assert.throws(() => MadeDirectory.enterNew(root, "link", { mode: 0o755 }), /EEXIST/)
      })
      assert.strictEqual(process.umask(0o077), 0o077)
    } finally {
      process.umask(before)
    }
  })

  it("that is there is left as it is, with what is in it", () => {
    const file = path.join(store.directory, "app")
    fs.mkdirSync(file, { mode: 0o700 })
    fs.writeFileSync(path.join(file, "index.json"), "{}")
    ensure()
    assert.strictEqual(fs.statSync(file).mode & 0o7777, 0o700)
    assert.throws(
      () => SharedDirectory.use(store.directory, (root) => MadeDirectory.create(root, "app")),
      /ENOTEMPTY|EEXIST/
    )
    assert.deepStrictEqual(fs.readdirSync(file), ["index.json"])
    assert.deepStrictEqual(fs.readdirSync(store.directory), ["app"])
  })

  it("of another session, made and opened meanwhile, is not replaced, though it is empty", () => {
    const file = path.join(store.directory, "app")
    const opened: Array<number> = []
    ReplacedFs.replace({
      mkdirSync: (...args: Parameters<typeof fs.mkdirSync>) => {
        ReplacedFs.replace(ReplacedFs.original)
        fs.mkdirSync(file)
        opened.push(fs.openSync(file, "r"))
        return fs.mkdirSync(...args)
      }
    })
    try {
      ensure()
      assert.deepStrictEqual(opened.map((one) => fs.fstatSync(one).ino), [fs.statSync(file).ino])
    } finally {
      ReplacedFs.replace(ReplacedFs.original)
      for (const one of opened) fs.closeSync(one)
    }
    assert.deepStrictEqual(fs.readdirSync(store.directory), ["app"])
  })

  it("has the cache directory's permissions whatever the mask and the directory that it is made in", () => {
    const mask = process.umask(0o077)
    let left: number
    try {
      fs.chmodSync(store.directory, 0o2775)
      SharedDirectory.use(store.directory, (root) => {
        fs.chmodSync(store.directory, 0o755)
        MadeDirectory.ensure(root, "app")
      })
    } finally {
      left = process.umask(mask)
    }
    assert.strictEqual(left, 0o077)
    assert.strictEqual(fs.statSync(path.join(store.directory, "app")).mode & 0o7777, 0o2775)
  })

  it("is not made where a link or a file is", () => {
    const file = path.join(store.directory, "app")
    for (const plant of [() => fs.symlinkSync("/etc", file), () => fs.writeFileSync(file, "")]) {
      plant()
      assert.throws(
        () => SharedDirectory.use(store.directory, (root) => MadeDirectory.within(root, ["app"], () => undefined)),
        /ENOTDIR/
      )
      assert.deepStrictEqual(fs.readdirSync(store.directory), ["app"])
      fs.rmSync(file)
    }
  })
})
