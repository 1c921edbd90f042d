import { afterEach, assert, describe, it, vi } from "vitest"
import * as Presence from "../../../src/shell/gateway/Presence.ts"

const presence: Presence.Presence = {
  version: "1.2.3",
  daemon: "unix:///var/run/docker.sock",
  mappings: [{ from: "/home/retro/work", to: "/data/ses1", origin: "WORKSPACE_DIR" }]
}
const read = (text: string): Presence.Presence | undefined => Presence.decode(JSON.parse(text))

describe("Presence", () => {
  it("is what it was when it is read back", () => {
    assert.deepStrictEqual(read(Presence.print(presence)), presence)
  })

  it.each([
    "{}",
    "[]",
    "null",
    "{\"message\": \"page not found\"}",
    "{\"program\": \"docker-shim gateway\", \"version\": \"1\"}"
  ])(
    "is none where something else answered: %s",
    (text) => {
      assert.isUndefined(read(text))
    }
  )

  it("has none of the mappings that make no sense", () => {
    const text = JSON.stringify({ program: "docker-shim gateway", ...presence, mappings: [{ from: "/a" }, 1] })
    assert.deepStrictEqual(read(text), { ...presence, mappings: [] })
  })

  describe("told to systemd", () => {
    afterEach(() => vi.unstubAllEnvs())

    it.each([
      ["has no such program", { PATH: "/none" }],
      ["cannot start one", { TOO_LONG: "x".repeat(4 * 1024 * 1024) }]
    ])("is nobody's failure on a machine that %s", (_, env) => {
      vi.stubEnv("NOTIFY_SOCKET", "/none")
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
      Presence.notify("--ready")
    })
  })
})
