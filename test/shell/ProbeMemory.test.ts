/**
 * What the shim found out about a builder it does not ask again.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { fixtures, run, shimDirectory } from "./program.ts"

const shim = shimDirectory("docker")
const real = path.join(shim.directory, "docker.real")
const calls = path.join(shim.directory, "calls")
const memory = path.join(shim.directory, ".cache/docker-shim/probes")
const env = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  HOME: shim.directory,
  DOCKER_SHIM_CACHE_DIR: path.join(shim.directory, "cache")
}

beforeAll(() => {
  fs.mkdirSync(env.DOCKER_SHIM_CACHE_DIR)
})
beforeEach(() => {
  fs.rmSync(memory, { recursive: true, force: true })
  const script = `#!/bin/sh\necho "$*" >> ${calls}\nexec ${fixtures}/mirror "$@"\n`
  fs.writeFileSync(real, script, { mode: 0o755 })
})
afterAll(shim.remove)

/** The first two words of each call of the real docker during one build. */
const build = async (): Promise<ReadonlyArray<string>> => {
  fs.rmSync(calls, { force: true })
  const ran = await run(path.join(shim.directory, "docker"), ["build", "-t", "app", "."], { env, cwd: shim.directory })
  assert.deepStrictEqual([ran.code, ran.stderr], [0, ""])
  const all = fs.readFileSync(calls, "utf8").trim().split("\n")
  assert.match(all.at(-1) ?? "", /^build --cache-to=type=local,.* -t app \.$/)
  return all.map((line) => line.split(/[ =]/).slice(0, 2).join(" "))
}

const probed = ["--version", "buildx inspect", "build --cache-to"]

describe("the memory of probes", () => {
  it("saves every probe of a build like the one before", async () => {
    assert.deepStrictEqual(await build(), probed)
    assert.deepStrictEqual(await build(), ["build --cache-to"])
  })

  it("is for nobody else to read", async () => {
    await build()
    assert.strictEqual(fs.statSync(memory).mode & 0o777, 0o700)
    for (const name of fs.readdirSync(memory)) {
      assert.strictEqual(fs.statSync(path.join(memory, name)).mode & 0o777, 0o600)
    }
  })

  it("is not trusted when docker became another program", async () => {
    await build()
    fs.appendFileSync(real, "# newer\n")
    assert.deepStrictEqual(await build(), probed)
  })

  it("is not trusted when it is damaged", async () => {
    await build()
    for (const name of fs.readdirSync(memory)) fs.writeFileSync(path.join(memory, name), "{\"_tag\":\"Expo")
    assert.deepStrictEqual(await build(), probed)
  })
})
