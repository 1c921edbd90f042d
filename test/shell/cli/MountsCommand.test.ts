/**
 * `docker-shim mounts`, and `cache init` of the directories that it names.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { type Ran, run, shimDirectory } from "../program.ts"

const shim = shimDirectory("docker-shim")
afterAll(shim.remove)

const own = (...args: ReadonlyArray<string>): Promise<Ran> =>
  run(path.join(shim.directory, "docker-shim"), args, { env: { PATH: process.env["PATH"] } })

describe("docker-shim mounts", () => {
  it("prints the own directory, those only read, and the variable that names them", async () => {
    const words = ["mounts", "--root", "/data", "--scope", "team-a", "--read-dirs", "trusted:base:trusted"]
    const { code, stdout } = await own(...words)
    assert.strictEqual(code, 0)
    assert.deepStrictEqual(stdout.split("\n"), [
      "docker    --mount type=bind,source=/data/buildkit-cache-team-a,target=/buildkit-cache",
      "docker    --mount type=bind,source=/data/buildkit-cache-trusted,target=/buildkit-cache-trusted,readonly",
      "docker    --mount type=bind,source=/data/buildkit-cache-base,target=/buildkit-cache-base,readonly",
      "compose   - {\"type\":\"bind\",\"source\":\"/data/buildkit-cache-team-a\",\"target\":\"/buildkit-cache\"}",
      "compose   - {\"type\":\"bind\",\"source\":\"/data/buildkit-cache-trusted\",\"target\":\"/buildkit-cache-trusted\","
      + "\"read_only\":true}",
      "compose   - {\"type\":\"bind\",\"source\":\"/data/buildkit-cache-base\",\"target\":\"/buildkit-cache-base\","
      + "\"read_only\":true}",
      "variable  DOCKER_SHIM_CACHE_READ_DIRS=/buildkit-cache-trusted:/buildkit-cache-base",
      ""
    ])
    const json = JSON.parse((await own(...words, "--json")).stdout) as ReadonlyArray<Record<string, unknown>>
    assert.deepStrictEqual(json.map(({ readOnly, target }) => [target, readOnly]), [
      ["/buildkit-cache", false],
      ["/buildkit-cache-trusted", true],
      ["/buildkit-cache-base", true]
    ])
  })

  it.each([
    [["--scope", "a/b"], "--scope \"a/b\" is not accepted: a name has "],
    [["--scope", ""], "--scope \"\" is not accepted: a name has "],
    [["--read-dirs", "ok:../x"], "--read-dirs \"../x\" is not accepted: a name has "],
    [["--read-dirs", "ok:"], "--read-dirs \"\" is not accepted: a name has "],
    [["--scope", "a", "--read-dirs", "a"], "--read-dirs \"a\" is not accepted: it is the session's own scope"]
  ])("refuses %j", async (words, message) => {
    const { code, stderr, stdout } = await own("mounts", "--root", "/data", ...words)
    assert.deepStrictEqual([code, stdout], [125, ""])
    assert.include(stderr, message)
  })
})

describe("docker-shim cache init --scope", () => {
  it("makes the directory that mounts names, and leaves others alone", async () => {
    const root = path.join(shim.directory, "machine")
    const init = (...words: ReadonlyArray<string>) => own("cache", "init", "--root", root, ...words)
    assert.strictEqual((await init("--scope", "team-a", "--mode", "0750")).code, 0)
    assert.deepStrictEqual(fs.readdirSync(root), ["buildkit-cache-team-a"])
    const [mount] = JSON.parse(
      (await own("mounts", "--root", root, "--scope", "team-a", "--json")).stdout
    ) as ReadonlyArray<
      { readonly source: string }
    >
    const source = mount?.source ?? ""
    assert.deepStrictEqual(fs.readdirSync(source).sort(), [".blobs", ".leases"])
    assert.strictEqual(fs.statSync(source).mode & 0o7777, 0o750)
    assert.strictEqual((await init()).code, 0)
    assert.strictEqual(fs.statSync(source).mode & 0o7777, 0o750)
    assert.strictEqual((await init("--scope", "team-a")).code, 1, "it is not as asked")
    const { code, stderr } = await init("--scope", "../outside")
    assert.strictEqual(code, 125)
    assert.include(stderr, "--scope \"../outside\" is not accepted")
    assert.deepStrictEqual(fs.readdirSync(root).sort(), ["buildkit-cache", "buildkit-cache-team-a"])
  })
})
