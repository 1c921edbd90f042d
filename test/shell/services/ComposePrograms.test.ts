import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { ComposePrograms } from "../../../src/shell/services/ComposePrograms.ts"
import { Environment } from "../../../src/shell/services/Environment.ts"
import { at, env, home } from "./programs.ts"

const here = { invocation: { argv0: "docker", argv: [], env, cwd: home }, shim: at("shim") }

describe("ComposePrograms", () => {
  const command = (form: "docker" | "plugin" | "standalone", globals: ReadonlyArray<string> = []) =>
    Effect.runPromise(
      Effect.flatMap(ComposePrograms.make, (programs) => programs.command(form, globals)).pipe(
        Effect.provideService(Environment, here)
      )
    )

  it("is docker's plugin, called as docker calls it, with the shim out of the way", async () => {
    const { args, env: given, file } = await command("docker", ["--context", "c"])
    assert.deepStrictEqual([file, args], [at("config/cli-plugins/docker-compose"), ["--context", "c", "compose"]])
    assert.deepStrictEqual([given["DOCKER_SHIM_DISABLE"], given["DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND"]], [
      "1",
      "docker"
    ])
  })

  it("is docker itself where other plugins are named", async () => {
    const { args, env: given, file } = await command("docker", ["--config=/other"])
    assert.deepStrictEqual([file, args], [at("bin/docker"), ["--config=/other", "compose"]])
    assert.isUndefined(given["DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND"])
  })

  it("is the stand-alone program, which takes no word before its own", async () => {
    const { args, file } = await command("standalone")
    assert.deepStrictEqual([file, args], [at("bin/docker-compose"), []])
  })

  it("is docker with its flags for stacks", async () => {
    const { args, file } = await Effect.runPromise(
      Effect.flatMap(ComposePrograms.make, (programs) => programs.docker(["-D"])).pipe(
        Effect.provideService(Environment, here)
      )
    )
    assert.deepStrictEqual([file, args], [at("bin/docker"), ["-D"]])
  })
})
