import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import type { Wanted } from "../../../src/core/cache/CacheDirectory.ts"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheCollector from "../../../src/shell/cache/CacheCollector.ts"
import * as CacheInspection from "../../../src/shell/cache/CacheInspection.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as TimeBudget from "../../../src/shell/files/TimeBudget.ts"
import * as SlowFs from "./slow-fs.ts"
import * as Store from "./store.ts"

let own: Store.Store
let trusted: Store.Store
beforeEach(() => {
  own = Store.make()
  trusted = Store.make()
})
afterEach(() => {
  own.remove()
  trusted.remove()
})

const wanted = (tag: string): Wanted => ({
  key: { subject: { _tag: "Image", path: "app", tag }, target: undefined, platforms: [] },
  origin: "9f3c01ab00"
})
const inspect = (directory = own.directory, readDirectories = [trusted.directory], tag = "1") =>
  CacheInspection.inspect({ _tag: "CacheDirectory", directory, readDirectories, wanted: [wanted(tag)] })
const relative = (...given: Parameters<typeof inspect>) => {
  const known = inspect(...given)
  return known._tag === "Usable" ? known.relatives[`app:${given[2] ?? "1"}`] : known.why
}
const use = (store: Store.Store, key: string, seconds: number): void => {
  const file = CacheLayout.used(store.directory, key)
  fs.writeFileSync(file, "")
  fs.utimesSync(file, seconds, seconds)
}

describe("directories that are only read", () => {
  it("are searched after the session's own, for the nearest of all", () => {
    assert.isUndefined(relative())
    own.publish("app:0", ["zero"])
    use(own, "app:0", 2_000)
    assert.deepStrictEqual(relative(), { directory: own.directory, key: "app:0" })
    trusted.publish("app:0", ["zero"])
    use(trusted, "app:0", 1_000)
    assert.deepStrictEqual(relative(), { directory: own.directory, key: "app:0" })
    trusted.publish("app:1", ["one"])
    use(trusted, "app:1", 0)
    assert.deepStrictEqual(relative(), { directory: trusted.directory, key: "app:1" })
    own.publish("app:1", ["own"])
    assert.isUndefined(relative())
  })

  it("are not changed, and serve also where the own one is not there", () => {
    trusted.publish("app:1", ["one"])
    const before = fs.readdirSync(trusted.directory, { recursive: true }).sort()
    assert.deepStrictEqual(relative(`${own.directory}/missing`), { directory: trusted.directory, key: "app:1" })
    const known = inspect(`${own.directory}/missing`)
    assert.match((known._tag === "Usable" && known.unwritable) || "", /missing does not exist/)
    assert.deepStrictEqual(fs.readdirSync(trusted.directory, { recursive: true }).sort(), before)
  })

  it("that cannot be read are named, and damaged entries in them passed over", () => {
    const [, layer = ""] = trusted.publish("app:1", ["one"])
    trusted.publish("app:2", ["two"])
    fs.rmSync(Store.blobFile(trusted, layer))
    const missing = path.join(own.directory, "missing")
    const known = inspect(own.directory, [missing, trusted.directory])
    assert.deepStrictEqual(known._tag === "Usable" && known.unread, [`${missing} does not exist`])
    assert.deepStrictEqual(relative(own.directory, [missing, trusted.directory]), {
      directory: trusted.directory,
      key: "app:2"
    })
    assert.strictEqual(inspect(missing, [missing])._tag, "Unusable")
  })
})

describe("relatives", () => {
  it("that were only built are as new as their build", () => {
    for (const [at, tag] of ["b", "c", "a"].entries()) {
      own.publish(`app:${tag}`, [tag])
      fs.utimesSync(CacheLayout.index(own.directory, `app:${tag}`), 1_000 + at, 1_000 + at)
    }
    assert.deepStrictEqual(relative(), { directory: own.directory, key: "app:a" })
  })

  it("are looked at up to a number, the nearest first", () => {
    for (let at = 0; at < 20; at += 1) {
      own.publish(`app:t${at}`, [`layer ${at}`])
      use(own, `app:t${at}`, 1_000 + at)
      if (at >= 12) fs.writeFileSync(CacheLayout.index(own.directory, `app:t${at}`), "")
    }
    assert.isUndefined(relative())
    own.publish("app:t12", ["again"])
    use(own, "app:t12", 1_012)
    assert.deepStrictEqual(relative(), { directory: own.directory, key: "app:t12" })
  })
})

it("gives up a listing when its time is spent", () => {
  fs.mkdirSync(path.join(own.directory, ".blobs"))
  for (let name = 0; name < 3_000; name++) fs.writeFileSync(path.join(own.directory, `other@${name}`), "")
  const took = SlowFs.begin("directory", 10)
  const budget: TimeBudget.TimeBudget = { ...TimeBudget.endless, isSpent: () => took() > 100 }
  const question = { directory: own.directory, readDirectories: [], wanted: [wanted("1")] }
  const known = CacheInspection.inspect({ _tag: "CacheDirectory", ...question }, budget)
  SlowFs.end()
  assert.deepInclude(known, { leftOut: ["app:1"], relatives: {} })
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
        directory: own.directory,
        readDirectories: [],
        wanted: [wanted("app"), wanted("web")]
      })
      return known._tag === "Usable" ? known.relatives : undefined
    }
    const of = (key: string) => ({ app: { directory: own.directory, key } })
    assert.deepStrictEqual(relatives(), {})
    for (const [key, minutes] of [["app@old", 3], ["app@dev", 1], ["app@test", 2], ["apple@dev", 0]] as const) {
      own.publish(key, [key])
      CacheLease.take(own.directory, key, [key])
      Store.age(CacheLayout.used(own.directory, key), minutes * 60_000)
    }
    assert.deepStrictEqual(relatives(), of("app@dev"))
    fs.writeFileSync(CacheLayout.index(own.directory, "app@dev"), "")
    assert.deepStrictEqual(relatives(), of("app@test"))
    own.publish("app", ["own"])
    assert.deepStrictEqual(relatives(), {})
  })
})

it("waits for none of the pipes that somebody planted", async () => {
  own.publish("app", ["one"])
  CacheLease.take(own.directory, "planted", ["app"])
  const pipes = [
    CacheLayout.inputs(own.directory, "app"),
    CacheLayout.used(own.directory, "app"),
    path.join(CacheLayout.leases(own.directory), "planted/started")
  ]
  for (const pipe of pipes) {
    fs.rmSync(pipe, { force: true })
    execFileSync("mkfifo", [pipe])
  }
  assert.deepStrictEqual(CacheInspection.entry(own.directory, "app"), { _tag: "Sound" })
  CacheLease.take(own.directory, "another", ["app"])
  assert.strictEqual(CacheLease.running(own.directory, CacheLease.now(own.directory)).length, 2)
  await CacheCollector.collect({ directory: own.directory, limits: { maxSize: 1e9, maxAge: 1e9 } })
  assert.deepStrictEqual(CacheInspection.entry(own.directory, "app"), { _tag: "Sound" })
})
