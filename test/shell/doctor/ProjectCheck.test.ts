import { assert, describe, it } from "vitest"
import * as ProjectCheck from "../../../src/shell/doctor/ProjectCheck.ts"
import { finding } from "./examination.ts"

describe("ProjectCheck", () => {
  it.each([
    [{}, "ok", "as Compose makes it: HELIX_TASK_NUMBER and HELIX_SESSION_ID are unset"],
    [{ HELIX_TASK_NUMBER: "12" }, "ok", "helix-task-12-work for a project here (HELIX_TASK_NUMBER)"],
    [
      { HELIX_TASK_NUMBER: "12", DOCKER_SHIM_DAEMON_SOCKET: "/run/ses1.sock" },
      "ok",
      "as Compose makes it: the daemon is this session's own"
    ],
    [
      { HELIX_SESSION_ID: "s1", DOCKER_SHIM_PROJECT_SCOPE: "off" },
      "ok",
      "as Compose makes it: DOCKER_SHIM_PROJECT_SCOPE=off"
    ],
    [
      { HELIX_TASK_NUMBER: "12", DOCKER_SHIM_PROJECT_SCOPE: "session" },
      "warn",
      "helix-task-12 for a project here (HELIX_TASK_NUMBER), and for every other project of this session"
    ],
    [{ COMPOSE_PROJECT_NAME: "own" }, "ok", "own, as COMPOSE_PROJECT_NAME says"]
  ])("with %j", async (env, state, evidence) => {
    const found = await finding(ProjectCheck.check, "project name", { env })
    assert.deepStrictEqual([found.state, found.evidence], [state, evidence])
  })
})
