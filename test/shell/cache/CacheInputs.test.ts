import * as fs from "node:fs"
import { assert, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheInputs from "../../../src/shell/cache/CacheInputs.ts"
import * as Store from "./store.ts"

const store = Store.ofEachTest()

const file = (): string => CacheLayout.inputs(store.directory, "app")
const read = (manifest: string) => CacheInputs.read(store.directory, "app", manifest)

describe("CacheInputs", () => {
  it.each([
    [{ inputs: "i", origin: "o" }, "o"],
    [{ inputs: "i" }, undefined],
    [{ origin: "o" }, "o"]
  ])("remembers %j of one manifest", (known, origin) => {
    const [manifest = ""] = store.publish("app", ["one"])
    CacheInputs.write(store.directory, "app", manifest, known)
    assert.deepStrictEqual(read(manifest), known)
    assert.deepStrictEqual(read("sha256:other"), {})
    assert.strictEqual(CacheInputs.originOf(store.directory, "app"), origin)
  })

  it("forgets what is not known any more", () => {
    const [manifest = ""] = store.publish("app", ["one"])
    CacheInputs.write(store.directory, "app", manifest, { inputs: "i" })
    CacheInputs.write(store.directory, "app", manifest, {})
    assert.isFalse(fs.existsSync(file()))
    CacheInputs.write(store.directory, "app", manifest, { origin: "o" })
    CacheInputs.forget(store.directory, "app")
    assert.deepStrictEqual(read(manifest), {})
  })

  it("does not write what it remembers already: the file may be another user's", () => {
    const [manifest = ""] = store.publish("app", ["one"])
    CacheInputs.write(store.directory, "app", manifest, { inputs: "i" })
    const { ino } = fs.statSync(file())
    CacheInputs.write(store.directory, "app", manifest, { inputs: "i" })
    assert.strictEqual(fs.statSync(file()).ino, ino)
  })

  it("takes nothing from what is too long, or no file", () => {
    const [manifest = ""] = store.publish("app", ["one"])
    fs.writeFileSync(file(), `${manifest} i ${"o".repeat(300)}\n`)
    assert.deepStrictEqual(read(manifest), {})
    fs.rmSync(file())
    fs.mkdirSync(file())
    assert.deepStrictEqual([read(manifest), CacheInputs.originOf(store.directory, "app")], [{}, undefined])
  })
})
