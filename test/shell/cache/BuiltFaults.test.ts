/**
 * Collection, verification and repair by the built program, with an error of the kernel's in one call after the other (strace):
 * what is needed stays, whatever fails, and what is reported as removed was removed. `npm run test:full attack` takes every call.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheInspection from "../../../src/shell/cache/CacheInspection.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import { locateStrace } from "../../real-docker/Suite.ts"
import { form, type Ran, run, shimDirectory, starting } from "../program.ts"
import * as Figures from "./figures.ts"
import * as Store from "./store.ts"

const isFull = process.env["DOCKER_SHIM_ATTACKS"] === "full"

let strace: string
beforeAll(async () => {
  strace = await locateStrace()
}, 300_000)
const shim = shimDirectory("docker-shim")
let store: Store.Store
let kept: ReadonlyArray<string>
beforeEach(() => {
  fill()
})
afterEach(() => store.remove())
afterAll(() => {
  shim.remove()
  Figures.print(`errors of the kernel's (${form})`)
})

/** A cache with an entry in use, one that a build holds, what that exports, and one that nobody used for days. */
const fill = (): void => {
  store = Store.make()
  kept = [...store.publish("kept", ["base", "kept"]), ...store.publish("leased", ["leased"], "run2")]
  store.publish("old", ["base", "old"], "run3")
  CacheLease.take(store.directory, "reader", ["leased"])
  kept = [...kept, ...store.exported("kept", ["exported"], "reader")]
  const time = new Date(Date.now() - 3 * 86_400_000)
  fs.utimesSync(CacheLayout.index(store.directory, "old"), time, time)
}

/** Runs a command of the shim's, and has the kernel do otherwise; what its trace has, a line for each call. */
const traced = async (words: ReadonlyArray<string>, calls: string, otherwise: ReadonlyArray<string>) => {
  const trace = path.join(path.dirname(store.directory), "trace")
  const libraries = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"].map((one) => path.join(strace, one)).join(":")
  const ran = await run(
    path.join(strace, "usr/bin/strace"),
    [
      ...["-f", "-qq", "-o", trace, "-E", "LD_LIBRARY_PATH", "-e", `trace=${calls}`, ...otherwise],
      ...starting(path.join(shim.directory, "docker-shim")),
      ...words
    ],
    {
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin",
        HOME: path.dirname(store.directory),
        DOCKER_SHIM_CACHE_DIR: store.directory,
        LD_LIBRARY_PATH: libraries
      }
    }
  )
  return { ran, lines: fs.readFileSync(trace, "utf8").split("\n") }
}

/** That nothing is gone which is needed, nor anything that was not said to be. */
const isKept = ({ stderr, stdout }: Ran, why: string): void => {
  const blobs = new Set(store.blobs())
  for (const digest of kept) assert.isTrue(blobs.has(digest), `${why}: ${digest} is gone: ${stdout}${stderr}`)
  for (const key of ["kept", "leased"]) {
    assert.strictEqual(CacheInspection.entry(store.directory, key)._tag, "Sound", `${why}: ${key}: ${stdout}${stderr}`)
  }
  const old = CacheInspection.entry(store.directory, "old")._tag
  assert.notStrictEqual(old, "Damaged", `${why}: ${stdout}${stderr}`)
  if (/^removed 1 entry/m.test(stdout)) assert.strictEqual(old, "Missing", `${why}: ${stdout}${stderr}`)
}

/** The calls by which something is looked at, read and removed: their numbers in the two forms are not the same ones. */
const calls = [
  "openat",
  "getdents64",
  "newfstatat,statx,lstat",
  "fstat",
  "read",
  "rename,renameat2",
  "unlink,unlinkat,rmdir"
]

const commands: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
  ["a collection", ["cache", "prune", "--force", "--max-age", "1d"]],
  ["a verification", ["cache", "verify"]],
  ["a repair", ["cache", "verify", "--repair"]]
]

/** In the short form so many of each, evenly from the first to the last. */
const most = isFull ? Infinity : 3

describe.each(commands)("%s", (name, words) => {
  it.each(calls)("keeps what is needed whichever call fails: %s", async (call) => {
    // what it does without an error, the last calls being those for the cache
    const { lines, ran } = await traced(words, call, [])
    isKept(ran, "no error")
    if (name === "a collection") assert.strictEqual(CacheInspection.entry(store.directory, "old")._tag, "Missing")
    const names = call.split(",").filter((one) => lines.some((line) => line.includes(` ${one}(`)))
    for (const one of names) {
      const count = lines.filter((line) => line.includes(` ${one}(`)).length
      const nths = Array.from(
        { length: Math.min(most, count) },
        (_, at) => count - Math.floor(at * count / Math.min(most, count))
      )
      for (const nth of nths) {
        store.remove()
        fill()
        const failed = await traced(words, one, ["-e", `inject=${one}:error=EIO:when=${nth}`])
        Figures.add("errors")
        isKept(failed.ran, `${one} ${nth} of ${count}`)
      }
    }
  }, isFull ? 600_000 : 60_000)
})
