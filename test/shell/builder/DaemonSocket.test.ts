import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import * as Endpoint from "../../../src/core/argv/Endpoint.ts"
import * as Digest from "../../../src/core/syntax/Digest.ts"
import * as DaemonSocket from "../../../src/shell/builder/DaemonSocket.ts"

const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-socket-"))
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))

const context = (name: string, host: string): void => {
  const directory = path.join(home, "contexts/meta", Digest.sha256(name))
  fs.mkdirSync(directory, { recursive: true })
  fs.writeFileSync(
    path.join(directory, "meta.json"),
    JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } })
  )
}
context("mine", "unix:///run/mine.sock")
context("empty", "unix://")
context("far", "ssh://other")

const find = (flags: Partial<Endpoint.EndpointFlags>, env: Readonly<Record<string, string>> = {}) =>
  DaemonSocket.find({ ...Endpoint.noFlags, ...flags }, { DOCKER_CONFIG: home, ...env })

describe("DaemonSocket", () => {
  it("is the usual one where nothing is said", () => {
    assert.strictEqual(find({}), "/var/run/docker.sock")
    for (const host of ["", "unix://", " "]) {
      assert.strictEqual(find({}, { DOCKER_HOST: host }), "/var/run/docker.sock")
      assert.strictEqual(find({ host }), "/var/run/docker.sock")
    }
  })

  it("is that of the flags, the environment or the context", () => {
    assert.strictEqual(find({ host: "unix:///a.sock" }, { DOCKER_HOST: "unix:///b.sock" }), "/a.sock")
    assert.strictEqual(find({}, { DOCKER_HOST: "unix:///b.sock" }), "/b.sock")
    assert.strictEqual(find({ host: " UNIX:///a//b.sock" }), "/a/b.sock")
    assert.strictEqual(find({ context: "mine" }), "/run/mine.sock")
    assert.strictEqual(find({}, { DOCKER_CONTEXT: "mine" }), "/run/mine.sock")
  })

  it("is none where the endpoint is no unix socket, or not known", () => {
    assert.isUndefined(find({ host: "tcp://docker:2375" }))
    assert.isUndefined(find({ context: "far" }))
    assert.isUndefined(find({ context: "none" }))
    assert.isUndefined(find({ context: "empty" }))
  })
})
