import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Endpoint from "../../../src/core/argv/Endpoint.ts"
import * as OtherNameMemory from "../../../src/shell/compose/OtherNameMemory.ts"
import * as Remembered from "../../../src/shell/files/Remembered.ts"

let home = ""
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-other-"))
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

const look = (more: Partial<OtherNameMemory.Look> = {}): OtherNameMemory.Look => ({
  _tag: "LookForOtherName",
  kind: "containers",
  other: "shop",
  text: "there is another",
  endpoint: Endpoint.noFlags,
  ...more
})

describe("OtherNameMemory", () => {
  it("is over once it is remembered, for this name and this daemon", () => {
    const env = { HOME: home, DOCKER_HOST: "unix:///run/d.sock" }
    assert.isFalse(OtherNameMemory.isOver(look(), env))
    Remembered.write(OtherNameMemory.place(look(), env)?.file ?? "", true)
    assert.isTrue(OtherNameMemory.isOver(look(), env))
    assert.isFalse(OtherNameMemory.isOver(look({ other: "blog" }), env))
    assert.isFalse(OtherNameMemory.isOver(look({ kind: "volumes" }), env))
    assert.isFalse(OtherNameMemory.isOver(look(), { ...env, DOCKER_HOST: "unix:///run/other.sock" }))
  })

  it("is over where nobody can be asked, or nothing be remembered", () => {
    assert.isTrue(OtherNameMemory.isOver(look(), { HOME: home, DOCKER_HOST: "tcp://far:2375" }))
    assert.isTrue(OtherNameMemory.isOver(look(), {}))
  })
})
