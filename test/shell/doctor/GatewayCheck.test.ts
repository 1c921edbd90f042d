/**
 * What doctor says of gateways, of real ones.
 */
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import type { Env } from "../../../src/core/Invocation.ts"
import * as Settings from "../../../src/core/settings/Settings.ts"
import type * as Finding from "../../../src/shell/doctor/Finding.ts"
import * as GatewayCheck from "../../../src/shell/doctor/GatewayCheck.ts"
import * as Gateway from "../../../src/shell/gateway/Gateway.ts"
import * as Presence from "../../../src/shell/gateway/Presence.ts"

let directory = ""
let gateway: Gateway.Gateway
const mappings = [{ from: "/home/retro/work", to: "/data/ses1", origin: "WORKSPACE_DIR" }]

beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-gateway-"))
  gateway = await Gateway.start({
    listen: { path: path.join(directory, "gateway"), like: "/nowhere" },
    daemon: "/nowhere",
    translator: { translates: () => false, translate: (_, __, body) => ({ _tag: "Body", body }) },
    report: () => undefined,
    presence: () => Presence.print({ version: "1.2.3", daemon: "unix:///run/docker.sock", mappings })
  })
})

afterEach(async () => {
  await gateway.close(0)
  fs.rmSync(directory, { recursive: true })
})

const examine = (given: Env): Promise<ReadonlyArray<Finding.Finding>> => {
  const env = { HOME: directory, ...given }
  const settings = Settings.decode(env)
  if ("_tag" in settings) throw new Error(settings.variable)
  return Effect.runPromise(GatewayCheck.check({
    invocation: { argv0: "docker-shim", argv: [], env, cwd: directory },
    env,
    shim: "/nowhere",
    settings,
    docker: undefined,
    ask: () => Effect.succeed({ code: 1, stdout: "", stderr: "" }),
    info: undefined,
    infoError: ""
  }))
}

describe("GatewayCheck", () => {
  it("names the gateway that docker's clients use here", async () => {
    const host = `unix://${directory}/gateway`
    assert.deepStrictEqual(await examine({ DOCKER_HOST: host, WORKSPACE_DIR: "/data/ses1" }), [{
      part: "gateway",
      state: "ok",
      evidence: `version 1.2.3 at ${directory}/gateway, for the daemon at unix:///run/docker.sock`
    }])
  })

  it("warns where that maps otherwise than the command line", async () => {
    const [finding] = await examine({ DOCKER_HOST: `unix://${directory}/gateway`, WORKSPACE_DIR: "/data/ses2" })
    assert.strictEqual(finding?.state, "warn")
    assert.include(
      finding?.evidence,
      "it maps /home/retro/work at /data/ses1, and the settings here /home/retro/work at /data/ses2"
    )
  })

  it("says nothing where a daemon answers itself, or nobody", async () => {
    assert.deepStrictEqual(await examine({ DOCKER_HOST: `unix://${directory}/none` }), [])
  })
})
