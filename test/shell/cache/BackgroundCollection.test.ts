import * as fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import os from "node:os"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as BackgroundCollection from "../../../src/shell/cache/BackgroundCollection.ts"
import * as Store from "./store.ts"

let store: Store.Store
let shim = ""
beforeEach(() => {
  store = Store.make()
  store.publish("app", ["one"])
  shim = `${store.directory}-shim`
  // moved into place, so that whoever waits for it sees all of it
  fs.writeFileSync(
    shim,
    `#!/bin/sh\necho "$DOCKER_SHIM_CACHE_DIR" "$PWD" "$@" > ${said()}.part && mv ${said()}.part ${said()}\n`,
    { mode: 0o755 }
  )
})
afterEach(() => store.remove())

const said = (): string => `${store.directory}-said`
const env = { PATH: "/usr/bin:/bin" }

/** What the shim that was started in the background was called with. */
const started = async (): Promise<string> => {
  while (!fs.existsSync(said())) await sleep(5)
  const text = fs.readFileSync(said(), "utf8").trim()
  fs.rmSync(said())
  return text
}

const collected = (): string => CacheLayout.collected(store.directory)
const age = (file: string): void => Store.age(file, BackgroundCollection.interval + 1000)

describe("BackgroundCollection", () => {
  it("begins at first, and then once in an interval", async () => {
    const start = () => BackgroundCollection.start(store.directory, shim, env)
    assert.isTrue(start())
    assert.strictEqual(await started(), `${store.directory} / cache prune --force`)
    assert.isFalse(start())
    age(collected())
    assert.isTrue(start())
    await started()
  })

  it("starts the Node form by this Node, without the user's options for it, wherever node is", async () => {
    const script = `${shim}.cjs`
    const text = `[process.env.NODE_OPTIONS, process.env.PATH, ...process.argv.slice(2)].join(" ")`
    fs.writeFileSync(script, `require("node:fs").writeFileSync("${said()}.part", ${text})\n`)
    fs.appendFileSync(script, `require("node:fs").renameSync("${said()}.part", "${said()}")\n`)
    const lacking = { PATH: "/nonexistent", NODE_OPTIONS: "--require=/nonexistent" }
    assert.isTrue(BackgroundCollection.start(store.directory, script, lacking))
    assert.strictEqual(await started(), "/nonexistent cache prune --force")
  })

  it("does not begin in a directory that is not a cache", () => {
    const mine = `${store.directory}-mine`
    fs.mkdirSync(mine)
    fs.writeFileSync(path.join(mine, "notes"), "")
    assert.isFalse(BackgroundCollection.start(mine, shim, env))
    assert.isFalse(BackgroundCollection.start(`${mine}/none`, shim, env))
    assert.deepStrictEqual(fs.readdirSync(mine), ["notes"])
  })

  it("has an entry verified once in an interval, and says that it was", async () => {
    const start = (key: string) => BackgroundCollection.startVerification(store.directory, key, shim, env)
    assert.isTrue(start("app"))
    assert.strictEqual(await started(), `${store.directory} / cache verify --repair --key app`)
    assert.isTrue(start("app"))
    await sleep(50)
    assert.isFalse(fs.existsSync(said()))
    assert.isFalse(BackgroundCollection.startVerification(`${store.directory}-none`, "app", shim, env))
    assert.isFalse(start("gone"))
  })

  it("starts where its priority cannot be lowered", async () => {
    const refused = vi.spyOn(os, "setPriority").mockImplementation(() => {
      throw new Error("EACCES")
    })
    syncBuiltinESMExports()
    try {
      assert.isTrue(BackgroundCollection.start(store.directory, shim, env))
      assert.strictEqual(refused.mock.calls.length, 1)
    } finally {
      refused.mockRestore()
      syncBuiltinESMExports()
    }
    await started()
  })
})
