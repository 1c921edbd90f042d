import * as fs from "node:fs"
import { assert, describe, it } from "vitest"
import * as Finding from "../../../src/shell/doctor/Finding.ts"
import * as MappingCheck from "../../../src/shell/doctor/MappingCheck.ts"
import { at, finding, findings } from "./examination.ts"

describe("MappingCheck", () => {
  const env = { WORKSPACE_DIR: "/data/ses1" }
  const image = { import: { stdout: "sha256:0\n" }, rm: {} }

  const unseen = { code: 1, stderr: "invalid mount config for type \"bind\": bind source path does not exist: /x" }

  it("there is none, and the daemon sees the file at the same path", async () => {
    assert.deepStrictEqual(
      await finding(MappingCheck.check, "mapping", { answers: { ...image, create: { stdout: "c\n" } } }),
      Finding.ok("mapping", `none: the daemon sees a file made in ${at}/work at the same path`)
    )
    assert.deepStrictEqual(fs.readdirSync(`${at}/work`), [])
  })

  it("there is none, and the daemon does not see the user's files", async () => {
    const found = await finding(MappingCheck.check, "mapping", { answers: { ...image, create: unseen } })
    assert.deepStrictEqual(
      found,
      Finding.fail(
        "mapping",
        `none (WORKSPACE_DIR is unset), but the daemon does not see a file made in ${at}/work: mounts of it are empty`,
        `set WORKSPACE_DIR to the daemon's path of ${at}/work, in this shell or for all users in /etc/docker-shim.env`
      )
    )
  })

  it("there is none, and the daemon does not see the working directory", async () => {
    const env = { DOCKER_SHIM_USER_PATH: `${at}/nobody` }
    const found = await finding(MappingCheck.check, "mapping", { env, answers: { ...image, create: unseen } })
    assert.deepStrictEqual([found.state, found.evidence], [
      "warn",
      `none (WORKSPACE_DIR is unset), but the daemon does not see a file made in ${at}/work: mounts of it are empty`
    ])
  })

  it("there is none, and nobody can say what the daemon sees", async () => {
    assert.strictEqual((await finding(MappingCheck.check, "mapping")).state, "unchecked")
    const answers = { ...image, create: { code: 1, stderr: "no\n" } }
    assert.deepStrictEqual(
      await finding(MappingCheck.check, "mapping", { answers }),
      Finding.unchecked("mapping", "none (WORKSPACE_DIR is unset): no")
    )
  })

  it("the daemon sees the file, which is removed again", async () => {
    const found = await finding(MappingCheck.check, "mapping", {
      env,
      answers: { ...image, create: { stdout: "c\n" } }
    })
    assert.strictEqual(found.state, "ok")
    assert.deepStrictEqual(fs.readdirSync(`${at}/work`), [])
  })

  it("the daemon does not see it", async () => {
    const create = {
      code: 1,
      stderr: "invalid mount config for type \"bind\": bind source path does not exist: /data/ses1/x"
    }
    assert.deepStrictEqual(
      await finding(MappingCheck.check, "mapping", { env, answers: { ...image, create } }),
      Finding.fail(
        "mapping",
        `${at}/work is /data/ses1 for the daemon (WORKSPACE_DIR), but it does not see a file made there`,
        `set WORKSPACE_DIR to the daemon's path of ${at}/work`
      )
    )
  })

  it("it cannot be found out", async () => {
    assert.strictEqual((await finding(MappingCheck.check, "mapping", { env })).state, "unchecked")
  })

  it("there is no docker to ask", async () => {
    const found = await finding(MappingCheck.check, "mapping", { env, docker: undefined })
    assert.strictEqual(found.state, "unchecked")
  })

  it("the daemon says something else", async () => {
    const create = { code: 1, stderr: "no space left on device\n" }
    const found = await findings(MappingCheck.check, {
      env: { ...env, DOCKER_SHIM_DAEMON_SOCKET: "/run/ses1.sock" },
      answers: { ...image, create }
    })
    assert.deepStrictEqual(found, [
      Finding.unchecked("mapping", `${at}/work is /data/ses1 for the daemon (WORKSPACE_DIR): no space left on device`),
      Finding.unchecked("daemon socket", "no space left on device")
    ])
  })

  it("nothing can be made in the user's directory", async () => {
    const found = await finding(MappingCheck.check, "mapping", {
      env: { ...env, DOCKER_SHIM_USER_PATH: "/proc/self" },
      answers: { ...image, create: { stdout: "c\n" } }
    })
    assert.strictEqual(found.state, "unchecked")
    assert.match(found.evidence, /\/proc\/self cannot be written to, so doctor cannot test it$/)
  })

  it("the user's directory is not there", async () => {
    fs.rmSync(`${at}/work`, { recursive: true })
    const found = await finding(MappingCheck.check, "mapping", { env, answers: image })
    assert.deepStrictEqual([found.state, found.evidence], ["fail", `${at}/work does not exist (WORKSPACE_DIR)`])
  })

  it("the session's socket is not there", async () => {
    const found = await finding(MappingCheck.check, "daemon socket", {
      env: { ...env, DOCKER_SHIM_DAEMON_SOCKET: "/run/ses1.sock" },
      answers: { ...image, create: { code: 1, stderr: "bind source path does not exist" } }
    })
    assert.deepStrictEqual([found.state, found.evidence], ["fail", "the daemon has no /run/ses1.sock"])
  })

  it("the session's socket is looked for where no path is mapped", async () => {
    const found = await findings(MappingCheck.check, {
      env: { DOCKER_SHIM_DAEMON_SOCKET: "/run/ses1.sock" },
      answers: { ...image, create: { stdout: "c\n" } }
    })
    assert.deepStrictEqual(found.map((one) => [one.part, one.state]), [["mapping", "ok"], ["daemon socket", "ok"]])
  })
})
