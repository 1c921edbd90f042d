import * as fs from "node:fs"
import { assert, describe, it } from "vitest"
import * as Finding from "../../../src/shell/doctor/Finding.ts"
import * as ProgramsCheck from "../../../src/shell/doctor/ProgramsCheck.ts"
import { at, finding, findings, program, shimAs } from "./examination.ts"

describe("ProgramsCheck", () => {
  const compose = { Name: "compose", Path: "/p/docker-compose", Version: "v2.40.3" }
  const buildx = { Name: "buildx", Path: "/p/docker-buildx", Version: "v0.29.1" }
  const info = (...plugins: ReadonlyArray<unknown>): unknown => ({ ClientInfo: { Plugins: plugins } })

  it("all are there", async () => {
    program("home/.docker/cli-plugins/docker-compose", "compose")
    const found = await findings(ProgramsCheck.check, {
      info: info(compose, buildx),
      answers: { "--version": { stdout: "Docker version 28.5.2, build x\n" } }
    })
    assert.deepStrictEqual(found, [
      Finding.ok("docker", `${at}/real/docker, version 28.5.2`),
      Finding.ok("compose", `${at}/home/.docker/cli-plugins/docker-compose, version 2.40.3`),
      Finding.ok("buildx", "/p/docker-buildx, version 0.29.1")
    ])
  })

  it("docker is too old, and has no plugins", async () => {
    const found = await findings(ProgramsCheck.check, {
      answers: { "--version": { stdout: "Docker version 19.3.1, build x\n" } }
    })
    assert.deepStrictEqual(found.map((one) => [one.part, one.state, one.next]), [
      ["docker", "warn", "update docker: the shim is tested with 20.10.0 and later"],
      ["compose", "ok", undefined],
      ["buildx", "warn", "install docker-buildx"]
    ])
  })

  it("docker does not run", async () => {
    const found = await finding(ProgramsCheck.check, "docker", {
      answers: { "--version": { code: 255, stderr: "no" } }
    })
    assert.deepStrictEqual([found.state, found.evidence], ["fail", `${at}/real/docker does not run: no`])
  })

  it("there is no docker but the shim", async () => {
    fs.rmSync(`${at}/real/docker`)
    shimAs("shims/docker")
    const found = await findings(ProgramsCheck.check, { docker: undefined })
    assert.deepStrictEqual(found.map((one) => [one.state, one.evidence]), [["fail", "the real docker was not found"]])
  })

  it("there is no Compose but the shim", async () => {
    fs.mkdirSync(`${at}/home/.docker/cli-plugins`, { recursive: true })
    shimAs("home/.docker/cli-plugins/docker-compose")
    const found = await finding(ProgramsCheck.check, "compose", { info: info(compose) })
    assert.deepStrictEqual([found.state, found.evidence], ["fail", "the only docker-compose is the shim"])
  })
})
