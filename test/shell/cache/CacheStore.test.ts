import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheCollector from "../../../src/shell/cache/CacheCollector.ts"
import * as CacheExports from "../../../src/shell/cache/CacheExports.ts"
import * as CacheHealing from "../../../src/shell/cache/CacheHealing.ts"
import * as CacheInspection from "../../../src/shell/cache/CacheInspection.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as CacheVerification from "../../../src/shell/cache/CacheVerification.ts"
import * as CollectionLock from "../../../src/shell/cache/CollectionLock.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as Store from "./store.ts"

let store: Store.Store
beforeEach(() => {
  store = Store.make()
})
afterEach(() => store.remove())

const unlimited = { maxSize: Number.MAX_SAFE_INTEGER, maxAge: 1e9 }
const nothing = { maxSize: 0, maxAge: 1e9 }
const collect = (limits = unlimited, more: Partial<CacheCollector.CollectionRequest> = {}) =>
  CacheCollector.collect({ directory: store.directory, limits, ...more })
const entry = (key: string) => CacheInspection.entry(store.directory, key)
const evicted = (collected: CacheCollector.Collected) => collected.evictions.map(({ key }) => key)

/** Makes a file's time of last change so many milliseconds older. */
const age = (file: string, milliseconds: number): void => {
  const time = new Date(fs.statSync(file).mtimeMs - milliseconds)
  fs.utimesSync(file, time, time)
}

describe("an export", () => {
  it("is seen by others only when it is published", () => {
    store.exported("app", ["one"], "run1")
    assert.deepStrictEqual(entry("app"), { _tag: "Missing" })
    store.publish("app", ["one"], "run2")
    assert.deepStrictEqual(entry("app"), { _tag: "Sound" })
  })

  it("that is not whole is not published, and leaves what is there", () => {
    store.publish("app", ["one"])
    const [, layer = ""] = store.exported("app", ["two"], "run1")
    fs.rmSync(Store.blobFile(store, layer))
    assert.match(CacheExports.publish(Store.targetOf(store.directory, "app", "run1")) ?? "", /^sha256:.* is missing$/)
    assert.deepStrictEqual(entry("app"), { _tag: "Sound" })
    assert.isTrue(fs.readFileSync(CacheLayout.index(store.directory, "app"), "utf8").length > 0)
  })

  it("gives what it makes the permissions of the cache directory, whatever the umask", () => {
    fs.chmodSync(store.directory, 0o777)
    const umask = process.umask(0o077)
    try {
      store.publish("app", ["one"])
      CacheLease.take(store.directory, "run", ["app"])
    } finally {
      process.umask(umask)
    }
    for (const name of [".blobs", ".blobs/sha256", ".leases", "app", "app/.incoming"]) {
      assert.strictEqual(fs.statSync(path.join(store.directory, name)).mode & 0o777, 0o777, name)
    }
    assert.strictEqual(fs.statSync(path.join(store.directory, "app/oci-layout")).mode & 0o044, 0o044)
  })

  it("keeps the index that it replaces while a build runs that may read it", async () => {
    CacheLease.take(store.directory, "reader", ["app"])
    const [first = ""] = store.publish("app", ["one"], "run1")
    store.publish("app", ["two"], "run2")
    await collect()
    assert.include(store.blobs(), first)
    CacheLease.release(store.directory, "reader")
    await collect()
    assert.notInclude(store.blobs(), first)
    assert.deepStrictEqual(entry("app"), { _tag: "Sound" })
  })
})

describe("the entry of another target", () => {
  it("is found where the own one is not sound: of several the last used, and none that is damaged", () => {
    const wanted = (path: string) => ({
      key: { subject: { _tag: "Image", path, tag: undefined }, target: undefined, platforms: [] },
      origin: "9f3c01ab"
    } as const)
    const relatives = () => {
      const known = CacheInspection.inspect({
        _tag: "CacheDirectory",
        directory: store.directory,
        readDirectories: [],
        wanted: [wanted("app"), wanted("web")]
      })
      return known._tag === "Usable" ? known.relatives : undefined
    }
    const of = (key: string) => ({ app: { directory: store.directory, key } })
    assert.deepStrictEqual(relatives(), {})
    for (const [key, minutes] of [["app@old", 3], ["app@dev", 1], ["app@test", 2], ["apple@dev", 0]] as const) {
      store.publish(key, [key])
      CacheLease.take(store.directory, key, [key])
      age(CacheLayout.used(store.directory, key), minutes * 60_000)
    }
    assert.deepStrictEqual(relatives(), of("app@dev"))
    fs.writeFileSync(CacheLayout.index(store.directory, "app@dev"), "")
    assert.deepStrictEqual(relatives(), of("app@test"))
    store.publish("app", ["own"])
    assert.deepStrictEqual(relatives(), {})
  })
})

describe("an entry", () => {
  it.each([
    ["a garbage index", () => fs.writeFileSync(CacheLayout.index(store.directory, "app"), "{")],
    ["an index of nothing", () => fs.writeFileSync(CacheLayout.index(store.directory, "app"), "{}")],
    ["a link as index", () => {
      fs.rmSync(CacheLayout.index(store.directory, "app"))
      fs.symlinkSync("/etc/passwd", CacheLayout.index(store.directory, "app"))
    }],
    ["a pipe as index", () => {
      fs.rmSync(CacheLayout.index(store.directory, "app"))
      execFileSync("mkfifo", [CacheLayout.index(store.directory, "app")])
    }],
    ["a link to other blobs", () => {
      fs.rmSync(path.join(store.directory, "app/blobs"))
      fs.symlinkSync("/etc", path.join(store.directory, "app/blobs"))
    }]
  ])("with %s is not trusted, and built anew when it was set aside", (_, spoil) => {
    store.publish("app", ["one"])
    spoil()
    assert.notStrictEqual(entry("app")._tag, "Sound")
    CacheHealing.setAside(store.directory, "app")
    store.publish("app", ["one"])
    assert.deepStrictEqual(entry("app"), { _tag: "Sound" })
  })

  it("waits for none of the pipes that somebody planted", async () => {
    store.publish("app", ["one"])
    CacheLease.take(store.directory, "planted", ["app"])
    const pipes = [
      CacheLayout.inputs(store.directory, "app"),
      CacheLayout.used(store.directory, "app"),
      path.join(CacheLayout.leases(store.directory), "planted/started")
    ]
    for (const pipe of pipes) {
      fs.rmSync(pipe, { force: true })
      execFileSync("mkfifo", [pipe])
    }
    assert.deepStrictEqual(entry("app"), { _tag: "Sound" })
    CacheLease.take(store.directory, "another", ["app"])
    assert.strictEqual(CacheLease.running(store.directory, CacheLease.now(store.directory)).length, 2)
    await collect()
    assert.deepStrictEqual(entry("app"), { _tag: "Sound" })
  })

  it("that is a link is moved away and not followed", () => {
    store.publish("other", ["one"])
    fs.symlinkSync(path.join(store.directory, "other"), path.join(store.directory, "app"))
    assert.deepStrictEqual(entry("app"), { _tag: "Damaged", why: "it is no directory" })
    CacheHealing.setAside(store.directory, "app")
    assert.deepStrictEqual(store.keys(), ["other"])
    assert.deepStrictEqual(entry("other"), { _tag: "Sound" })
  })

  it("with a changed layer is found out by a failed build, once", async () => {
    const [, layer = ""] = store.publish("app", ["one", "two"])
    const heal = () => CacheHealing.heal(store.directory, "app", () => false)
    assert.strictEqual(await heal(), "Sound")
    Store.damage(store, layer)
    assert.deepStrictEqual(entry("app"), { _tag: "Sound" }, "its size says nothing")
    assert.strictEqual(await heal(), "AtFault")
    assert.deepStrictEqual(entry("app"), { _tag: "Missing" })
    assert.notInclude(store.blobs(), layer)
  })
})

describe("collection", () => {
  it("removes what no entry names, and nothing else", async () => {
    store.publish("app", ["base", "one"])
    store.publish("other", ["base", "two"])
    const before = store.blobs()
    store.publish("app", ["base", "three"])
    await collect()
    assert.deepStrictEqual([entry("app"), entry("other")], [{ _tag: "Sound" }, { _tag: "Sound" }])
    assert.strictEqual(store.blobs().length, before.length)
    assert.deepStrictEqual([(await collect()).evictions, (await collect()).blobs], [[], 0])
  })

  it("removes many blobs and entries, and leaves nothing of them in the trash", async () => {
    for (let at = 0; at < 400; at += 1) store.publish(`key${at}`, [`layer ${at}`])
    const kept = store.publish("kept", ["kept"], "last")
    const keys = new Set(store.keys().filter((key) => key !== "kept"))
    assert.strictEqual((await collect(unlimited, { keys })).blobs, 1200)
    assert.deepStrictEqual(store.keys(), ["kept"])
    assert.includeMembers([...store.blobs()], [...kept])
    assert.lengthOf(store.blobs(), 3)
    assert.deepStrictEqual(fs.readdirSync(CacheLayout.trash(store.directory)), [])
  })

  it("takes the least recently used first, and says before what it then does", async () => {
    for (const key of ["a", "b", "c"]) store.publish(key, [key.repeat(100)])
    for (const [at, key] of ["b", "a", "c"].entries()) {
      CacheLease.take(store.directory, "run", [key])
      CacheLease.release(store.directory, "run")
      age(CacheLayout.used(store.directory, key), (3 - at) * 10_000)
    }
    const size = (await collect(nothing, { dryRun: true })).freed / 3
    const limits = { maxSize: size * 2 + 10, maxAge: 1e9 }
    const said = await collect(limits, { dryRun: true })
    assert.lengthOf(store.keys(), 3)
    assert.deepStrictEqual(await collect(limits), said)
    assert.deepStrictEqual(evicted(said), ["b"])
    assert.deepStrictEqual([(await collect(limits)).evictions, (await collect(limits)).blobs], [[], 0])
  })

  it("leaves what a running build reads or is about to publish", async () => {
    store.publish("read", ["one"])
    store.publish("idle", ["two"])
    CacheLease.take(store.directory, "reader", ["read"])
    const exported = store.exported("written", ["three"], "writer")
    assert.deepStrictEqual(evicted(await collect(nothing)), ["idle"])
    assert.deepStrictEqual(entry("read"), { _tag: "Sound" })
    const target = Store.targetOf(store.directory, "written", "writer")
    for (const digest of exported) assert.include(store.blobs(), digest)
    CacheExports.publish(target)
    assert.deepStrictEqual(entry("written"), { _tag: "Sound" })
  })

  it("removes leases and exports of builds that are gone, by the file system's clock", async () => {
    store.publish("app", ["one"])
    CacheLease.take(store.directory, "gone", ["app"])
    const [, layer = ""] = store.exported("app", ["unfinished"], "gone")
    fs.rmSync(path.join(CacheLayout.exportDirectory(store.directory, "app", "gone"), "index.json"))
    age(path.join(CacheLayout.leases(store.directory), "gone/alive"), CacheLease.staleAfter + 1000)
    assert.deepStrictEqual(evicted(await collect(nothing)), ["app"])
    assert.deepStrictEqual(CacheLease.list(store.directory), [])
    assert.notInclude(store.blobs(), layer)
  })

  it("removes what was left unfinished, and nothing that may become whole", async () => {
    const blobs = CacheLayout.blobs(store.directory)
    const places = [store.directory, blobs, path.join(blobs, "sha256"), CacheLayout.leases(store.directory)]
    store.publish("app", ["one"])
    CacheLease.take(store.directory, "run", [])
    const left = places.map((place) => CacheLayout.unfinished(`${place}/`, "left"))
    const made = places.map((place) => CacheLayout.unfinished(`${place}/`, "made"))
    for (const one of [...left, ...made]) fs.mkdirSync(one)
    for (const one of left) age(one, CacheLease.staleAfter + 1000)
    await collect()
    assert.deepStrictEqual(left.filter((one) => fs.existsSync(one)), [])
    assert.deepStrictEqual(made.filter((one) => !fs.existsSync(one)), [])
    assert.deepStrictEqual(entry("app"), { _tag: "Sound" })
  })

  it("removes the directory of a build that is gone", async () => {
    store.publish("app", ["one"])
    store.exported("app", ["two"], "gone")
    store.exported("app", ["two"], "begun")
    const directories = ["gone", "begun"].map((id) => CacheLayout.exportDirectory(store.directory, "app", id))
    age(directories[0] ?? "", CacheLease.staleAfter + 1000)
    await collect()
    assert.deepStrictEqual(directories.map((one) => fs.existsSync(one)), [false, true])
  })

  it("runs once at a time, and takes over from one that is gone", async () => {
    store.publish("app", ["one"])
    const root = SharedDirectory.open(store.directory)
    const lock = CollectionLock.take(root)
    assert.strictEqual(await collect(nothing).then(() => "", String), "Error: another collection is running")
    age(CacheLayout.collecting(store.directory), CacheLease.staleAfter + 1000)
    assert.deepStrictEqual(evicted(await collect(nothing)), ["app"])
    assert.throws(lock.renew, "another collection is running")
    lock.release()
    SharedDirectory.close(root)
    assert.isFalse(fs.existsSync(CacheLayout.collecting(store.directory)))
  })

  it.each<[string, (file: string) => void]>([
    ["a link", (file) => fs.symlinkSync("/etc/hostname", file)],
    ["a link to nothing", (file) => fs.symlinkSync("/nowhere", file)],
    ["a directory", (file) => fs.mkdirSync(path.join(file, "in"), { recursive: true })],
    ["a pipe", (file) => execFileSync("mkfifo", [file])]
  ])("is not kept from running by %s in the lock's place", async (_, plant) => {
    store.publish("app", ["one"])
    plant(CacheLayout.collecting(store.directory))
    assert.deepStrictEqual(evicted(await collect(nothing)), ["app"])
    assert.isFalse(fs.existsSync(CacheLayout.collecting(store.directory)))
    assert.isTrue(fs.existsSync("/etc/hostname"))
  })
})

describe("verification", () => {
  const verify = (repair = false) => CacheVerification.verify(store.directory, { repair })

  it("does not take what a build does meanwhile, or was killed at, for damage", async () => {
    const [, layer = ""] = store.publish("app", ["one"])
    store.publish("other", ["two"])
    const file = Store.blobFile(store, layer)
    fs.writeFileSync(CacheLayout.unfinished(file, "killed"), "half of a")
    const written = fs.readFileSync(file)
    fs.rmSync(file)
    const progress = () => {
      fs.writeFileSync(file, written)
    }
    assert.deepStrictEqual((await CacheVerification.verify(store.directory, { repair: true, progress })).faults, [])
    assert.deepStrictEqual([entry("app"), entry("other")], [{ _tag: "Sound" }, { _tag: "Sound" }])
  })

  it("finds every kind of damage, and repair leaves what is sound", async () => {
    store.publish("sound", ["base", "one"])
    const [, , changed = ""] = store.publish("changed", ["base", "two"])
    const [, missing = ""] = store.publish("missing", ["three"])
    const [manifest = ""] = store.publish("manifest", ["four"])
    const [, large = ""] = store.publish("large", ["x".repeat(1_000_000)])
    assert.deepStrictEqual((await verify()).faults, [])
    Store.damage(store, large)
    Store.damage(store, changed)
    Store.damage(store, manifest)
    fs.rmSync(Store.blobFile(store, missing))
    fs.symlinkSync("/etc", path.join(store.directory, "link"))
    const faults = (await verify(true)).faults
    assert.sameDeepMembers([...faults], [
      { key: "changed", why: `${changed} is damaged` },
      { key: "missing", why: `${missing} is missing` },
      { key: "large", why: `${large} is damaged` },
      { key: "manifest", why: `${manifest} is damaged` },
      { key: "link", why: "it is no directory" },
      { key: "", why: `${manifest} is damaged` }
    ])
    assert.deepStrictEqual((await verify()).faults, [])
    assert.deepStrictEqual(entry("sound"), { _tag: "Sound" })
  })
})

it("what a killed build exported goes at once when its time is over, and a second collection finds nothing", async () => {
  store.publish("app", ["one"])
  const exported = store.exported("app", ["two"], "killed")
  const young = await collect()
  assert.deepStrictEqual([young.blobs, store.blobs().filter((one) => exported.includes(one)).length], [
    0,
    exported.length
  ])
  age(CacheLayout.exportDirectory(store.directory, "app", "killed"), CacheLease.staleAfter + 1000)
  const first = await collect()
  assert.isAtLeast(first.blobs, exported.length)
  assert.deepStrictEqual(store.blobs().filter((one) => exported.includes(one)), [])
  assert.strictEqual((await collect()).blobs, 0)
  assert.deepStrictEqual(entry("app"), { _tag: "Sound" })
})
