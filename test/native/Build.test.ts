/**
 * How the stand-alone executable is built: one commit gives one executable, from sources that are pinned, and the licences of
 * all that is in it come with it.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { repository, run } from "../shell/program.ts"

/** Beside the packages, which are linked from there: a bundle names files by where they are. */
fs.mkdirSync(path.join(repository, ".cache"), { recursive: true })
const directory = fs.mkdtempSync(path.join(repository, ".cache", "build-"))
afterAll(() => fs.rmSync(directory, { recursive: true, force: true }))

const git = (...words: ReadonlyArray<string>): string =>
  execFileSync("git", words, { cwd: repository, encoding: "utf8" })

/** Builds the same sources, changes included, in a directory of another name: that directory. */
const buildIn = async (name: string, env: Readonly<Record<string, string>>): Promise<string> => {
  const copy = path.join(directory, name)
  git("clone", "--quiet", "--shared", repository, copy)
  for (const file of git("ls-files", "--modified", "--others", "--exclude-standard", "-z").split("\0")) {
    const from = path.join(repository, file)
    if (file === "") continue
    if (fs.existsSync(from)) fs.cpSync(from, path.join(copy, file))
    else fs.rmSync(path.join(copy, file), { force: true })
  }
  execFileSync("cp", ["-al", path.join(repository, "node_modules"), copy])
  const ran = await run(process.execPath, ["scripts/release/build-standalone.mjs"], {
    cwd: copy,
    timeout: 300_000,
    env: { PATH: process.env["PATH"], ...env }
  })
  assert.strictEqual(ran.code, 0, ran.stderr)
  return copy
}

describe("the stand-alone executable", () => {
  let copy: string
  let content: Buffer
  beforeAll(async () => {
    copy = await buildIn("one", { HOME: directory })
    content = fs.readFileSync(path.join(copy, "dist/docker-shim"))
  }, 300_000)

  it("is the same byte for byte when it is built in another place and environment", async () => {
    const other = await buildIn("a longer name", {
      HOME: "/",
      TERM: "xterm",
      LC_ALL: "C.UTF-8",
      NODE_ENV: "production",
      TZ: "Asia/Tokyo"
    })
    assert.isTrue(fs.readFileSync(path.join(other, "dist/docker-shim")).equals(content))
  }, 300_000)

  it("holds no path of the machine that built it", () => {
    const cache = execFileSync(path.join(repository, "scripts/release/get-quickjs.sh"), { encoding: "utf8" }).trim()
    for (const one of [repository, path.dirname(cache)]) {
      assert.isFalse(content.includes(one), one)
    }
  })

  it("touches few pages of memory before it runs docker", async () => {
    const source = `#include <stdio.h>
      #include <sys/resource.h>
      int main(void) { struct rusage used; return getrusage(RUSAGE_SELF, &used) || printf("%ld", used.ru_minflt) < 0; }`
    const docker = path.join(directory, "faults")
    execFileSync("gcc", ["-static", "-x", "c", "-", "-o", docker], { input: source })
    const faults = async (file: string) =>
      Number(
        (await run(file, ["ps"], { argv0: "docker", env: { HOME: directory, DOCKER_SHIM_REAL_DOCKER: docker } })).stdout
      )
    const added = await faults(path.join(copy, "dist/docker-shim")) - await faults(docker)
    // 217, of which 120 are fetched with one call; 318 where what every command uses lies scattered in the memory
    assert.isBelow(added, 270)
    assert.isAbove(added, 0)
  })

  it("has the licences of all that is in it beside it", () => {
    const text = fs.readFileSync(path.join(copy, "dist/docker-shim.licenses.txt"), "utf8")
    const titles = [...text.matchAll(/^(.+)\n=+$/gm)].map(([, title = ""]) => title.replace(/ [\d.]+$/, ""))
    assert.includeMembers(titles, [
      "docker-shim",
      "QuickJS-ng",
      "OpenSSL (SHA-256)",
      "GNU C Library",
      "effect",
      "yaml",
      "semver"
    ])
    assert.include(text, "Fabrice Bellard")
    assert.include(text, "Apache License")
  })
})

describe("the sources of QuickJS", () => {
  const script = path.join(repository, "scripts/release/get-quickjs.sh")
  const pinned = execFileSync(script, { encoding: "utf8" }).trim()
  const get = async (sources: string, cache: string) =>
    await run(script, [path.join(directory, cache)], {
      env: { PATH: process.env["PATH"], DOCKER_SHIM_QUICKJS: sources }
    })
  const copySources = (name: string): string => {
    const sources = path.join(directory, name)
    fs.cpSync(pinned, sources, {
      recursive: true,
      filter: (file) => !fs.statSync(file).isDirectory() || file === pinned
    })
    fs.renameSync(path.join(sources, "copyright"), path.join(sources, "LICENSE"))
    return sources
  }

  it("may come from any place that has them", async () => {
    const ran = await get(copySources("good"), "good-cache")
    assert.deepStrictEqual([ran.code, path.dirname(ran.stdout.trim())], [0, path.join(directory, "good-cache")])
  })

  it("are refused where a byte differs", async () => {
    const sources = copySources("changed")
    fs.appendFileSync(path.join(sources, "libregexp.c"), "\n")
    const ran = await get(sources, "changed-cache")
    assert.strictEqual(ran.code, 1)
    assert.match(ran.stderr, /libregexp\.c: FAILED[^]*are not those of QuickJS 0\.17\.0/)
  })

  it("are checked again before each build", async () => {
    const ran = await get(copySources("later"), "later-cache")
    fs.appendFileSync(path.join(ran.stdout.trim(), "quickjs.h"), "\n")
    const again = await get(path.join(directory, "later"), "later-cache")
    assert.strictEqual(again.code, 1)
    assert.include(again.stderr, "was changed; remove it")
  })
})
