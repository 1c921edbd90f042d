import * as fs from "node:fs"
import { assert, describe, it } from "vitest"
import * as Finding from "../../../src/shell/doctor/Finding.ts"
import * as PlacesCheck from "../../../src/shell/doctor/PlacesCheck.ts"
import type * as Installation from "../../../src/shell/install/Installation.ts"
import type * as Site from "../../../src/shell/install/Site.ts"
import * as Step from "../../../src/shell/install/Step.ts"
import { at, finding, program, shimAs } from "./examination.ts"

const record = (isComplete: boolean): Site.InstallRecord => ({
  version: 1,
  request: { directory: undefined, pluginDirectory: undefined, isInPlace: false },
  steps: [],
  isComplete
})

describe("PlacesCheck", () => {
  it("PATH: the shim is docker", async () => {
    shimAs("shims/docker")
    assert.deepStrictEqual(
      await finding(PlacesCheck.check, "PATH"),
      Finding.ok("PATH", `docker is the shim: ${at}/shims/docker`)
    )
  })

  it("PATH: the shim comes too late", async () => {
    shimAs("shims/docker")
    assert.deepStrictEqual(
      await finding(PlacesCheck.check, "PATH", { env: { PATH: `${at}/real:${at}/shims` } }),
      Finding.fail(
        "PATH",
        `docker is ${at}/real/docker, not the shim`,
        `put ${at}/shims first: export PATH=${at}/shims:$PATH`
      )
    )
  })

  it("PATH: there is no docker", async () => {
    fs.rmSync(`${at}/real/docker`)
    assert.deepStrictEqual(
      await finding(PlacesCheck.check, "PATH"),
      Finding.fail(
        "PATH",
        "docker is not on PATH",
        "there is no docker on PATH; install docker first"
      )
    )
  })

  it("plugins: the real one comes first", async () => {
    program("home/.docker/cli-plugins/docker-compose", "compose")
    const { next, state } = await finding(PlacesCheck.check, "plugins")
    assert.deepStrictEqual([state, next], ["warn", `${at}/shim install --in-place`])
  })

  it("plugins: the shim comes first", async () => {
    program("home/.docker/cli-plugins/x", "")
    shimAs("home/.docker/cli-plugins/docker-compose")
    assert.strictEqual((await finding(PlacesCheck.check, "plugins")).state, "ok")
  })

  it("plugins: a directory hides them", async () => {
    fs.mkdirSync(`${at}/home/.docker/cli-plugins/docker-compose`, { recursive: true })
    assert.deepStrictEqual(
      await finding(PlacesCheck.check, "plugins"),
      Finding.fail(
        "plugins",
        `${at}/home/.docker/cli-plugins/docker-compose is a directory, and hides every plugin of that name behind it`,
        `remove ${at}/home/.docker/cli-plugins/docker-compose`
      )
    )
  })

  const recorded = (isComplete: boolean, ...steps: ReadonlyArray<Step.Step>): Installation.Recorded => ({
    _tag: "Installed",
    file: "/var/lib/docker-shim/install.json",
    record: { ...record(isComplete), steps }
  })

  it.each<[Installation.Recorded, boolean, Finding.State, string, string | undefined]>([
    [{ _tag: "NotInstalled" }, false, "ok", "docker-shim install was not used here", undefined],
    [recorded(true), false, "ok", "complete", undefined],
    [recorded(true), true, "ok", "complete, for all users", undefined],
    [recorded(false), false, "fail", "an installation was interrupted", "docker-shim install"],
    [
      recorded(true, Step.link("/no/such/docker", "/x")),
      false,
      "fail",
      "missing or changed: link /no/such/docker -> /x",
      "docker-shim install"
    ],
    [
      { _tag: "Unreadable", file: "/s/install.json", why: "/s/install.json may not be used by this user" },
      true,
      "fail",
      "/s/install.json may not be used by this user",
      "run doctor as root; if /s/install.json is damaged, remove it and what was installed"
    ]
  ])("installation %#", (found, isForAll, state, evidence, next) => {
    const { part, ...rest } = PlacesCheck.installation(found, isForAll, "docker-shim install")
    assert.deepStrictEqual(rest, next === undefined ? { state, evidence } : { state, evidence, next })
    assert.strictEqual(part, "installation")
  })

  it("PATH: another build of the shim", async () => {
    program("shims/docker", "#!/bin/sh\n# DOCKER_SHIM_DEPTH\n")
    assert.deepStrictEqual(
      await finding(PlacesCheck.check, "PATH"),
      Finding.warn(
        "PATH",
        `docker is another build of the shim than this one: ${at}/shims/docker`,
        `replace it with ${at}/shim`
      )
    )
  })

  it("older wrappers and their leftovers", async () => {
    program("real/docker", "#!/bin/bash\nexec docker.real \"$@\"\n")
    program("real/docker.real", "docker")
    program("home/.docker/cli-plugins/docker-compose.real", "compose")
    assert.deepStrictEqual(
      await finding(PlacesCheck.check, "older wrappers"),
      Finding.warn(
        "older wrappers",
        `${at}/real/docker`,
        `${at}/shim install --in-place`
      )
    )
    program("real/docker", "docker")
    assert.deepStrictEqual(
      await finding(PlacesCheck.check, "older wrappers"),
      Finding.warn(
        "older wrappers",
        `${at}/real/docker.real, ${at}/home/.docker/cli-plugins/docker-compose.real, which an older wrapper left`,
        `if nothing calls it: rm ${at}/real/docker.real; `
          + `if nothing calls it: rm ${at}/home/.docker/cli-plugins/docker-compose.real`
      )
    )
  })
})
