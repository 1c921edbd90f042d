import { execFileSync } from "node:child_process"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import * as Store from "../../cache/store.ts"
import { run, shimDirectory } from "../../program.ts"

const store = Store.ofEachTest()
const shim = shimDirectory("docker-shim")
afterAll(shim.remove)

const verify = (...words: ReadonlyArray<string>) =>
  run(path.join(shim.directory, "docker-shim"), ["cache", "verify", ...words], {
    env: { PATH: process.env["PATH"], DOCKER_SHIM_CACHE_DIR: store.directory }
  })

describe("docker-shim cache verify", () => {
  it("says that all is sound, with status 0", async () => {
    store.publish("app", ["one"])
    const { code, stdout } = await verify()
    assert.strictEqual(code, 0)
    assert.match(stdout, /^1 entry, 3 blobs, \S+: all sound\n$/)
  })

  it("reads what another user stored", async () => {
    store.publish("app", ["one"])
    execFileSync("chown", ["-R", "64321:64322", store.directory])
    const { code, stderr, stdout } = await verify()
    assert.match(stdout, /^1 entry, 3 blobs, \S+: all sound\n$/, stderr)
    assert.strictEqual(code, 0)
  })

  it("ends with status 1 where something is damaged, and says the next step; with --repair it is put right", async () => {
    const [, one = ""] = store.publish("app", ["one"])
    store.publish("web", ["two"])
    Store.damage(store, one)
    const found = await verify()
    assert.strictEqual(found.code, 1)
    assert.include(found.stdout, `app   ${one} is damaged\n`)
    assert.include(found.stdout, "1 fault; 'docker-shim cache verify --repair' sets them aside\n")
    assert.strictEqual((await verify("--key", "web")).code, 0)
    const json = JSON.parse((await verify("--json")).stdout) as Record<string, unknown>
    assert.deepStrictEqual([json["repaired"], json["entries"]], [false, 2])
    const repaired = await verify("--repair")
    assert.strictEqual(repaired.code, 0)
    assert.include(repaired.stdout, "1 fault, repaired\n")
    assert.deepStrictEqual([(await verify()).code, store.blobs().includes(one)], [0, false])
  })

  it("ends with status 1 if a key has no entry, as a mistyped one has none", async () => {
    const [, one = ""] = store.publish("app", ["one"])
    const { code, stderr } = await verify("--key", "app", "--key", "ap")
    assert.deepStrictEqual([code, stderr], [
      1,
      "docker-shim: there is no entry ap; 'docker-shim cache ls' lists the entries\n"
    ])
    const json = await verify("--key", "ap", "--json")
    assert.deepStrictEqual([json.code, (JSON.parse(json.stdout) as Record<string, unknown>)["unknown"]], [1, ["ap"]])
    Store.damage(store, one)
    assert.notInclude((await verify("--key", "app")).stderr, "no entry")
  })

  it("says that the directory is not there, with the shim's own status", async () => {
    store.remove()
    const { code, stderr } = await verify()
    assert.strictEqual(code, 125)
    assert.include(stderr, `${store.directory} does not exist`)
  })
})
