import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import type { Answer } from "../../../src/core/facts/OwnMounts.ts"
import * as KnownMounts from "../../../src/shell/docker/KnownMounts.ts"

let home = ""
let socket = ""
const env = () => ({ HOME: home })
const mapping = { from: "/w", to: "/d", origin: "found", holes: ["/w/tmp"] }
const mapped: Answer = { _tag: "Mapped", container: "0".repeat(64), mappings: [mapping] }

beforeEach(() => {
  home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-known-")))
  socket = path.join(home, "docker.sock")
  fs.writeFileSync(socket, "")
})
afterEach(() => fs.rmSync(home, { recursive: true }))

const look = (): KnownMounts.Seen => {
  const seen = KnownMounts.look(socket)
  return typeof seen === "string" ? assert.fail(seen) : seen
}

describe("KnownMounts", () => {
  it("sees the mounts of this process, and says where there is no socket", () => {
    assert.isNotEmpty(look().table)
    assert.strictEqual(KnownMounts.look(`${socket}x`), `there is no socket at ${socket}x`)
  })

  it.each<[Answer, boolean]>([
    [mapped, true],
    [{ _tag: "Mapped", container: "0".repeat(64), mappings: [] }, true],
    [{ _tag: "Mapped", container: "0".repeat(64), mappings: [mapping], doubtful: ["/x"] }, true],
    [{ _tag: "Same" }, true],
    [{ _tag: "Gateway" }, false],
    [{ _tag: "Unknown", why: "it is silent" }, false]
  ])("remembers %j: %s", (answer, isKept) => {
    KnownMounts.write(look(), env(), answer)
    assert.deepStrictEqual(KnownMounts.read(look(), env()), isKept ? answer : undefined)
  })

  it("forgets, and knows nothing of another socket", () => {
    KnownMounts.write(look(), env(), mapped)
    fs.rmSync(socket)
    fs.writeFileSync(socket, "another")
    assert.isUndefined(KnownMounts.read(look(), env()))
    KnownMounts.write(look(), env(), mapped)
    KnownMounts.forget(socket, env())
    assert.isUndefined(KnownMounts.read(look(), env()))
  })

  it("takes no answer of another form", () => {
    KnownMounts.write(look(), env(), mapped)
    const probes = path.join(home, ".cache/docker-shim/probes")
    const [name = ""] = fs.readdirSync(probes)
    for (const text of ["{}", "{\"_tag\":\"Mapped\",\"mappings\":[{}],\"container\":\"0\"}", "nonsense"]) {
      fs.writeFileSync(path.join(probes, name), text)
      assert.isUndefined(KnownMounts.read(look(), env()))
    }
  })
})
