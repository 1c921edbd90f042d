/**
 * What the shim found out about a builder it does not ask again.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { fixtures, run, shimDirectory } from "../program.ts"

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
/** What is built, which the cache is no part of. */
const context = path.join(shim.directory, "app")
fs.mkdirSync(context)
afterAll(shim.remove)

/** The first two words of each call of the real docker during one build. */
const build = async (...globals: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  fs.rmSync(calls, { force: true })
  const words = [...globals, "build", "-t", "app", "."]
  const ran = await run(path.join(shim.directory, "docker"), words, { env, cwd: context })
  assert.deepStrictEqual([ran.code, ran.stderr], [0, ""])
  const given = ["", ...globals].join(" ")
  const all = fs.readFileSync(calls, "utf8").trim().split("\n").map((line) => ` ${line}`.replace(given, "").trimStart())
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

  it("outlasts what buildx writes at each look for a builder where none is selected", async () => {
    const buildx = path.join(shim.directory, ".docker", "buildx")
    for (const name of ["defaults", "instances"]) fs.mkdirSync(path.join(buildx, name), { recursive: true })
    await build()
    fs.writeFileSync(path.join(buildx, "current"), "{\"Key\":\"unix:///x\",\"Name\":\"\",\"Global\":false}")
    assert.deepStrictEqual(await build(), ["build --cache-to"])
    fs.rmSync(buildx, { recursive: true })
  })

  it("is not trusted when buildx has another builder in the directory that --config names", async () => {
    const config = path.join(shim.directory, "config")
    const buildx = path.join(config, "buildx")
    assert.deepStrictEqual(await build("--config", config), probed)
    assert.deepStrictEqual(await build("--config", config), ["build --cache-to"])
    fs.mkdirSync(buildx, { recursive: true })
    fs.writeFileSync(path.join(buildx, "current"), "{\"Key\":\"unix:///x\",\"Name\":\"b\",\"Global\":false}")
    assert.deepStrictEqual(await build("--config", config), probed)
    fs.rmSync(config, { recursive: true })
  })

  it.each([
    ["current", "{\"Key\":\"unix:///x\",\"Name\":\"b\",\"Global\":false}"],
    ["defaults/5e3a", "b"],
    ["instances/b", "{\"Name\":\"b\",\"Driver\":\"docker-container\"}"]
  ])("is not trusted when buildx has another %s", async (name, content) => {
    const buildx = path.join(shim.directory, ".docker", "buildx")
    await build()
    fs.mkdirSync(path.dirname(path.join(buildx, name)), { recursive: true })
    fs.writeFileSync(path.join(buildx, name), content)
    assert.deepStrictEqual(await build(), probed)
    fs.rmSync(buildx, { recursive: true })
  })

  it("is not trusted when it is damaged", async () => {
    await build()
    for (const name of fs.readdirSync(memory)) fs.writeFileSync(path.join(memory, name), "{\"_tag\":\"Expo")
    assert.deepStrictEqual(await build(), probed)
  })

  describe("that is wrong", () => {
    /** A docker with the classic image store, of which the memory says that it can export cache. */
    const poison = async (): Promise<void> => {
      const script = `#!/bin/sh
echo "$*" >> ${calls}
case "$*" in
  --version) echo "Docker version 28.5.2" ;;
  *inspect*) printf 'Name: default\\nDriver: docker\\n' ;;
  *--cache-to=*) echo "ERROR: Cache export is not supported for the docker driver." >&2; exit 1 ;;
  *broken*) echo "ERROR: the user's own mistake" >&2; exit 1 ;;
esac
`
      fs.writeFileSync(real, script, { mode: 0o755 })
      await builds("-t", "app", ".")
      for (const name of fs.readdirSync(memory)) {
        const file = path.join(memory, name)
        assert.include(fs.readFileSync(file, "utf8"), "ImportOnly")
        fs.writeFileSync(file, "{\"_tag\":\"Exporting\",\"driver\":\"docker\"}")
      }
    }
    const builds = async (...words: ReadonlyArray<string>) => {
      fs.rmSync(calls, { force: true })
      const ran = await run(path.join(shim.directory, "docker"), ["build", ...words], { env, cwd: context })
      const called = fs.readFileSync(calls, "utf8").trim().split("\n")
      return {
        code: ran.code,
        stderr: ran.stderr,
        called: called.map((line) => line.split(/[ =]/).slice(0, 2).join(" "))
      }
    }
    const refused = "ERROR: Cache export is not supported for the docker driver.\n"
    const noticed = "docker-shim: the builder cannot export cache, which it could before; "

    it("does not fail the build, and is right the next time", async () => {
      await poison()
      const healed = await builds("-t", "app", ".")
      assert.strictEqual(healed.code, 0)
      assert.include(healed.stderr, `${refused}${noticed}building again without its cache\n`)
      assert.deepStrictEqual(healed.called, ["build --cache-to", "--version", "buildx inspect", "build -t"])
      assert.deepStrictEqual((await builds("-t", "app", ".")).called, ["build -t"])
    })

    it("is right the next time where standard input cannot be read again", async () => {
      await poison()
      const failed = await builds("-t", "app", "-")
      assert.strictEqual(failed.code, 1)
      assert.include(failed.stderr, `${noticed}run the build again`)
      assert.deepStrictEqual((await builds("-t", "app", "-")).called, ["build -t"])
    })

    it("is not held responsible for a build that fails by itself", async () => {
      await poison()
      const failed = await builds("-t", "app", "--build-arg", "broken", ".")
      assert.strictEqual(failed.code, 1)
      assert.match(failed.stderr, /the user's own mistake\n$/)
      assert.lengthOf(failed.called.filter((call) => call.startsWith("build -")), 2)
      const again = await builds("-t", "app", "--build-arg", "broken", ".")
      assert.deepStrictEqual(again.called, ["build -t"])
    })
  })
})
