import { assert, describe, it } from "@effect/vitest"
import * as ProjectScope from "../../../src/core/compose/ProjectScope.ts"
import * as Settings from "../../../src/core/settings/Settings.ts"

const inForce = (env: Readonly<Record<string, string>>, elsewhere?: string) => {
  const settings = Settings.decode(env)
  assert(!("_tag" in settings))
  return ProjectScope.inForce(elsewhere === undefined ? settings : { ...settings, elsewhere })
}

describe("ProjectScope", () => {
  it.each([
    [{}, undefined, "project"],
    [{ DOCKER_SHIM_DOCKER_HOST: "unix:///s" }, undefined, "off"],
    [{ DOCKER_SHIM_DAEMON_SOCKET: "/s" }, undefined, "off"],
    [{ DOCKER_SHIM_DOCKER_HOST: "unix:///s" }, "another daemon", "project"],
    [{ DOCKER_SHIM_DOCKER_HOST: "unix:///s", DOCKER_SHIM_PROJECT_SCOPE: "session" }, undefined, "session"],
    [{ DOCKER_SHIM_PROJECT_SCOPE: "off" }, "another daemon", "off"]
  ])("%j (%s): %s", (env, elsewhere, scope) => {
    assert.strictEqual(inForce(env, elsewhere), scope)
  })
})
