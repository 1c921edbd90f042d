/**
 * What is done to a build of the built program while it runs, by somebody who can write to the cache directory, and to what it
 * remembers, by somebody who can write there: nothing outside changes, and the build ends as docker does.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, afterEach, assert, beforeEach, describe, it } from "vitest"
import { form, run, starting } from "../program.ts"
import * as Builder from "./builder.ts"
import * as Figures from "./figures.ts"
import * as Outside from "./outside.ts"

let home: string
let cache: string
let outside: string
let session: Builder.Session
beforeEach(() => {
  ;({ cache, home, session } = Builder.alone("docker-shim-run-attacks-"))
  fs.chmodSync(cache, 0o777)
  outside = Outside.make(home)
})
afterEach(async () => {
  await session.stop()
  execFileSync("rm", ["-rf", home])
})

afterAll(() => Figures.print(`attacks on a build that runs (${form})`))

/** Builds, and something is done at the end of docker's own work, before the shim's. */
const buildAnd = async (content: string, then: string): Promise<Builder.Went> => {
  fs.writeFileSync(session.at("then"), `(\n${then}\n)\ntouch ${session.at("done")}\n`)
  const went = await session.build(content)
  fs.rmSync(session.at("then"))
  assert.isTrue(fs.existsSync(session.at("done")), "the attack did not run")
  Figures.add("builds")
  Figures.add("builds failed", went.code === 0 ? 0 : 1)
  return went
}

const kinds: ReadonlyArray<readonly [string, string]> = [
  ["a link to a file", `ln -s "$OUT/alive" "$P"`],
  ["a link to a directory", `ln -s "$OUT" "$P"`],
  ["a second name of a file", `ln "$OUT/started" "$P"`],
  ["a pipe", `mkfifo "$P"`],
  ["a directory", `mkdir -p "$P/sub"`]
]

const places = [
  ".leases/*/alive",
  ".leases/*/started",
  ".leases/*",
  "app:1/.incoming/*",
  "app:1/.incoming",
  "app:1/.retired",
  "app:1/.used",
  "app:1/.inputs",
  "app:1/index.json",
  ".collecting"
]

describe("while a build runs", () => {
  it.each(places.flatMap((place) => kinds.map(([kind, plant]) => [kind, place, plant] as const)))(
    "%s leads nowhere, and costs no build: %s",
    async (_, place, plant) => {
      const quiet = await session.build("quiet")
      const before = Outside.tree(outside)
      const went = await buildAnd(
        "met",
        `OUT=${outside}
for P in ${cache}/${place}; do P="$(readlink -m "$P")"; rm -rf "$P"; ${plant}; done`
      )
      assert.strictEqual(went.code, 0, went.printed)
      assert.isBelow(went.own - quiet.own, 2_000)
      assert.deepStrictEqual(Outside.tree(outside), before)
      // nobody's layers are anywhere but in the cache
      assert.strictEqual((await session.build("after it")).code, 0)
      assert.deepStrictEqual(Outside.tree(outside), before)
    }
  )
})

describe("what a user's shim remembers", () => {
  const remembered = (): string => session.at("home/.cache/docker-shim/probes")

  it("is not read from a pipe, which would hang the build", async () => {
    await session.build("quiet")
    const answers = fs.readdirSync(remembered())
    assert.isNotEmpty(answers)
    for (const name of answers) {
      fs.rmSync(path.join(remembered(), name))
      execFileSync("mkfifo", [path.join(remembered(), name)])
    }
    const went = await session.build("met")
    assert.strictEqual(went.code, 0, went.printed)
  })

  it("is not written through a link, and nothing behind it is removed", async () => {
    await session.build("quiet")
    fs.rmSync(remembered(), { recursive: true })
    for (let at = 0; at < 200; at += 1) fs.writeFileSync(path.join(outside, `${at}.json`), "theirs")
    fs.chownSync(outside, 12_345, 12_345)
    fs.symlinkSync(outside, remembered())
    const before = Outside.tree(outside)
    const went = await session.build("met")
    assert.strictEqual(went.code, 0, went.printed)
    assert.deepStrictEqual(Outside.tree(outside), before)
  })
})

it("a directory for temporary files that another user could swap is not taken", async () => {
  fs.chownSync(session.at("tmp"), 12_345, 12_345)
  fs.chmodSync(session.at("tmp"), 0o777)
  const went = await buildAnd("met", `ls -A ${session.at("tmp")} > ${session.at("seen")}`)
  assert.strictEqual(went.code, 0, went.printed)
  assert.strictEqual(fs.readFileSync(session.at("seen"), "utf8"), "")
})

it("a collection of thousands of blobs starts no program, whatever PATH has", async () => {
  await session.build("quiet")
  const young = new Date(Date.now() - 3 * 86_400_000)
  for (let at = 0; at < 2_500; at += 1) {
    const file = path.join(cache, ".blobs/sha256", at.toString(16).padStart(64, "0"))
    fs.writeFileSync(file, "nobody's")
    fs.utimesSync(file, young, young)
  }
  for (const name of ["sh", "rm", "xargs"]) {
    fs.writeFileSync(session.at("work", name), `#!/bin/sh\ntouch ${session.at("started")}\n`, { mode: 0o755 })
  }
  const [file, ...words] = [...starting(session.at("shim/docker-shim")), "cache", "prune", "--force"]
  const env = { ...session.env, PATH: `:${session.env["PATH"] ?? ""}` }
  const went = await run(file, words, { cwd: session.at("work"), env })
  assert.strictEqual(went.code, 0, went.stderr)
  assert.isFalse(fs.existsSync(session.at("started")))
})

describe("times in the future", () => {
  const year = new Date("2099-01-01")
  const plant = (name: string): void => {
    fs.mkdirSync(path.dirname(path.join(cache, name)), { recursive: true })
    fs.writeFileSync(path.join(cache, name), "")
    fs.utimesSync(path.join(cache, name), year, year)
  }

  it("of a lease, a lock and the last collection are reported, and stop no build", async () => {
    const quiet = await session.build("quiet")
    for (const name of [".leases/run/started", ".leases/run/alive", ".collecting", ".collected"]) plant(name)
    const { code, printed } = await session.own("cache", "verify")
    assert.strictEqual(code, 1, printed)
    for (const name of [".leases/run/started", ".leases/run/alive", ".collecting", ".collected"]) {
      const [line = ""] = printed.split("\n").filter((one) => one.startsWith(`${name} `))
      assert.match(line, / its time is in the future$/, printed)
    }
    const went = await session.build("met")
    assert.strictEqual(went.code, 0, went.printed)
    assert.isBelow(went.own - quiet.own, 2_000)
  })
})
