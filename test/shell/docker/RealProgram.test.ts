import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import type { Env } from "../../../src/core/Invocation.ts"
import * as RealProgram from "../../../src/shell/docker/RealProgram.ts"

let home = ""
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-real-"))
  program("shim/docker-shim")
  fs.symlinkSync("docker-shim", at("shim/docker"))
  program("bin/docker")
  fs.mkdirSync(at("plugins"))
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

const at = (name: string): string => path.join(home, name)
const program = (name: string, mode = 0o755): void => {
  fs.mkdirSync(path.dirname(at(name)), { recursive: true })
  fs.writeFileSync(at(name), "#!/bin/sh\n")
  fs.chmodSync(at(name), mode)
}
const invocation = (env: Env, argv0: string) => ({
  argv0,
  argv: [],
  cwd: home,
  env: { PATH: `${at("shim")}:${at("bin")}`, DOCKER_CONFIG: at("config"), ...env }
})
const locate = (env: Env = {}, argv0 = "docker") =>
  RealProgram.locate(
    argv0.endsWith("compose") ? "docker-compose" : "docker",
    invocation(env, argv0),
    at("shim/docker-shim")
  )
const file = (...given: Parameters<typeof locate>): string => {
  const located = locate(...given)
  return located._tag === "Located" ? path.relative(home, located.file) : located._tag
}

describe("RealProgram", () => {
  it("is the next on PATH that is not the shim, under whatever name", () => {
    assert.strictEqual(file(), "bin/docker")
    fs.linkSync(at("shim/docker-shim"), at("shim/hard"))
    fs.mkdirSync(at("other"))
    fs.symlinkSync(at("shim/hard"), at("other/docker"))
    assert.strictEqual(file({ PATH: `${at("other")}:${at("bin")}` }), "bin/docker")
    fs.chmodSync(at("bin/docker"), 0o644)
    assert.strictEqual(file(), "ProgramNotFound")
  })

  it("is docker.real beside the shim before that", () => {
    program("shim/docker.real")
    assert.strictEqual(file(), "shim/docker.real")
    assert.strictEqual(file({}, at("elsewhere/docker")), "shim/docker.real")
    program("elsewhere/docker.real")
    assert.strictEqual(file({}, at("elsewhere/docker")), "elsewhere/docker.real")
  })

  it("is what the setting names, if that is one", () => {
    program("mine")
    assert.strictEqual(file({ DOCKER_SHIM_REAL_DOCKER: at("mine") }), "mine")
    const why = (named: string) => {
      const failure = locate({ DOCKER_SHIM_REAL_DOCKER: named })
      return failure._tag === "ProgramNotRunnable" ? failure.why : failure._tag
    }
    assert.deepStrictEqual([at("none"), at("mine/in"), at("shim/docker"), at("bin")].map(why), [
      "ProgramMissing",
      "ProgramMissing",
      "it is docker-shim itself",
      "it is not an executable file"
    ])
  })

  it("is refused where a relative entry of PATH leads to it", () => {
    const before = process.cwd()
    process.chdir(home)
    try {
      const failure = locate({ PATH: "bin" })
      assert.deepStrictEqual([failure._tag, "file" in failure && failure.file], ["ProgramNotRunnable", "./bin/docker"])
    } finally {
      process.chdir(before)
    }
  })

  it("is, for Compose, looked for on PATH and among plugins, in the order of how it was called", () => {
    program("bin/docker-compose")
    program("config/cli-plugins/docker-compose")
    assert.strictEqual(file({}, "docker-compose"), "bin/docker-compose")
    assert.strictEqual(
      file({ [RealProgram.pluginVariable]: "docker" }, "docker-compose"),
      "config/cli-plugins/docker-compose"
    )
    fs.rmSync(at("bin/docker-compose"))
    assert.strictEqual(file({}, "docker-compose"), "config/cli-plugins/docker-compose")
  })

  it("is, as a plugin, the first that docker would run, or the real one behind the shim", () => {
    const plugin = () => {
      const located = RealProgram.locatePlugin("docker-compose", invocation({}, "docker"), at("shim/docker-shim"))
      return located._tag === "Located" ? path.relative(home, located.file) : located._tag
    }
    fs.mkdirSync(at("config/cli-plugins"), { recursive: true })
    fs.writeFileSync(at("config/config.json"), JSON.stringify({ cliPluginsExtraDirs: [at("plugins")] }))
    fs.symlinkSync(at("shim/docker-shim"), at("plugins/docker-compose"))
    program("config/cli-plugins/docker-compose")
    assert.strictEqual(plugin(), "config/cli-plugins/docker-compose")
    fs.rmSync(at("plugins/docker-compose"))
    program("plugins/docker-compose")
    assert.strictEqual(plugin(), "plugins/docker-compose")
    assert.deepStrictEqual(RealProgram.pluginDirectories({ DOCKER_CONFIG: at("config") }), [
      at("plugins"),
      at("config/cli-plugins"),
      ...RealProgram.systemPluginDirectories
    ])
  })

  it("knows the shim's name on PATH only where the shim comes first", () => {
    const onPath = (PATH: string) => RealProgram.onPath("docker", { PATH }, at("shim/docker-shim"))
    assert.strictEqual(onPath(`${at("none")}:${at("shim")}:${at("bin")}`), at("shim/docker"))
    assert.isUndefined(onPath(`${at("bin")}:${at("shim")}`))
    assert.isUndefined(onPath(""))
  })
})
