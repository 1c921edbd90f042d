import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import * as Settings from "../../../src/core/settings/Settings.ts"
import * as ApiTranslation from "../../../src/shell/gateway/ApiTranslation.ts"

const home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-api-")))
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))
fs.mkdirSync(path.join(home, "src"))
fs.symlinkSync("src", path.join(home, "link"))

const decoded = Settings.decode({ WORKSPACE_DIR: "/data/ses1", DOCKER_SHIM_USER_PATH: home })
const translate = (method: string, target: string, body: string) =>
  "_tag" in decoded
    ? assert.fail(decoded.variable)
    : ApiTranslation.translate(decoded, "/run/docker-shim/docker.sock", { method, target, body })

describe("ApiTranslation", () => {
  it("translates sources, with the links of the client's file system followed", () => {
    const body = JSON.stringify({ HostConfig: { Binds: [`${home}/src:/a`, `${home}/link:/b`, "volume:/c"] } })
    const translated = translate("POST", "/v1.51/containers/create", body)
    assert.include(JSON.stringify(translated), "/data/ses1/src:/a")
    assert.notInclude(JSON.stringify(translated), "/data/ses1/link:/b")
  })

  it("has nothing to do with requests that hold no paths", () => {
    assert.isUndefined(translate("GET", "/containers/json", ""))
    assert.isUndefined(translate("POST", "/containers/x/kill", ""))
  })
})
