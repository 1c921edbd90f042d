/**
 * What somebody who can write to the cache directory can do to the shim of root, and cannot.
 */
import { execFileSync } from "node:child_process"
import fs from "node:fs"
import * as path from "node:path"
import { afterAll, afterEach, assert, beforeEach, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as BackgroundCollection from "../../../src/shell/cache/BackgroundCollection.ts"
import * as CacheCollector from "../../../src/shell/cache/CacheCollector.ts"
import * as CacheHealing from "../../../src/shell/cache/CacheHealing.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as CacheSetup from "../../../src/shell/cache/CacheSetup.ts"
import * as CacheVerification from "../../../src/shell/cache/CacheVerification.ts"
import * as CollectionLock from "../../../src/shell/cache/CollectionLock.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as SystemError from "../../../src/shell/files/SystemError.ts"
import * as Swapper from "../files/swapper.ts"
import * as Figures from "./figures.ts"
import * as ReplacedFs from "./replaced-fs.ts"
import * as Store from "./store.ts"

const other = 12_345
const swaps = 1000
const future = new Date("2099-01-01")
let home: string
let outside: string
let store: Store.Store
beforeEach(() => {
  store = Store.make("buildkit-cache")
  home = path.dirname(store.directory)
  outside = path.join(home, "outside")
  fs.chmodSync(home, 0o755)
  fs.chmodSync(store.directory, 0o777)
  fs.mkdirSync(path.join(outside, "sub"), { recursive: true })
  for (const name of ["alive", "started", "index.json", "sub/file"]) {
    fs.writeFileSync(path.join(outside, name), "theirs", { mode: 0o600 })
  }
  fs.chmodSync(outside, 0o755)
})
afterEach(() => {
  ReplacedFs.replace(ReplacedFs.original)
  store.remove()
})

afterAll(() => Figures.print("attacks within the process"))

const tree = (): ReadonlyArray<string> =>
  ["", "alive", "index.json", "started", "sub", "sub/file"].map((name) => {
    const { gid, mode, mtimeMs, size, uid } = fs.lstatSync(path.join(outside, name))
    return [name, mode, uid, gid, size, name.includes(".") ? mtimeMs : 0].join(" ")
  }).concat(fs.readdirSync(outside))
const at = (...names: ReadonlyArray<string>) => path.join(store.directory, ...names)
const limits = { maxSize: 0, maxAge: 1e9 }
const collect = () => CacheCollector.collect({ directory: store.directory, limits })

/** Everything that the shim does in a cache directory, one after the other; what fails by a swap is an error of the system's. */
const everything: ReadonlyArray<() => unknown> = [
  () => CacheLease.take(store.directory, "run", ["app"]),
  () => CacheLease.renew(store.directory, "run"),
  () => CacheLease.release(store.directory, "run"),
  () => CacheHealing.heal(store.directory, "app", () => false),
  () => CacheHealing.setAside(store.directory, "app"),
  () => CacheVerification.verify(store.directory, { repair: true }),
  () => CacheSetup.init({ root: home, mode: 0o777, repair: true }),
  collect
]
const tryAll = async (): Promise<void> => {
  for (const one of everything) {
    try {
      await one()
    } catch (error) {
      assert.notStrictEqual(SystemError.code(error), "", String(error))
    }
  }
}

describe.each([["root", undefined], ["another user", other]])("places that %s swaps for links", (_, uid) => {
  it.each([
    ".leases",
    ".leases/run",
    ".blobs",
    ".blobs/sha256",
    ".trash",
    "app",
    "app/.incoming",
    "app/.retired"
  ])("again and again lead no command out of the cache: %s", async (place) => {
    store.publish("app", ["one"])
    fs.mkdirSync(path.dirname(at(place)), { recursive: true })
    if (uid !== undefined) execFileSync("chown", ["-R", `${uid}:${uid}`, store.directory])
    const before = tree()
    const forms: ReadonlyArray<Swapper.Form> = [{ files: ["alive", "started", "index.json"] }, { link: outside }]
    const count = await Swapper.during(at(place), forms, swaps, tryAll, { uid })
    Figures.add("swaps", count)
    assert.isAtLeast(count, swaps)
    assert.deepStrictEqual(tree(), before)
    const root = fs.lstatSync(home)
    assert.strictEqual(root.mode & 0o777, 0o755)
  })
})

describe("a link in the place of a file", () => {
  it.each([
    ".leases/run/alive",
    ".leases/run/started",
    ".collecting",
    ".collected",
    "app/.used",
    "app/.inputs",
    "app/.verified",
    "app/index.json"
  ])("leads to nothing that is written or changed: %s", async (place) => {
    store.publish("app", ["one"])
    CacheLease.take(store.directory, "run", ["app"])
    const before = tree()
    const plant = () => {
      fs.mkdirSync(path.dirname(at(place)), { recursive: true })
      fs.rmSync(at(place), { force: true })
      fs.symlinkSync(path.join(outside, "alive"), at(place))
    }
    for (const one of [...everything.slice(1), () => BackgroundCollection.start(store.directory, "/bin/true", {})]) {
      plant()
      try {
        await one()
      } catch (error) {
        assert.notStrictEqual(SystemError.code(error), "", String(error))
      }
      assert.deepStrictEqual(tree(), before, String(one))
    }
  })

  it("with a second name outside is not written to", () => {
    store.publish("app", ["one"])
    CacheLease.take(store.directory, "run", ["app"])
    const before = tree()
    for (const place of [".leases/run/alive", "app/.used"]) {
      fs.rmSync(at(place), { force: true })
      fs.linkSync(path.join(outside, "alive"), at(place))
    }
    CacheLease.renew(store.directory, "run")
    CacheLease.take(store.directory, "another", ["app"])
    assert.deepStrictEqual(tree(), before)
    assert.strictEqual(fs.readFileSync(path.join(outside, "alive"), "utf8"), "theirs")
  })
})

describe("a pipe", () => {
  it.each([".leases/run/alive", ".leases/run/started", ".collecting", ".collected", "app/.used", "app/index.json"])(
    "in the place of %s holds nothing up",
    async (place) => {
      store.publish("app", ["one"])
      CacheLease.take(store.directory, "run", ["app"])
      fs.rmSync(at(place), { force: true })
      execFileSync("mkfifo", [at(place)])
      await tryAll()
      BackgroundCollection.start(store.directory, "/bin/true", {})
      assert.deepStrictEqual(store.blobs(), [])
    }
  )
})

describe("a time in the future", () => {
  it("of the last collection counts as now, once", () => {
    fs.writeFileSync(at(".collected"), "")
    fs.utimesSync(at(".collected"), future, future)
    assert.isFalse(BackgroundCollection.start(store.directory, "/bin/true", {}))
    const past = new Date(Date.now() - BackgroundCollection.interval - 1000)
    fs.utimesSync(at(".collected"), past, past)
    assert.isTrue(BackgroundCollection.start(store.directory, "/bin/true", {}))
    assert.isFalse(BackgroundCollection.start(store.directory, "/bin/true", {}))
  })

  it("of a lease and of an entry's use counts as the time at which it was set", async () => {
    store.publish("app", ["one"])
    CacheLease.take(store.directory, "run", ["app"])
    for (const place of [".leases/run/alive", ".leases/run/started", "app/.used"]) {
      fs.utimesSync(at(place), future, future)
    }
    const [lease] = CacheLease.list(store.directory)
    assert.isAtMost(lease?.aliveAt ?? Infinity, Date.now() + 1000)
    const { faults } = await CacheVerification.verify(store.directory, { repair: false })
    assert.deepStrictEqual(
      faults,
      ["app/.used", ".leases/run/started", ".leases/run/alive"].map((key) => ({
        key,
        why: "its time is in the future"
      }))
    )
    const later = Date.now() + CacheLease.staleAfter + 2000
    assert.deepStrictEqual(CacheLease.running(store.directory, later), [])
  })

  it("of a collection's lock counts as the time at which it was set, and is reported", async () => {
    fs.writeFileSync(at(".collecting"), "")
    fs.utimesSync(at(".collecting"), future, future)
    const { faults } = await CacheVerification.verify(store.directory, { repair: false })
    assert.deepStrictEqual(faults, [{ key: ".collecting", why: "its time is in the future" }])
    assert.strictEqual(await collect().then(() => "", SystemError.code), CollectionLock.busy)
  })
})

describe("what is of the wrong kind in a place of the cache's own", () => {
  const kinds: ReadonlyArray<readonly [string, (place: string) => void]> = [
    ["a file", (place) => fs.writeFileSync(place, "theirs")],
    ["a link", (place) => fs.symlinkSync(outside, place)],
    ["a pipe", (place) => execFileSync("mkfifo", [place])]
  ]
  const places = [
    ".trash",
    ".trash/run-1",
    ".leases",
    ".blobs",
    ".blobs/sha256",
    "kept/.incoming",
    "kept/.retired"
  ]

  it.each(places.flatMap((place) => kinds.map(([kind, plant]) => [kind, place, plant] as const)))(
    "is moved aside: %s in the place of %s",
    async (_, place, plant) => {
      store.publish("app", ["one"])
      await collect()
      store.publish("kept", ["kept"])
      const before = tree()
      fs.rmSync(at(place), { recursive: true, force: true })
      fs.mkdirSync(path.dirname(at(place)), { recursive: true })
      plant(at(place))
      const { faults } = await CacheVerification.verify(store.directory, { repair: false })
      if (place !== ".trash/run-1") assert.deepInclude(faults, { key: place, why: "it is no directory" })
      await CacheCollector.collect({ directory: store.directory, limits: { maxSize: 1e12, maxAge: 1e9 } })
      assert.isTrue(fs.lstatSync(at(place), { throwIfNoEntry: false })?.isDirectory() ?? true)
      CacheLease.take(store.directory, "run", ["kept"])
      store.publish("kept", ["again"], "run2")
      assert.deepStrictEqual((await CacheVerification.verify(store.directory, { repair: false })).faults, [])
      assert.deepStrictEqual(tree(), before)
    }
  )
})

describe("a directory in the place of a file of an entry", () => {
  it.each([".used", ".inputs", ".verified", ".checking"])("is reported, and moved aside: %s", async (name) => {
    store.publish("app", ["one"])
    fs.rmSync(at("app", name), { force: true })
    fs.mkdirSync(at("app", name, "sub"), { recursive: true })
    const { faults } = await CacheVerification.verify(store.directory, { repair: true })
    assert.deepStrictEqual(faults, [{ key: `app/${name}`, why: "it is no file" }])
    assert.deepStrictEqual((await CacheVerification.verify(store.directory, { repair: false })).faults, [])
    assert.isFalse(fs.existsSync(at("app", name)))
  })
})

it("two collections cannot both take one stale lock", () => {
  const [first, second] = [SharedDirectory.open(store.directory), SharedDirectory.open(store.directory)]
  try {
    fs.writeFileSync(at(".collecting"), "")
    const old = new Date(Date.now() - CacheLease.staleAfter - 10_000)
    fs.utimesSync(at(".collecting"), old, old)
    let faster: CollectionLock.CollectionLock | undefined
    ReplacedFs.replace({
      renameSync: (from, to) => {
        ReplacedFs.replace(ReplacedFs.original)
        // the first has found the lock stale; before it moves it away, the second does all of that
        faster = CollectionLock.take(second)
        fs.renameSync(from, to)
      }
    })
    assert.throws(() => CollectionLock.take(first), "another collection is running")
    faster?.renew()
    assert.throws(() => CollectionLock.take(first), "another collection is running")
    faster?.release()
    CollectionLock.take(first).release()
    assert.deepStrictEqual(fs.readdirSync(store.directory), [])
  } finally {
    SharedDirectory.close(first)
    SharedDirectory.close(second)
  }
})

it("a disk with little room is collected for room, the least recently used first", async () => {
  for (const [key, days] of [["old", 3], ["new", 1]] as const) {
    store.publish(key, [key.repeat(1000)])
    CacheLease.take(store.directory, key, [key])
    CacheLease.release(store.directory, key)
    const time = new Date(Date.now() - days * 86_400_000)
    fs.utimesSync(CacheLayout.used(store.directory, key), time, time)
  }
  const request = { directory: store.directory, limits: { maxSize: 1e12, maxAge: 1e9 } }
  ReplacedFs.replace({
    statfsSync: (() => ({ bsize: 1, bavail: 512 * 1024 * 1024 - 1000 })) as unknown as typeof fs.statfsSync
  })
  const { evictions } = await CacheCollector.collect(request)
  assert.deepStrictEqual(evictions, [{ key: "old", why: "room" }])
  assert.deepStrictEqual(store.keys(), ["new"])
})
