/**
 * What is loaded for a command: the parts that cost start-up time only where a plan needs them.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as CacheLayout from "../../src/core/cache/CacheLayout.ts"
import { fixtures, run, shimDirectory } from "./program.ts"

/** The Node form in every project: the stand-alone executable loads nothing. */
const built = fileURLToPath(new URL("../../dist/docker-shim.cjs", import.meta.url))
const scratch = shimDirectory()
const cache = path.join(scratch.directory, "cache")
const docker = path.join(scratch.directory, "docker")
const unstartable = path.join(scratch.directory, "unstartable")

beforeAll(() => {
  fs.mkdirSync(cache)
  // no collection in the background, which would write what it loaded when the test is over
  fs.writeFileSync(CacheLayout.collected(cache), "")
  fs.symlinkSync(built, docker)
  // a program that Node's newer versions could become would take what was loaded with it
  fs.writeFileSync(unstartable, "#!/no/such/interpreter\n", { mode: 0o755 })
})
afterAll(scratch.remove)

/** The packages of which anything was loaded, by what the build writes at the top of each part. */
const packages = async (words: ReadonlyArray<string>, real: string): Promise<ReadonlyArray<string>> => {
  const coverage = fs.mkdtempSync(path.join(scratch.directory, "coverage-"))
  await run(process.execPath, [docker, ...words], {
    env: {
      PATH: "/usr/bin:/bin",
      HOME: scratch.directory,
      WORKSPACE_DIR: "/data/w",
      HELIX_TASK_NUMBER: "12",
      DOCKER_SHIM_CACHE_DIR: cache,
      DOCKER_SHIM_REAL_DOCKER: real,
      NODE_V8_COVERAGE: coverage
    }
  })
  const [file = ""] = fs.readdirSync(coverage)
  const { result } = JSON.parse(fs.readFileSync(path.join(coverage, file), "utf8")) as {
    readonly result: ReadonlyArray<{ readonly url: string }>
  }
  const loaded = result.filter(({ url }) => url.startsWith("file:")).map(({ url }) =>
    /^\/\/ contains: (.*)$/m.exec(fs.readFileSync(fileURLToPath(url), "utf8"))?.[1] ?? ""
  )
  assert.isAtLeast(loaded.length, 3)
  return [...new Set(loaded.flatMap((names) => names === "" ? [] : names.split(", ")))].sort()
}

describe("what is loaded", () => {
  it.each([
    [["ps", "-a"]],
    [["images"]],
    [["exec", "-it", "web", "sh"]],
    [["logs", "-f", "web"]],
    [["docker-cli-plugin-metadata"]],
    [["run", "-v", "/home/retro/work/app:/app", "--mount", "type=bind,src=/home/retro/work,dst=/w", "web"]],
    [["volume", "create", "-o", "device=/home/retro/work"]]
  ])("for docker %j is no library but one hash", async (words) => {
    assert.deepStrictEqual((await packages(words, unstartable)).filter((name) => name !== "@noble/hashes"), [])
  })

  it.each(["ps", "exec"])("for the name of a Compose project is a reader of YAML: %s", async (command) => {
    fs.writeFileSync(path.join(scratch.directory, "compose.yaml"), "services: {}\n")
    const file = path.join(scratch.directory, "compose.yaml")
    const loaded = await packages(["compose", "-f", file, command, "web"], unstartable)
    assert.deepStrictEqual(loaded, ["@noble/hashes", "yaml"])
    assert.isNotEmpty(fs.readdirSync(path.join(scratch.directory, ".cache/docker-shim/projects")))
  })

  it("for a build is Effect, and not the library of the shim's own command", async () => {
    const loaded = await packages(["build", "-t", "app", "."], path.join(fixtures, "mirror"))
    assert.include(loaded, "effect")
    assert.notInclude(loaded, "@effect/cli")
  })
})
