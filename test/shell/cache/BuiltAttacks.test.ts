/**
 * What somebody who can write to the cache directory can do to a session of root's that runs the built program, and cannot:
 * nothing outside the directory changes, and no build fails, is held up or takes much memory. The races of all places are
 * run by `npm run test:full attack`.
 */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Swapper from "../files/swapper.ts"
import { form } from "../program.ts"
import * as Builder from "./builder.ts"
import * as Figures from "./figures.ts"
import * as Outside from "./outside.ts"

const isFull = process.env["DOCKER_SHIM_ATTACKS"] === "full"

const other = 12_345
const megabyte = 1024 * 1024

let home: string
let cache: string
let outside: string
let session: Builder.Session
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-attacks-"))
  fs.chmodSync(home, 0o755)
  cache = path.join(home, "buildkit-cache")
  outside = Outside.make(home)
  fs.mkdirSync(cache)
  fs.chmodSync(cache, 0o777)
  session = Builder.session(path.join(home, "session"), cache)
})
afterEach(async () => {
  await session.stop()
  execFileSync("rm", ["-rf", home])
})

afterAll(() => Figures.print(`attacks on the built program (${form})`))

const at = (...names: ReadonlyArray<string>): string => path.join(cache, ...names)

/** That a build is as one of a quiet cache is, but for the budgets of time. */
const isUnharmed = (quiet: Builder.Went, met: Builder.Went): void => {
  Figures.add("builds")
  Figures.add("builds failed", met.code === 0 ? 0 : 1)
  Figures.largest("ms longer than a quiet build by the clock", met.time - quiet.time)
  Figures.largest("ms of them its own", met.own - quiet.own)
  Figures.largest("ms by the processor", met.work - quiet.work)
  Figures.largest("MB at most", met.memory / megabyte)
  assert.strictEqual(met.code, 0, met.printed)
  assert.isBelow(met.own - quiet.own, 2_000, met.printed)
  assert.isBelow(met.work - quiet.work, 1_500, met.printed)
  assert.isBelow(met.memory, 200 * megabyte)
}

/** That what is outside is as it was. */
const isUntouched = (before: ReadonlyArray<string>): void => {
  const after = Outside.tree(outside)
  Figures.add("files outside changed", after.filter((one) => !before.includes(one)).length)
  assert.deepStrictEqual(after, before)
}

/**
 * Runs one of the shim's own commands. Where somebody swaps things meanwhile, it may stop and say where; else it does its work,
 * and `doctor` only misses a daemon.
 */
const command = async (words: ReadonlyArray<string>, isSwapped = false): Promise<void> => {
  const { code, memory, printed, signal } = await session.own(...words)
  Figures.add("commands")
  Figures.add("commands that stopped", code === 125 ? 1 : 0)
  Figures.largest("MB at most", memory / megabyte)
  assert.isNull(signal)
  if (isSwapped && code === 125) assert.match(printed, /^docker-shim: /)
  else assert.strictEqual(code, words[0] === "doctor" ? 2 : 0, `${words.join(" ")}: ${printed}`)
  assert.isBelow(memory, 200 * megabyte, words.join(" "))
}

/** The shim's own commands, which hold nobody up. */
const commands: ReadonlyArray<ReadonlyArray<string>> = [
  ["cache", "prune", "--force", "--max-size", "0"],
  ["cache", "verify", "--repair"],
  ["cache", "ls"],
  ["doctor"]
]

const kinds: ReadonlyArray<readonly [string, (place: string) => void]> = [
  ["a link to a file", (place) => fs.symlinkSync(path.join(outside, "alive"), place)],
  ["a link to a directory", (place) => fs.symlinkSync(outside, place)],
  ["a second name of a file", (place) => fs.linkSync(path.join(outside, "started"), place)],
  ["a pipe", (place) => execFileSync("mkfifo", [place])],
  ["a file", (place) => fs.writeFileSync(place, "theirs")],
  ["a directory", (place) => fs.mkdirSync(path.join(place, "sub"), { recursive: true })]
]

const places = [
  ".blobs",
  ".blobs/sha256",
  ".leases",
  ".trash",
  ".collecting",
  ".collected",
  "app:1",
  "app:1/index.json",
  "app:1/blobs",
  "app:1/.used",
  "app:1/.inputs",
  "app:1/.checking",
  "app:1/.incoming",
  "app:1/.retired"
]

/** Each place at least once, or with all kinds. */
const plantings = places.flatMap((place, n) =>
  kinds.filter((_, kind) => isFull || n % kinds.length === kind).map(([kind, plant]) => [kind, place, plant] as const)
)

/** A build that starts no collection, which could be faster than what is planted next. */
const quietBuild = () => {
  fs.writeFileSync(at(".collected"), "")
  return session.build("quiet")
}

describe("in the place of what is the cache's own", () => {
  it.each(plantings)("%s leads nowhere, and costs no build: %s", async (_, place, plant) => {
    const quiet = await quietBuild()
    fs.rmSync(at(place), { recursive: true, force: true })
    fs.mkdirSync(path.dirname(at(place)), { recursive: true })
    plant(at(place))
    if (!fs.lstatSync(at(place)).isSymbolicLink()) fs.utimesSync(at(place), 4e9, 4e9)
    const before = Outside.tree(outside)
    isUnharmed(quiet, await session.build("meets it"))
    // a lock is waited for, as long as its holder may live
    const tried = place === ".collecting" ? commands.slice(1) : commands
    for (const words of tried.slice(0, isFull ? tried.length : 2)) await command(words)
    isUntouched(before)
    isUnharmed(quiet, await session.build("after it"))
  })
})

/** Puts a manifest in the place of the entry's own, under its right digest. */
const forge = (key: string, manifest: string, size = manifest.length): void => {
  const hex = createHash("sha256").update(manifest).digest("hex")
  fs.mkdirSync(at(".blobs/sha256"), { recursive: true })
  fs.writeFileSync(at(".blobs/sha256", hex), manifest)
  if (size > manifest.length) fs.truncateSync(at(".blobs/sha256", hex), size)
  fs.mkdirSync(at(key), { recursive: true })
  fs.rmSync(at(key, "index.json"), { force: true })
  fs.writeFileSync(
    at(key, "index.json"),
    JSON.stringify({
      manifests: [{
        mediaType: "m",
        digest: `sha256:${hex}`,
        size,
        annotations: { "org.opencontainers.image.ref.name": "latest" }
      }]
    })
  )
}
const layer = { mediaType: "m", digest: `sha256:${"a".repeat(64)}`, size: 1 }
const hollow = (bytes: number): string => {
  const hex = createHash("sha256").update(`hollow ${bytes}`).digest("hex")
  fs.mkdirSync(at(".blobs/sha256"), { recursive: true })
  fs.writeFileSync(at(".blobs/sha256", hex), "")
  fs.truncateSync(at(".blobs/sha256", hex), bytes)
  return `sha256:${hex}`
}

const documents: ReadonlyArray<readonly [string, () => void]> = [
  ["seven hundred thousand descriptors", () => forge("app:1", JSON.stringify({ layers: Array(700_000).fill(layer) }))],
  [
    "as many descriptors as the shim reads, long ones",
    () => forge("app:1", JSON.stringify({ layers: Array(9_990).fill({ ...layer, mediaType: "m".repeat(250) }) }))
  ],
  ["ten million nested brackets", () => forge("app:1", "[".repeat(10_000_000))],
  ["an index of two gigabytes", () => {
    forge("app:1", "{}")
    fs.truncateSync(at("app:1/index.json"), 2 * 1024 ** 3)
  }],
  ["a configuration of two gigabytes", () => {
    const size = 2 * 1024 ** 3
    const config = { mediaType: "application/vnd.buildkit.cacheconfig.v0", digest: hollow(size), size }
    forge("app:1", JSON.stringify({ layers: [], config, manifests: [config] }))
  }],
  ["a configuration of sixty thousand equal digests", () => {
    const text = JSON.stringify({ layers: Array(60_000).fill({ blob: layer.digest, parent: -1 }), records: [] })
    const digest = createHash("sha256").update(text).digest("hex")
    fs.mkdirSync(at(".blobs/sha256"), { recursive: true })
    fs.writeFileSync(at(".blobs/sha256", digest), text)
    const config = {
      mediaType: "application/vnd.buildkit.cacheconfig.v0",
      digest: `sha256:${digest}`,
      size: text.length
    }
    forge("app:1", JSON.stringify({ manifests: [config] }))
  }],
  [
    "a layer of four terabytes",
    () => forge("app:1", JSON.stringify({ layers: [{ ...layer, digest: hollow(4 * 1024 ** 4), size: 4 * 1024 ** 4 }] }))
  ],
  ["forty relatives with manifests of sixty megabytes", () => {
    for (let n = 0; n < 40; n += 1) forge(`app@${n}`, JSON.stringify({ n }), 60 * megabyte)
  }],
  ["many relatives, as large as the shim reads", () => {
    for (let n = 0; n < (isFull ? 200 : 12); n += 1) {
      forge(`app@${n}`, JSON.stringify({ n, layers: Array(9_000).fill({ ...layer, mediaType: "m".repeat(200) }) }))
    }
  }],
  ["as many, and all that they name is there", () => {
    const layers = Array.from({ length: isFull ? 9_000 : 1_000 }, (_, n) => {
      const digest = createHash("sha256").update(`${n}`).digest("hex")
      fs.mkdirSync(at(".blobs/sha256"), { recursive: true })
      fs.writeFileSync(at(".blobs/sha256", digest), `${n}`)
      return { mediaType: "m".repeat(200), digest: `sha256:${digest}`, size: `${n}`.length }
    })
    for (let n = 0; n < (isFull ? 200 : 40); n += 1) forge(`app@${n}`, JSON.stringify({ n, layers }))
  }]
]

describe("an entry that holds", () => {
  it.each(documents)("%s costs no build", async (_, make) => {
    const quiet = await quietBuild()
    make()
    isUnharmed(quiet, await session.build("meets it"))
    for (const words of commands) await command(words)
    isUnharmed(quiet, await session.build("after it"))
  }, isFull ? 600_000 : undefined)
})

describe.each<[string, Swapper.Attacker]>([
  ["another user", { uid: other }],
  ["root of another mount namespace", { isElsewhere: true }]
])("places that %s swaps for links", (_, attacker) => {
  const swapped = [".blobs/sha256", "app:1", ".leases", ".blobs", ".trash", "app:1/.incoming", "app:1/.retired"]

  it.each(isFull ? swapped : swapped.slice(0, 2))(
    "again and again cost no build, and lead nowhere: %s",
    async (place) => {
      const quiet = await quietBuild()
      fs.mkdirSync(at(place), { recursive: true })
      if (attacker.uid !== undefined) execFileSync("chown", ["-R", `${other}:${other}`, cache])
      const before = Outside.tree(outside)
      let count = 0
      const round = async (): Promise<void> => {
        isUnharmed(quiet, await session.build(`round ${(count += 1)}`))
        await command(commands[count % commands.length] ?? [], true)
      }
      const forms: ReadonlyArray<Swapper.Form> = [{ files: ["alive", "started", "index.json"] }, { link: outside }]
      const swaps = await Swapper.during(at(place), forms, 1_000, round, attacker, isFull ? 8 : 2)
      Figures.add("swaps", swaps)
      assert.isAtLeast(swaps, 1_000)
      isUntouched(before)
    }
  )
})

it("a build that is stopped in the middle holds up no other, and no collection", async () => {
  const quiet = await quietBuild()
  fs.writeFileSync(session.at("hang"), "build")
  const { child } = session.start("docker", "build", "-t", "app:1", ".")
  await Builder.appears(session.at("hung"))
  child.kill("SIGSTOP")
  fs.rmSync(session.at("hang"))
  isUnharmed(quiet, await session.build("another"))
  assert.strictEqual((await session.own("cache", "prune", "--force", "--max-size", "0")).code, 0)
  isUnharmed(quiet, await session.build("a third"))
})
