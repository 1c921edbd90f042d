import * as Effect from "effect/Effect"
import { once } from "node:events"
import * as fs from "node:fs"
import * as http from "node:http"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as Settings from "../../../src/core/settings/Settings.ts"
import * as FoundMappingsCheck from "../../../src/shell/doctor/FoundMappingsCheck.ts"

const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-path-map-"))
const socket = path.join(home, "docker.sock")
let presence: unknown
const daemon = http.createServer((_, response) => {
  response.writeHead(presence === undefined ? 404 : 200)
  response.end(JSON.stringify(presence ?? {}))
})

beforeAll(async () => {
  await once(daemon.listen(socket), "listening")
})
afterAll(() => {
  daemon.close()
  fs.rmSync(home, { recursive: true })
})

const settle = (more: Readonly<Record<string, string>>) => {
  const env = { HOME: home, DOCKER_HOST: `unix://${socket}`, ...more }
  const settings = Settings.decode(env)
  if ("_tag" in settings) return assert.fail(settings.variable)
  return Effect.runPromise(
    FoundMappingsCheck.settle({ argv0: "docker-shim", argv: ["doctor"], env, cwd: home }, settings)
  )
}

describe("FoundMappingsCheck", () => {
  it("is silent where nothing is to be found", async () => {
    const { findings, settings } = await settle({ WORKSPACE_DIR: "/d" })
    assert.deepStrictEqual(findings, [])
    assert.strictEqual(settings.mappings.length, 1)
  })

  it("warns where nothing certain is found and nothing is set", async () => {
    presence = undefined
    const auto = { DOCKER_SHIM_PATH_MAP: "auto" }
    assert.deepInclude((await settle(auto)).findings[0], { part: "path map", state: "warn" })
    const set = await settle({ ...auto, WORKSPACE_DIR: "/d" })
    assert.deepInclude(set.findings[0], { part: "path map", state: "ok" })
    assert.match(set.findings[0]?.evidence ?? "", /that is not certain: .*; the other settings are used$/)
    const tcp = await settle({ ...auto, DOCKER_HOST: "tcp://docker:2375" })
    assert.match(tcp.findings[0]?.evidence ?? "", /its daemon is not at a unix socket/)
  })

  it("leaves the translation to a gateway", async () => {
    presence = { program: "docker-shim gateway", version: "1", daemon: "unix:///d", mappings: [] }
    const { answer, findings, settings } = await settle({ DOCKER_SHIM_PATH_MAP: "auto", WORKSPACE_DIR: "/d" })
    assert.deepStrictEqual(answer, { _tag: "Gateway" })
    assert.deepStrictEqual(findings.map(({ state }) => state), ["ok"])
    assert.deepStrictEqual(settings.mappings, [])
  })
})
