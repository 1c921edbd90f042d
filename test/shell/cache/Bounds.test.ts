/**
 * What a hostile or broken cache directory may cost: little time and little memory, and no honest entry.
 */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as OciLayout from "../../../src/core/cache/OciLayout.ts"
import * as CacheCollector from "../../../src/shell/cache/CacheCollector.ts"
import * as CacheGraph from "../../../src/shell/cache/CacheGraph.ts"
import * as CacheHealing from "../../../src/shell/cache/CacheHealing.ts"
import * as CacheInspection from "../../../src/shell/cache/CacheInspection.ts"
import * as CacheVerification from "../../../src/shell/cache/CacheVerification.ts"
import * as TimeBudget from "../../../src/shell/files/TimeBudget.ts"
import * as Store from "./store.ts"

const terabyte = 1024 ** 4

let store: Store.Store
beforeEach(() => {
  store = Store.make()
})
afterEach(() => {
  vi.restoreAllMocks()
  store.remove()
})

/** Looks for what a build of `app` could import. */
const inspect = (directory: string, budget: TimeBudget.TimeBudget) =>
  CacheInspection.inspect({
    _tag: "CacheDirectory",
    directory,
    readDirectories: [],
    wanted: [{
      key: { subject: { _tag: "Image", path: "app", tag: undefined }, target: undefined, platforms: [] },
      origin: "9f3c01ab"
    }]
  }, budget)

/** Puts a manifest in the place of an entry's own, under its right digest. */
const forge = (key: string, manifest: string): void => {
  const digest = `sha256:${createHash("sha256").update(manifest).digest("hex")}`
  fs.mkdirSync(path.dirname(Store.blobFile(store, digest)), { recursive: true })
  fs.writeFileSync(Store.blobFile(store, digest), manifest)
  const annotations = { "org.opencontainers.image.ref.name": OciLayout.defaultTag }
  const index = { manifests: [{ mediaType: "m", digest, size: manifest.length, annotations }] }
  fs.mkdirSync(CacheLayout.entry(store.directory, key), { recursive: true })
  fs.writeFileSync(CacheLayout.index(store.directory, key), JSON.stringify(index))
}

/** An entry with a layer of so many bytes, all of them holes; the digest of that layer. */
const publishHollow = (key: string, size: number, ...others: ReadonlyArray<string>): string => {
  const [, ...layers] = store.publish(key, others)
  const hollow = `sha256:${createHash("sha256").update(`${key} ${size}`).digest("hex")}`
  fs.writeFileSync(Store.blobFile(store, hollow), "")
  fs.truncateSync(Store.blobFile(store, hollow), size)
  const honest = layers.map((digest) => ({
    mediaType: "m",
    digest,
    size: fs.statSync(Store.blobFile(store, digest)).size
  }))
  forge(key, JSON.stringify({ layers: [{ mediaType: "m", digest: hollow, size }, ...honest] }))
  return hollow
}

/** A result, and the milliseconds of the processor that it took. */
const timed = async <A>(run: () => A | Promise<A>): Promise<readonly [A, number]> => {
  const before = process.cpuUsage()
  const result = await run()
  const { system, user } = process.cpuUsage(before)
  return [result, (system + user) / 1000]
}

const inMinutes = (minutes: number): void => {
  const now = Date.now()
  vi.spyOn(Date, "now").mockReturnValue(now + minutes * 60_000)
}

describe("a layer of four terabytes", () => {
  it("is not read longer than the user is to wait", async () => {
    publishHollow("app", 4 * terabyte)
    const end = performance.now() + 200
    const [outcome, time] = await timed(() => CacheHealing.heal(store.directory, "app", () => performance.now() > end))
    assert.strictEqual(outcome, "Unfinished")
    assert.isBelow(time, 1_000)
    assert.deepStrictEqual(CacheInspection.entry(store.directory, "app")._tag, "Sound")
  })

  it("does not hide a damaged layer, as what changed last is read first", async () => {
    publishHollow("app", 4 * terabyte, "one", "two")
    const digest = `sha256:${createHash("sha256").update("two").digest("hex")}`
    Store.damage(store, digest)
    const end = performance.now() + 500
    const outcome = await CacheHealing.heal(store.directory, "app", () => performance.now() > end)
    assert.strictEqual(outcome, "AtFault")
    assert.notInclude(store.blobs(), digest)
  })

  it("that is all holes is damaged without being read, once its blocks are counted", async () => {
    const hollow = publishHollow("app", 4 * terabyte)
    inMinutes(2)
    const [found, time] = await timed(() => CacheVerification.verify(store.directory, { repair: false }))
    assert.deepInclude(found.faults, { key: "app", why: `${hollow} is damaged` })
    assert.strictEqual(await CacheHealing.heal(store.directory, "app", () => false), "AtFault")
    assert.isBelow(time, 5_000)
  })

  it("leaves time for signals while it is read", async () => {
    publishHollow("app", 4 * terabyte)
    let isOver = false
    setTimeout(() => {
      isOver = true
    }, 100)
    const [outcome, time] = await timed(() => CacheHealing.heal(store.directory, "app", () => isOver))
    assert.strictEqual(outcome, "Unfinished")
    assert.isBelow(time, 1_000)
  })
})

describe("collection", () => {
  it("counts what a layer takes of the disk: one of a terabyte of holes takes no honest entry's place", async () => {
    store.publish("honest", ["one", "two"])
    publishHollow("hollow", terabyte)
    const collected = await CacheCollector.collect({
      directory: store.directory,
      limits: { maxSize: 10_000_000, maxAge: 1e9 }
    })
    assert.deepStrictEqual(collected.evictions, [])
    assert.isBelow(collected.remaining, 1_000_000)
  })
})

describe("verification of one entry", () => {
  it("reads and repairs that one only", async () => {
    const [, one = ""] = store.publish("app", ["one"])
    const [, other = ""] = store.publish("other", ["two"])
    Store.damage(store, one)
    Store.damage(store, other)
    const found = await CacheVerification.verify(store.directory, { repair: true, keys: new Set(["app"]) })
    assert.deepStrictEqual(found.faults, [{ key: "app", why: `${one} is damaged` }])
    assert.deepStrictEqual(CacheInspection.entry(store.directory, "app"), { _tag: "Missing" })
    assert.include(store.blobs(), other)
  })
})

describe("documents", () => {
  it.each([
    ["of seven hundred thousand descriptors", () =>
      JSON.stringify({
        layers: Array.from({ length: 700_000 }, () => ({ mediaType: "m", digest: `sha256:${"a".repeat(64)}`, size: 1 }))
      })],
    ["of ten million nested brackets", () => "[".repeat(10_000_000)],
    ["of few bytes, nested", () => "{\"layers\":".repeat(300_000)]
  ])("%s are not taken for an entry, and cost little", async (_, manifest) => {
    forge("app", manifest())
    const [entry, time] = await timed(() => CacheInspection.entry(store.directory, "app"))
    assert.strictEqual(entry._tag, "Damaged")
    assert.isBelow(time, 1_000)
  })

  it("of two gigabytes of holes are not read", () => {
    const [, layer = ""] = store.publish("app", ["one"])
    fs.chmodSync(Store.blobFile(store, layer), 0o644)
    fs.truncateSync(Store.blobFile(store, layer), 2 * 1024 ** 3)
    const before = process.memoryUsage().rss
    assert.strictEqual(CacheGraph.text(store.directory, layer), "")
    fs.truncateSync(CacheLayout.index(store.directory, "app"), 2 * 1024 ** 3)
    const entry = CacheInspection.entry(store.directory, "app")
    assert.notStrictEqual(entry._tag, "Sound")
    assert.isBelow(process.memoryUsage().rss - before, 100 * 1024 * 1024)
  })

  it("of forty relatives, of sixty megabytes each, do not hold a build up", async () => {
    for (let at = 0; at < 40; at += 1) {
      store.publish(`app@${at}`, [`${at}`])
      forge(`app@${at}`, " ".repeat(1024))
      const index = fs.readFileSync(CacheLayout.index(store.directory, `app@${at}`), "utf8")
      const manifest = OciLayout.latestManifest(index)?.digest ?? ""
      fs.truncateSync(Store.blobFile(store, manifest), 60 * 1024 * 1024)
    }
    const [found, time] = await timed(() => inspect(store.directory, TimeBudget.millis(250)))
    assert.strictEqual(found._tag, "Usable")
    assert.isBelow(time, 1_000)
  })

  it("of forty relatives that are within the limits, and large, are given up in time, which is said", async () => {
    const layers = Array.from({ length: 9_000 }, () => ({
      mediaType: "m".repeat(200),
      digest: `sha256:${"a".repeat(64)}`,
      size: 1
    }))
    for (let at = 0; at < 40; at += 1) {
      store.publish(`app@${at}`, [`${at}`])
      forge(`app@${at}`, JSON.stringify({ layers, at }))
    }
    const [found, time] = await timed(() => inspect(store.directory, TimeBudget.millis(50)))
    assert.deepInclude(found, { leftOut: ["app"] })
    assert.isBelow(time, 1_000)
  })
})

describe("two hundred thousand names", () => {
  it("are not looked through before a build", async () => {
    // in memory: a disk takes longer to make them
    const directory = fs.mkdtempSync(
      path.join(fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "docker-shim-names-")
    )
    try {
      fs.mkdirSync(CacheLayout.blobs(directory))
      execFileSync("sh", ["-c", "seq 1 200000 | sed 's/^/app@/' | xargs touch"], { cwd: directory })
      const budget = TimeBudget.millis(250)
      const [found, time] = await timed(() => inspect(directory, budget))
      assert.deepInclude(found, { leftOut: ["app"], relatives: {} })
      assert.isBelow(time, 1_000)
    } finally {
      execFileSync("rm", ["-rf", directory])
    }
  })
})
