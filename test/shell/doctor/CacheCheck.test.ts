import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import * as path from "node:path"
import { assert, describe, it, vi } from "vitest"
import type { Env } from "../../../src/core/Invocation.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as CacheSetup from "../../../src/shell/cache/CacheSetup.ts"
import * as CacheCheck from "../../../src/shell/doctor/CacheCheck.ts"
import type * as Finding from "../../../src/shell/doctor/Finding.ts"
import { at, base, finding, findings } from "./examination.ts"

describe("CacheCheck", () => {
  const cache = (): string =>
    CacheSetup.init({ root: at, mode: CacheSetup.defaultMode, owner: undefined, repair: false }).directory

  it("it is switched off, or in a registry", async () => {
    assert.strictEqual((await finding(CacheCheck.check, "cache", { env: { DOCKER_SHIM_CACHE: "off" } })).state, "ok")
    const registry = { DOCKER_SHIM_CACHE_BACKEND: "registry:host/cache" }
    const asking = (stderr: string) =>
      finding(CacheCheck.check, "cache", {
        env: registry,
        answers: { "buildx imagetools inspect host/cache/docker-shim-doctor:none": { code: 1, stderr } }
      })
    assert.strictEqual((await asking("ERROR: host/cache/docker-shim-doctor:none: not found\n")).state, "ok")
    const refused = await asking("ERROR: failed to do request: connection refused\n")
    assert.deepStrictEqual([refused.state, refused.next], [
      "warn",
      "docker login; check that this machine reaches the registry"
    ])
    assert.match(refused.evidence, /cannot tell what is there: failed to do request: connection refused$/)
  })

  it("it is not there", async () => {
    assert.strictEqual((await finding(CacheCheck.check, "cache")).state, "warn")
  })

  it("it is no mount, and otherwise well", async () => {
    cache()
    const found = await findings(CacheCheck.check)
    assert.deepStrictEqual(found.map((one) => [one.part, one.state]), [
      ["cache", "ok"],
      ["cache mount", "warn"],
      ["cache space", "ok"],
      ["cache entries", "ok"],
      ["cache leases", "ok"],
      ["cache size", "ok"]
    ])
  })

  it("it vanishes while doctor looks", async () => {
    const directory = cache()
    const looking = vi.spyOn(fs, "realpathSync").mockImplementation(() => {
      fs.rmSync(directory, { recursive: true })
      throw Object.assign(new Error("ENOENT: no such file or directory"), { code: "ENOENT" })
    })
    syncBuiltinESMExports()
    try {
      const found = await findings(CacheCheck.check)
      assert.deepStrictEqual(found.map((one) => [one.part, one.state, one.evidence]), [
        ["cache", "ok", found[0]?.evidence],
        ["cache mount", "unchecked", `${directory} does not exist`],
        ["cache space", "unchecked", `${directory} does not exist`],
        ["cache places", "warn", "cannot be read"],
        ["cache entries", "warn", "cannot be read"]
      ])
    } finally {
      looking.mockRestore()
      syncBuiltinESMExports()
    }
  })

  it("its store cannot be written", async () => {
    const directory = cache()
    fs.rmSync(path.join(directory, ".blobs"), { recursive: true, force: true })
    fs.writeFileSync(path.join(directory, ".blobs"), "")
    const found = await finding(CacheCheck.check, "cache")
    assert.deepStrictEqual([found.state, found.next], ["warn", "docker-shim cache verify --repair"])
    assert.strictEqual(
      (await finding(CacheCheck.check, "cache", { env: { DOCKER_SHIM_CACHE: "read-only" } })).state,
      "ok"
    )
  })

  it("its entries cannot be read", async () => {
    const self = process.geteuid?.()
    fs.chmodSync(base, 0o755)
    const store = path.join(cache(), ".blobs/sha256")
    fs.mkdirSync(store, { recursive: true })
    fs.chmodSync(store, 0o311)
    if (self === 0) process.seteuid?.(65534)
    try {
      const found = await finding(CacheCheck.check, "cache entries")
      assert.deepStrictEqual([found.state, found.evidence], ["warn", "cannot be read"])
    } finally {
      if (self === 0) process.seteuid?.(self)
      fs.chmodSync(store, 0o755)
    }
  })

  it("an entry is damaged", async () => {
    const directory = cache()
    fs.mkdirSync(path.join(directory, "shop"))
    fs.writeFileSync(path.join(directory, "shop", "index.json"), "{")
    const found = await finding(CacheCheck.check, "cache entries")
    assert.deepStrictEqual([found.state, found.next], ["warn", "docker-shim cache verify --repair"])
    assert.match(found.evidence, /^damaged: shop: /)
  })

  it("a lease is stale", async () => {
    const directory = cache()
    CacheLease.take(directory, "dead", ["shop"])
    const old = Date.now() / 1000 - CacheLease.staleAfter / 1000 - 60
    fs.utimesSync(path.join(directory, ".leases/dead/alive"), old, old)
    const found = await finding(CacheCheck.check, "cache leases")
    assert.deepStrictEqual([found.state, found.evidence], ["warn", "1 lease of builds that are gone"])
  })

  it.each([[100e6, "warn"], [2e9, "ok"]])("%i bytes are free", (free, state) => {
    assert.strictEqual(CacheCheck.space(free).state, state)
  })

  it("it is over its limit", async () => {
    const directory = cache()
    fs.mkdirSync(path.join(directory, ".blobs/sha256"), { recursive: true })
    fs.writeFileSync(path.join(directory, ".blobs/sha256", "a".repeat(64)), "0123456789")
    const found = await finding(CacheCheck.check, "cache size", { env: { DOCKER_SHIM_CACHE_MAX_SIZE: "9B" } })
    assert.deepStrictEqual([found.state, found.evidence], ["warn", "10B of 9B, over the limit"])
  })

  describe("directories that are only read", () => {
    const read = (directory: string, env: Env = {}): Promise<Finding.Finding> =>
      finding(CacheCheck.check, "cache read dirs", { env: { DOCKER_SHIM_CACHE_READ_DIRS: directory, ...env } })

    it("one that this user may write is not protected", async () => {
      cache()
      const trusted = path.join(at, "trusted")
      fs.mkdirSync(trusted)
      const found = await read(trusted)
      assert.strictEqual(found.state, "warn")
      assert.match(found.evidence, /, 0 entries, but this user may write it$/)
      assert.strictEqual(found.next, "mount it read-only; see 'docker-shim mounts --help'")
    })

    it("one that is not there is named, also where the own one is not there either", async () => {
      for (const make of [() => undefined, cache]) {
        make()
        const found = await read(path.join(at, "none"))
        assert.strictEqual(found.state, "warn")
        assert.match(found.evidence, /\/none does not exist$/)
      }
    })
  })
})
