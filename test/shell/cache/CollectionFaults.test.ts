/**
 * Each call of the system that a collection, a verification and a repair make fails, one after the other, with one error
 * after the other.
 */
import fs from "node:fs"
import promises from "node:fs/promises"
import { syncBuiltinESMExports } from "node:module"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheCollector from "../../../src/shell/cache/CacheCollector.ts"
import * as CacheInspection from "../../../src/shell/cache/CacheInspection.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as CacheVerification from "../../../src/shell/cache/CacheVerification.ts"
import * as SystemError from "../../../src/shell/files/SystemError.ts"
import * as Store from "./store.ts"

// in memory: a disk takes ten times as long for a thousand stores
const temporary = process.env["TMPDIR"]
beforeAll(() => {
  if (fs.existsSync("/dev/shm")) process.env["TMPDIR"] = "/dev/shm"
})
afterAll(() => {
  if (temporary === undefined) delete process.env["TMPDIR"]
  else process.env["TMPDIR"] = temporary
})

const synchronous = [
  "openSync",
  "opendirSync",
  "readSync",
  "writeSync",
  "writeFileSync",
  "fstatSync",
  "statSync",
  "lstatSync",
  "statfsSync",
  "readlinkSync",
  "mkdirSync",
  "fchmodSync",
  "ftruncateSync",
  "renameSync",
  "linkSync",
  "unlinkSync",
  "rmdirSync"
] as const
const functions = fs as unknown as Record<string, (...args: ReadonlyArray<unknown>) => unknown>
const asynchronous = promises as unknown as Record<string, (...args: ReadonlyArray<unknown>) => unknown>
const original: typeof functions = {
  ...Object.fromEntries(synchronous.map((name) => [name, functions[name] as never])),
  unlink: asynchronous["unlink"] as never
}

const failure = (call: string, code: string): Error =>
  Object.assign(new Error(`${code}: injected, ${call}`), { code, syscall: call })

/** Lets the nth call fail while something runs; gives which one it was, and none where there are fewer calls. */
const injected = async (nth: number, code: string, run: () => Promise<unknown>) => {
  let count = 0
  let failed: string | undefined
  const counted = (name: string): void => {
    count += 1
    if (count !== nth) return
    failed = name
    throw failure(name, code)
  }
  for (const name of synchronous) {
    functions[name] = (...args) => {
      counted(name)
      const result = original[name]?.(...args)
      return name === "opendirSync" ? reading(result as fs.Dir, counted) : result
    }
  }
  asynchronous["unlink"] = (...args) => {
    try {
      counted("unlink")
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)))
    }
    return original["unlink"]?.(...args)
  }
  syncBuiltinESMExports()
  try {
    const result = await run()
    return { failed, result, error: undefined }
  } catch (error) {
    return { failed, error, result: undefined }
  } finally {
    restore()
  }
}

const reading = (listing: fs.Dir, counted: (name: string) => void): fs.Dir => {
  const read = listing.readSync.bind(listing)
  listing.readSync = () => {
    counted("readdir")
    return read()
  }
  return listing
}

const restore = (): void => {
  for (const name of synchronous) functions[name] = original[name] as never
  asynchronous["unlink"] = original["unlink"] as never
  syncBuiltinESMExports()
}

let store: Store.Store
let template: Store.Store
let needed: ReturnType<typeof fill>
beforeEach(() => {
  store = Store.make()
  needed = fill()
  template = store
})
afterEach(() => {
  restore()
  store.remove()
  template.remove()
})

/** A copy of the template, as `fill` left it; what a build may hold that runs is older than that build. */
const anew = async (): Promise<void> => {
  if (store !== template) store.remove()
  store = Store.make()
  fs.cpSync(template.directory, store.directory, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
  await new Promise((resolve) => setTimeout(resolve, 8))
  const now = new Date()
  for (const file of ["started", "alive"]) {
    fs.utimesSync(path.join(CacheLayout.leases(store.directory), "reader", file), now, now)
  }
}

/** What must stay, whatever fails: a leased entry, one that is used, what a build exports, and what nobody may read. */
const fill = (): { readonly kept: ReadonlyArray<string>; readonly old: ReadonlyArray<string> } => {
  const kept = [...store.publish("kept", ["base", "kept"]), ...store.publish("leased", ["leased"], "run2")]
  const old = store.publish("old", ["base", "old"], "run3")
  CacheLease.take(store.directory, "reader", ["leased"])
  const exported = store.exported("kept", ["exported"], "reader")
  const time = new Date(Date.now() - 3 * 86_400_000)
  store.publish("gone", ["gone"], "run4")
  fs.writeFileSync(CacheLayout.index(store.directory, "gone"), "{}")
  for (const file of [CacheLayout.used(store.directory, "old"), CacheLayout.index(store.directory, "old")]) {
    if (fs.existsSync(file)) fs.utimesSync(file, time, time)
  }
  CacheLease.take(store.directory, "stale", ["old"])
  fs.utimesSync(path.join(CacheLayout.leases(store.directory), "stale/alive"), time, time)
  fs.utimesSync(CacheLayout.used(store.directory, "old"), time, time)
  return { kept: [...kept, ...exported], old }
}

const limits = { maxSize: 1e12, maxAge: 86_400 }
const descriptors = () => fs.readdirSync("/proc/self/fd").length

const isKept = (kept: ReadonlyArray<string>, why: string): void => {
  const blobs = new Set(store.blobs())
  for (const digest of kept) assert.isTrue(blobs.has(digest), `${why}: ${digest} is gone`)
  for (const key of ["kept", "leased"]) {
    assert.deepStrictEqual(CacheInspection.entry(store.directory, key)._tag, "Sound", `${why}: ${key}`)
  }
}

/** Of what a collection reported, what is still there. */
const stayed = ({ evictions }: CacheCollector.Collected): ReadonlyArray<string> =>
  evictions.map(({ key }) => key).filter((key) => store.keys().includes(key))

const operations: ReadonlyArray<readonly [string, () => Promise<unknown>]> = [
  ["a collection", () => CacheCollector.collect({ directory: store.directory, limits })],
  ["a verification", () => CacheVerification.verify(store.directory, { repair: false })],
  ["a repair", () => CacheVerification.verify(store.directory, { repair: true })]
]

/** All but `ENOENT`, which says that nothing is there. */
const errors = ["EIO", "EACCES", "ENOSPC", "EMFILE", "EROFS"]

/** Each call fails with one of the errors, in turn; for `npm run test:full attack` with each of them. */
const turns = (): ReadonlyArray<readonly [string, (nth: number) => string]> =>
  process.env["DOCKER_SHIM_ATTACKS"] === "full"
    ? errors.map((code) => [code, () => code])
    : [["each error in turn", (nth) => errors[nth % errors.length] ?? ""]]

describe.each(operations)("of %s", (name, run) => {
  it.each(turns())("each call may fail, with %s: what is needed stays, and it is said", async (_, codeOf) => {
    const made = new Set<string>()
    const { kept, old } = needed
    let nth = 0
    for (;;) {
      nth += 1
      const code = codeOf(nth + name.length)
      await anew()
      const before = descriptors()
      const { error, failed, result } = await injected(nth, code, run)
      if (failed === undefined) {
        assert.isUndefined(error, String(error))
        if (name === "a collection") {
          assert.deepStrictEqual((result as CacheCollector.Collected).evictions, [{ key: "old", why: "age" }])
          assert.notInclude(store.blobs(), old[0])
        }
        isKept(kept, "nothing failed")
        break
      }
      made.add(failed)
      const why = `${name}, call ${nth}, ${failed}, ${code}`
      isKept(kept, why)
      assert.strictEqual(descriptors(), before, `${why}: descriptors`)
      if (error === undefined) {
        if (name === "a collection") assert.deepStrictEqual(stayed(result as CacheCollector.Collected), [], why)
        assert.include(harmless, failed, why)
      } else {
        assert.strictEqual(SystemError.code(error), code, why)
        assert.match(SystemError.describe(error, store.directory), new RegExp(`^${store.directory}`), why)
      }
      if (name !== "a collection") continue
      // a lock that could not be removed is stale after a while; the next collection finds nothing else in its way
      fs.rmSync(CacheLayout.collecting(store.directory), { force: true })
      await CacheCollector.collect({ directory: store.directory, limits })
      isKept(kept, `${why}, after another collection`)
      assert.notInclude(store.keys(), "old", why)
    }
    assert.isAbove(nth, 50)
    assert.includeMembers([...made], ["openSync", "readdir", "lstatSync"])
  }, 600_000)
})

it("every call of node:fs that these modules make is among those that fail", () => {
  const shell = fileURLToPath(new URL("../../../src/shell", import.meta.url))
  const modules = fs.readdirSync(path.join(shell, "cache")).map((file) => path.join("cache", file))
    .concat(
      fs.readdirSync(path.join(shell, "files")).filter((file) => /^(?:Made|Setting|Shared)/.test(file))
        .map((file) => path.join("files", file))
    )
  const called = modules.flatMap((file) =>
    [...fs.readFileSync(path.join(shell, file), "utf8").matchAll(/\b(?:fs|promises)\.([a-z]\w*)\(/g)].map(([, name]) =>
      name
    )
  )
  assert.sameMembers([...new Set(called)], [...synchronous, "unlink", ...Object.keys(others)])
})

/** Those that are not, and why. */
const others = {
  closeSync: "Linux closes whatever it answers",
  accessSync: "only before a build: CacheInspection.test.ts",
  symlinkSync: "only before a build: CacheView.test.ts",
  fchownSync: "only cache init with --owner"
}

/** Files are deleted a second time, one by one, if that failed, so one error is none. */
const harmless = ["unlink"]
