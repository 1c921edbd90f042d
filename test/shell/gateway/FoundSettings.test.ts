import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import * as Settings from "../../../src/core/settings/Settings.ts"
import * as FoundSettings from "../../../src/shell/gateway/FoundSettings.ts"
import type { Answer } from "../../../src/shell/services/EngineInfo.ts"

const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-found-"))
const socket = path.join(home, "docker.sock")
fs.writeFileSync(socket, "")
afterAll(() => fs.rmSync(home, { recursive: true }))

const settings = (env: Readonly<Record<string, string>>): Settings.Settings => {
  const decoded = Settings.decode(env)
  return "_tag" in decoded ? assert.fail(decoded.variable) : decoded
}

/** The settings, with a daemon that answers so, and what is reported. */
const make = (env: Readonly<Record<string, string>>, answer: Answer) => {
  const asked: Array<string> = []
  const said: Array<string> = []
  const engine = {
    ask: (_: string, target = "") =>
      Effect.sync(() => {
        asked.push(target)
        return answer
      })
  }
  const found = FoundSettings.make(engine, settings(env), socket, { HOME: home }, (line) => void said.push(line))
  return { asked, said, found }
}

describe("FoundSettings", () => {
  it("asks nothing without auto", async () => {
    const { asked, found } = make({ WORKSPACE_DIR: "/d" }, { _tag: "Unusable" })
    assert.isFalse(found.asks)
    assert.deepStrictEqual(await found.current(), found.last())
    assert.deepStrictEqual(asked, [])
  })

  it("asks for each request what is not certain, and says it once", async () => {
    const { asked, found, said } = make({ DOCKER_SHIM_PATH_MAP: "auto" }, { _tag: "Silent", why: "it is silent" })
    assert.isTrue(found.asks)
    assert.isUndefined(found.last().auto)
    assert.deepStrictEqual((await found.current()).mappings, [])
    await found.current()
    assert.deepStrictEqual(asked, ["/_docker-shim/gateway", "/_docker-shim/gateway"])
    assert.strictEqual(said.length, 1)
    assert.match(said[0] ?? "", /^DOCKER_SHIM_PATH_MAP=auto: no path is translated: .*it is silent/)
  })

  it("translates nothing in front of another gateway", async () => {
    const info = { program: "docker-shim gateway", version: "1", daemon: "unix:///d", mappings: [] }
    const { found, said } = make({ DOCKER_SHIM_PATH_MAP: "auto", WORKSPACE_DIR: "/d" }, { _tag: "Answered", info })
    assert.deepStrictEqual((await found.current()).mappings, [])
    assert.match((await found.current()).notFound ?? "", /^the gateway at this socket translates paths itself/)
    assert.deepStrictEqual(said, [])
  })
})
