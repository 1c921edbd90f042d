import { assert, describe, it } from "vitest"
import * as ComposeProgram from "../../../src/shell/docker/ComposeProgram.ts"
import { at, env, home } from "../services/programs.ts"

const find = (form: "docker" | "plugin" | "standalone", ...globals: ReadonlyArray<string>) => {
  const found = ComposeProgram.find(form, globals, { argv0: "docker", argv: [], env, cwd: home }, at("shim"))
  if ("_tag" in found) throw new Error(found._tag)
  return { file: found.file, args: found.args, isPlugin: "DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND" in found.env }
}

describe("ComposeProgram", () => {
  it("is docker's plugin, called as docker calls it", () => {
    assert.deepStrictEqual(find("docker", "--context", "c"), {
      file: at("config/cli-plugins/docker-compose"),
      args: ["--context", "c", "compose"],
      isPlugin: true
    })
  })

  it("is docker itself where other plugins are named", () => {
    assert.deepStrictEqual(find("docker", "--config=/other"), {
      file: at("bin/docker"),
      args: ["--config=/other", "compose"],
      isPlugin: false
    })
  })

  it("is the stand-alone program, with the shim out of the way", () => {
    assert.deepStrictEqual(find("standalone"), { file: at("bin/docker-compose"), args: [], isPlugin: false })
    assert.strictEqual(ComposeProgram.silent({ env: { A: "1" } })["DOCKER_SHIM_DISABLE"], "1")
  })
})
