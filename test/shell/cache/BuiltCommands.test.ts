/**
 * The shim's own commands, as built, where two of them or somebody else work in one cache at the same time, and on a disk that
 * is nearly full.
 */
import { execFileSync, spawn } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { text } from "node:stream/consumers"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import * as CacheInspection from "../../../src/shell/cache/CacheInspection.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import { locateStrace } from "../../real-docker/Suite.ts"
import * as Swapper from "../files/swapper.ts"
import { form, starting } from "../program.ts"
import * as Builder from "./builder.ts"
import * as Figures from "./figures.ts"
import * as Outside from "./outside.ts"
import * as Store from "./store.ts"

const isFull = process.env["DOCKER_SHIM_ATTACKS"] === "full"

let store: Store.Store
let home: string
let session: Builder.Session
beforeEach(() => {
  store = Store.make("buildkit-cache")
  home = path.dirname(store.directory)
  fs.chmodSync(home, 0o755)
  session = Builder.session(path.join(home, "session"), store.directory)
})
afterEach(async () => {
  await session.stop()
  store.remove()
})

afterAll(() => Figures.print(`commands as built (${form})`))

const at = (...names: ReadonlyArray<string>): string => path.join(store.directory, ...names)

/** Starts a program; how it went. */
const start = (file: string, words: ReadonlyArray<string>, env: Readonly<Record<string, string>> = session.env) => {
  const child = spawn(file, words, { cwd: session.at("work"), env, stdio: ["ignore", "pipe", "pipe"] })
  const printed = Promise.all([text(child.stdout), text(child.stderr)])
  const code = new Promise<number | null>((resolve) => child.once("close", resolve))
  const ended = Promise.all([code, printed]).then(([status, [stdout, stderr]]) => ({ status, stdout, stderr }))
  return { child, ended }
}

const until = async (isDone: () => boolean): Promise<void> => {
  while (!isDone()) await sleep(5)
}

let strace: string
beforeAll(async () => {
  strace = await locateStrace()
}, 300_000)

/** Starts the shim's own program where calls of some kind are slow; the calls that it has made so far. */
const slowly = (calls: string, milliseconds: number, words: ReadonlyArray<string>, when = "1+") => {
  const trace = path.join(fs.mkdtempSync(session.at("trace-")), "calls")
  const libraries = [path.join(strace, "usr/lib/x86_64-linux-gnu"), path.join(strace, "lib/x86_64-linux-gnu")]
  const inject = `inject=${calls}:delay_enter=${milliseconds * 1_000}:when=${when}`
  const options = ["-qq", "-o", trace, "-E", "LD_LIBRARY_PATH", "-e", `trace=%file,${calls}`, "-e", inject]
  const program = [...starting(session.at("shim/docker-shim")), ...words]
  const env = { ...session.env, LD_LIBRARY_PATH: libraries.join(":") }
  const { ended } = start(path.join(strace, "usr/bin/strace"), [...options, ...program], env)
  return { calls: () => fs.existsSync(trace) ? fs.readFileSync(trace, "utf8") : "", ended }
}

describe("two collections that find one stale lock", () => {
  /** Starts a collection of everything; what it removed, and the calls that it has made so far. */
  const collect = (calls: string, milliseconds: number, when: string) => {
    const words = ["cache", "prune", "--force", "--max-size", "0", "--json"]
    const running = slowly(calls, milliseconds, words, when)
    const removed = running.ended.then(({ status, stderr, stdout }) => {
      assert.strictEqual(status, 0, stderr)
      return (JSON.parse(stdout) as { readonly evictions: ReadonlyArray<{ readonly key: string }> }).evictions
    })
    return { calls: running.calls, removed }
  }
  /** How many collections are in the middle of their work. */
  const running = (): number => {
    try {
      return fs.readdirSync(at(".trash")).filter((name) => name.startsWith("run-")).length
    } catch {
      // none has begun, or all have ended
      return 0
    }
  }

  it("run one after the other, also where both found it before one of them took it", async () => {
    const keys = Array.from({ length: 8 }, (_, n) => `app:${n}`)
    for (const key of keys) store.publish(key, [`layer of ${key}`])
    fs.writeFileSync(at(".collecting"), "")
    Store.age(at(".collecting"), CacheLease.staleAfter + 10_000)

    // the first has found that it is stale, and takes long to move it away; the second does all of that meanwhile
    const first = collect("rename,renameat,renameat2", 3_000, "1")
    await until(() => first.calls().includes("collecting"))
    const second = collect("unlink,unlinkat,rename,renameat,renameat2", 100, "2+")
    let most = 0
    const looking = setInterval(() => {
      most = Math.max(most, running())
    }, 1)
    const evictions = await Promise.all([first.removed, second.removed])
    clearInterval(looking)

    assert.include(first.calls(), "DELAYED")
    assert.strictEqual(most, 1)
    assert.deepStrictEqual(evictions.flat().map(({ key }) => key).sort(), keys)
    assert.deepStrictEqual(evictions.map((of) => of.length).sort((one, other) => one - other), [0, keys.length])
    assert.isFalse(fs.existsSync(at(".collecting")))
  })
})

describe("`cache init --repair` by root", () => {
  const swapped = [".leases", ".blobs", ".blobs/sha256", "app:1", "app:1/.incoming", ".trash"]

  it.each<[string, Swapper.Attacker]>([
    ["another user", { uid: 12_345 }],
    ["root of another mount namespace", { isElsewhere: true }]
  ])("changes nothing outside while %s swaps a place for a link, again and again", async (_, attacker) => {
    const outside = Outside.make(home)
    const before = Outside.tree(outside)
    for (const place of isFull ? swapped : swapped.slice(0, 1)) {
      store.publish("app:1", ["one"])
      fs.mkdirSync(at(place), { recursive: true })
      if (attacker.uid !== undefined) {
        execFileSync("chown", ["-R", `${attacker.uid}:${attacker.uid}`, store.directory])
      }
      let rounds = 0
      // slow, so that the place is another when it comes to a change, and to another mode each time, so that there is one
      const repair = async (): Promise<void> => {
        const mode = (rounds += 1) % 2 === 0 ? "0777" : "0775"
        const words = ["cache", "init", "--root", home, "--mode", mode, "--repair"]
        const { status, stderr } = await slowly("chmod,fchmod,fchmodat,chown,fchown", 5, words).ended
        Figures.add("repairs")
        assert.include([0, 1, 125], status, stderr)
      }
      const forms: ReadonlyArray<Swapper.Form> = [{ files: ["alive", "started"] }, { link: outside }]
      const swaps = await Swapper.during(at(place), forms, 1_000, repair, attacker, isFull ? 40 : 10)
      Figures.add("swaps", swaps)
      assert.isAtLeast(swaps, 1_000)
      assert.deepStrictEqual(Outside.tree(outside), before)
      fs.rmSync(store.directory, { recursive: true })
      fs.mkdirSync(store.directory)
    }
  }, isFull ? 600_000 : undefined)
})

describe("on a disk that is nearly full", () => {
  const megabyte = 1024 * 1024
  /** Builds store where this is free, and collection sees to it that twice as much is. */
  const needed = CacheInspection.minimumFree

  /** A mount namespace in which the cache is on a disk of its own, of this size. */
  let inside: ReadonlyArray<string>
  let seen: (...names: ReadonlyArray<string>) => string
  let end: () => Promise<unknown>
  beforeEach(async () => {
    const ready = session.at("ready")
    const script = `mount -t tmpfs -o size=${
      2 * needed + 8 * megabyte
    },mode=755 none "$1" && touch "$2" && exec sleep 300`
    const { child, ended } = start("unshare", [
      ...["--mount", "--propagation", "private", "sh", "-c", script, "sh", store.directory, ready]
    ])
    await Promise.race([Builder.appears(ready), ended.then(({ stderr }) => assert.fail(stderr))])
    inside = [
      "nsenter",
      `--mount=/proc/${child.pid}/ns/mnt`,
      "sh",
      "-c",
      "cd \"$0\" && exec \"$@\"",
      session.at("work")
    ]
    seen = (...names) => path.join(`/proc/${child.pid}/root`, store.directory, ...names)
    // no collection begins by itself
    fs.writeFileSync(seen(".collected"), "")
    end = () => {
      child.kill("SIGKILL")
      return ended
    }
  })
  afterEach(() => end())

  const run = async (name: string, ...words: ReadonlyArray<string>) => {
    const [file = "", ...rest] = [...inside, ...starting(session.at("shim", name)), ...words]
    const ran = await start(file, rest).ended
    assert.strictEqual(ran.status, 0, ran.stderr)
    return ran
  }
  const isStored = (key: string): boolean => fs.existsSync(seen(key, "index.json"))
  const content = (bytes: number): void => fs.writeFileSync(session.at("work/file"), Buffer.alloc(bytes, "layer"))

  it("a build that cannot store has room made in the background, and the next one stores", async () => {
    content(needed + 16 * megabyte)
    assert.strictEqual((await run("docker", "build", "-t", "old:1", ".")).stderr, "")
    assert.isTrue(isStored("old:1"))
    // the hour is over in which one collection is enough
    fs.rmSync(seen(".collected"))

    content(1_000)
    assert.match(
      (await run("docker", "build", "-t", "app:1", ".")).stderr,
      /^docker-shim: build cache not shared: \S+ has only \S+ free; see 'docker-shim doctor'\n$/
    )
    assert.isFalse(isStored("app:1"))
    await until(() => !fs.existsSync(seen("old:1")) && !fs.existsSync(seen(".collecting")))
    assert.strictEqual((await run("docker", "build", "-t", "app:1", ".")).stderr, "")
    assert.isTrue(isStored("app:1"))
  })

  it("`cache prune` makes room, the least recently used first, and says why", async () => {
    for (const [key, bytes] of [["old:1", 16 * megabyte], ["new:1", 1_000]] as const) {
      content(bytes)
      await run("docker", "build", "-t", key, ".")
    }
    const long = new Date(Date.now() - 86_400_000)
    fs.utimesSync(seen("old:1/index.json"), long, long)
    const { stdout } = await run("docker-shim", "cache", "prune", "--force")
    assert.match(stdout, /^old:1 +the disk is nearly full$/m)
    assert.deepStrictEqual([isStored("old:1"), isStored("new:1")], [false, true])
  })
})
