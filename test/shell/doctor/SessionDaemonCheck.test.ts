import { assert, describe, it } from "vitest"
import * as SessionDaemonCheck from "../../../src/shell/doctor/SessionDaemonCheck.ts"
import { finding, findings } from "./examination.ts"

describe("SessionDaemonCheck", () => {
  it("is silent about the session's daemon, and without a mapping", async () => {
    for (const env of [{ WORKSPACE_DIR: "/data" }, { DOCKER_HOST: "tcp://docker:2375" }]) {
      assert.deepStrictEqual(await findings(SessionDaemonCheck.check, { env }), [])
    }
  })

  it("says how to declare a daemon that may be the session's", async () => {
    const env = { WORKSPACE_DIR: "/data", DOCKER_HOST: "tcp://docker:2375" }
    const found = await finding(SessionDaemonCheck.check, "session's daemon", { env })
    assert.deepStrictEqual([found.state, found.evidence], [
      "warn",
      "tcp://docker:2375 is not known to be this session's daemon; if it is, set DOCKER_SHIM_DOCKER_HOST to it"
    ])
    const declared = { ...env, DOCKER_SHIM_DOCKER_HOST: "tcp://docker:2375" }
    assert.deepStrictEqual(await findings(SessionDaemonCheck.check, { env: declared }), [])
  })

  it.each([
    ["tcp://docker:2375", "export DOCKER_HOST=tcp://docker:2375, or make it a context"],
    [
      "tcp://me:secret@docker:2375",
      "export DOCKER_HOST with the value of DOCKER_SHIM_DOCKER_HOST, or make it a context"
    ]
  ])("gives a step that can be copied, and no secret, for %s", async (host, next) => {
    const found = await finding(SessionDaemonCheck.check, "endpoint", { env: { DOCKER_SHIM_DOCKER_HOST: host } })
    assert.deepStrictEqual([found.state, found.next], ["warn", next])
    assert.notInclude(found.evidence, "secret")
  })
})
