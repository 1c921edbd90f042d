import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Endpoint from "../../../src/core/argv/Endpoint.ts"
import * as DaemonBuilder from "../../../src/shell/builder/DaemonBuilder.ts"

let home = ""
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-builder-"))
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

const look = (name: string | undefined, env: Readonly<Record<string, string>> = {}) =>
  DaemonBuilder.look(
    { _tag: "Builder", through: "docker", globals: [], env: {}, endpoint: Endpoint.noFlags, name },
    { DOCKER_CONFIG: home, ...env }
  )

describe("DaemonBuilder", () => {
  it("is the daemon's own where buildx is there, and no other is named or selected", () => {
    assert.deepStrictEqual([look(undefined).plugin, look(undefined).isDaemon], [undefined, false])
    const plugin = path.join(home, "cli-plugins/docker-buildx")
    fs.mkdirSync(path.dirname(plugin))
    fs.writeFileSync(plugin, "")
    assert.deepStrictEqual([look(undefined).plugin, look(undefined).isDaemon], [plugin, true])
    assert.deepStrictEqual([look("default").isDaemon, look("other").isDaemon], [true, false])
    fs.mkdirSync(path.join(home, "buildx"))
    fs.writeFileSync(path.join(home, "buildx/current"), "{\"Name\": \"mine\"}")
    assert.deepStrictEqual([look(undefined).isDaemon, look(undefined).store.current], [false, { Name: "mine" }])
  })

  it("has the socket of the endpoint", () => {
    assert.strictEqual(look(undefined, { DOCKER_HOST: "unix:///run/ses1.sock" }).socket, "/run/ses1.sock")
    assert.isUndefined(look(undefined, { DOCKER_HOST: "tcp://docker:2375" }).socket)
  })
})
