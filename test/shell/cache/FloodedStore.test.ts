/**
 * A cache directory that somebody filled with names: no command and no build knows them all at once, and collection clears them
 * away. `npm run test:full flood` has half a million of each.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, afterEach, assert, beforeEach, describe, it } from "vitest"
import { form } from "../program.ts"
import * as Builder from "./builder.ts"
import * as Figures from "./figures.ts"

const isFull = process.env["DOCKER_SHIM_ATTACKS"] === "full"
const count = isFull ? 500_000 : 5_000
const megabyte = 1024 * 1024

let alone: Builder.Alone
beforeEach(() => {
  // in memory: a disk takes longer to make them
  alone = Builder.alone("docker-shim-flood-", fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir())
})
afterEach(async () => {
  await alone.session.stop()
  execFileSync("rm", ["-rf", alone.home])
})
afterAll(() => Figures.print(`flooded caches (${form})`))

const at = (...names: ReadonlyArray<string>): string => path.join(alone.cache, ...names)

const old = new Date(Date.now() - 3_600_000)

/** Makes so many names in a directory, each as `make` says. */
const flood = (place: string, make: (file: string, n: number) => void, length = 64): void => {
  fs.mkdirSync(at(place), { recursive: true })
  for (let n = 0; n < count; n += 1) make(at(place, `${n}`.padStart(length, "0")), n)
}
const file = (name: string): void => fs.closeSync(fs.openSync(name, "w"))
const oldFile = (name: string): void => {
  file(name)
  fs.utimesSync(name, old, old)
}

const index = (digest: string, size: number): string =>
  JSON.stringify({
    manifests: [{ mediaType: "m", digest, size, annotations: { "org.opencontainers.image.ref.name": "latest" } }]
  })

/** Entries that all name the manifest of `app:1`, each by a second name of one index. */
const entries = (): void => {
  const indexes = fs.readFileSync(at("app:1/index.json"), "utf8")
  const { manifests } = JSON.parse(indexes) as { manifests: ReadonlyArray<{ digest: string; size: number }> }
  const [manifest] = manifests
  const one = at(".index")
  fs.writeFileSync(one, index(manifest?.digest ?? "", manifest?.size ?? 0))
  flood(".", (name) => {
    fs.mkdirSync(name)
    fs.linkSync(one, path.join(name, "index.json"))
  })
}

const floods: ReadonlyArray<readonly [what: string, make: () => void, left: () => number]> = [
  ["empty blobs", () => flood(".blobs/sha256", file), () => names(".blobs/sha256")],
  ["blobs of long names", () => flood(".blobs/sha256", file, 250), () => names(".blobs/sha256")],
  ["files among the leases", () => flood(".leases", oldFile), () => names(".leases")],
  ["leases of builds that are gone", () =>
    flood(".leases", (name) => {
      fs.mkdirSync(name)
      for (const one of ["started", "alive"]) oldFile(path.join(name, one))
    }), () => names(".leases")],
  ["directories without an entry", () =>
    flood(".", (name) => {
      fs.mkdirSync(name)
      fs.utimesSync(name, old, old)
    }), () => names(".")],
  ["whole entries", entries, () => Math.max(0, names(".") - 50_000)],
  ["replaced indexes of an entry", () => flood("app:1/.retired", oldFile), () => names("app:1/.retired")],
  ["exports of an entry", () => flood("app:1/.incoming", oldFile), () => names("app:1/.incoming")],
  ["blobs of a killed collection", () => flood(".trash/run-1/blobs", file, 250), () => names(".trash/run-1/blobs")],
  ["unfinished blobs", () => {
    flood(".blobs/sha256", (name) => oldFile(path.join(path.dirname(name), `.new-${path.basename(name)}`)))
  }, () => fs.readdirSync(at(".blobs/sha256")).filter((name) => name.startsWith(".new-")).length]
]

const names = (place: string): number =>
  fs.existsSync(at(place)) ? fs.readdirSync(at(place)).filter((name) => /^0+\d/.test(name)).length : 0

const run = async (...words: ReadonlyArray<string>): Promise<Builder.Went> => {
  const went = await alone.session.own(...words)
  Figures.largest("MB at most", went.memory / megabyte)
  assert.isBelow(went.memory, 200 * megabyte, words.join(" "))
  assert.isNull(went.signal)
  return went
}

describe(`${count}`, () => {
  it("layers that others may not read are counted and shown in little memory", async () => {
    flood(".blobs/sha256", (name) => fs.closeSync(fs.openSync(name, "w", 0o600)), 250)
    const init = ["cache", "init", "--root", alone.home]
    const said = await run(...init)
    assert.strictEqual(said.code, 1, said.printed)
    assert.include(said.printed, `${count} layers that others may not read`)
    const repaired = await run(...init, "--repair")
    assert.strictEqual(repaired.code, 0, repaired.printed)
    assert.strictEqual((await run(...init)).code, 0)
  }, isFull ? 3_600_000 : 300_000)

  it.each(floods)("%s take little memory, cost no build, and go", async (_, make, left) => {
    assert.strictEqual((await alone.session.build("honest")).code, 0)
    make()
    fs.writeFileSync(at(".collected"), "")
    const built = await alone.session.build("honest")
    assert.strictEqual(built.code, 0, built.printed)
    assert.isBelow(built.memory, 200 * megabyte)
    assert.isBelow(built.own, 2_000 + 1_250)
    for (const words of [["cache", "ls"], ["cache", "du"], ["doctor"]]) await run(...words)
    await run("cache", "verify")
    const pruned = await run("cache", "prune", "--force")
    assert.strictEqual(pruned.code, 0, pruned.printed)
    assert.isAtMost(left(), 0)
    assert.isTrue(fs.existsSync(at("app:1/index.json")), "the honest entry stays")
    const verified = await run("cache", "verify")
    assert.strictEqual(verified.code, 0, verified.printed)
  }, isFull ? 3_600_000 : 300_000)
})
