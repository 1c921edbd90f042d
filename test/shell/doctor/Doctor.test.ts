import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import type { Env } from "../../../src/core/Invocation.ts"
import * as Doctor from "../../../src/shell/doctor/Doctor.ts"
import { type Probe, ProbeRunner } from "../../../src/shell/services/ProbeRunner.ts"
import { at } from "./examination.ts"

/** What the doctor finds, and what it asked docker. */
const examine = async (env: Env, progress?: (done: number, all: number) => void) => {
  const asked: Array<Probe> = []
  const own = { PATH: `${at}/shims:${at}/real`, HOME: `${at}/home`, DOCKER_SHIM_USER_PATH: `${at}/work`, ...env }
  const invocation = { argv0: "docker-shim", argv: ["doctor"], env: own, cwd: `${at}/work` }
  const findings = await Effect.runPromise(
    Doctor.examine(invocation, `${at}/shim`, progress).pipe(
      Effect.provideService(ProbeRunner, {
        run: (probe) =>
          Effect.sync(() => {
            asked.push(probe)
            return { code: 0, stdout: probe.args[0] === "info" ? "{\"ServerVersion\": \"28.5.2\"}" : "", stderr: "" }
          })
      })
    )
  )
  return { asked, findings }
}

describe("Doctor", () => {
  it("examines nothing that depends on settings which cannot be read", async () => {
    const { asked, findings } = await examine({ DOCKER_SHIM_CACHE: "maybe" })
    assert.deepStrictEqual(findings.map(({ part, state }) => [part, state]), [["docker-shim", "ok"], [
      "settings",
      "fail"
    ]])
    assert.deepStrictEqual(asked, [])
  })

  it("examines first what the rest builds on, and says how far it is", async () => {
    const said: Array<readonly [number, number]> = []
    const { findings } = await examine({}, (done, all) => said.push([done, all]))
    const parts = findings.map(({ part }) => part)
    const places = ["docker-shim", "settings", "PATH", "docker", "daemon", "mapping", "project name", "cache", "umask"]
      .map((part) => parts.indexOf(part))
    assert.notInclude(places, -1)
    assert.deepStrictEqual(places, [...places].sort((one, other) => one - other))
    assert.deepStrictEqual(said.map(([done]) => done), said.map((_, index) => index + 1))
    assert.deepStrictEqual(said.at(-1), [said.length, said.length])
  })

  it("asks the daemon of the session with the real docker", async () => {
    const { asked, findings } = await examine({ DOCKER_SHIM_DOCKER_HOST: "unix:///run/ses1.sock" })
    assert.isNotEmpty(asked)
    for (const { env, file } of asked) {
      assert.deepStrictEqual([file, env["DOCKER_HOST"]], [`${at}/real/docker`, "unix:///run/ses1.sock"])
    }
    assert.include(findings.find(({ part }) => part === "daemon")?.evidence, "28.5.2")
    const named = await examine({ DOCKER_SHIM_DOCKER_HOST: "unix:///run/ses1.sock", DOCKER_HOST: "tcp://user:2375" })
    assert.strictEqual(named.asked[0]?.env["DOCKER_HOST"], "tcp://user:2375")
  })
})
