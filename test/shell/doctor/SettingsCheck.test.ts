import { assert, describe, it } from "vitest"
import type { Env } from "../../../src/core/Invocation.ts"
import * as MachineSettings from "../../../src/core/settings/MachineSettings.ts"
import type * as Finding from "../../../src/shell/doctor/Finding.ts"
import * as SettingsCheck from "../../../src/shell/doctor/SettingsCheck.ts"

describe("SettingsCheck", () => {
  it.each([
    [{}, "ok", "none set"],
    [{ WORKSPACE_DIR: "/d", DOCKER_SHIM_CACHE: "off" }, "ok", "set: DOCKER_SHIM_CACHE, WORKSPACE_DIR"],
    [{ DOCKER_SHIM_DISABLE: "1" }, "warn", "the shim is off (DOCKER_SHIM_DISABLE=1)"],
    [{ DOCKER_SHIM_CACHE: "maybe" }, "fail", "DOCKER_SHIM_CACHE=\"maybe\" is not accepted"],
    [
      { DOCKER_SHIM_CACHEDIR: "/x", DOCKER_SHIM_DEPTH: "1" },
      "warn",
      "no such setting: DOCKER_SHIM_CACHEDIR (did you mean DOCKER_SHIM_CACHE_DIR?)"
    ],
    [{ DOCKER_SHIM_SOMETHING_ELSE: "" }, "warn", "no such setting: DOCKER_SHIM_SOMETHING_ELSE"]
  ])("with %j", (env, state, evidence) => {
    const { finding } = SettingsCheck.check(env)
    assert.deepStrictEqual([finding.state, finding.evidence], [state, evidence])
  })

  it.each<[string, Env, Finding.State, string]>([
    ["WORKSPACE_DIR=/d", {}, "ok", "set in /etc/f: WORKSPACE_DIR"],
    ["WORKSPACE_DIR=/d", { WORKSPACE_DIR: "/e" }, "ok", "set: WORKSPACE_DIR"],
    ["DOCKER_SHIM_DISABLE=on", {}, "warn", "the shim is off (DOCKER_SHIM_DISABLE=on in /etc/f)"],
    ["WORKSPACEDIR=/d", {}, "warn", "no such setting: WORKSPACEDIR in /etc/f (did you mean WORKSPACE_DIR?)"],
    ["WORKSPACE_DIR=d", {}, "fail", "WORKSPACE_DIR=\"d\" in /etc/f is not accepted"]
  ])("with %j in the machine's file and %j", (text, env, state, evidence) => {
    const { finding } = SettingsCheck.check(env, MachineSettings.parse("/etc/f", text))
    assert.deepStrictEqual([finding.state, finding.evidence], [state, evidence])
  })

  it.each([
    [true, "chown root /etc/f; chmod 644 /etc/f"],
    [false, "replace /etc/f by a file that belongs to root and has one NAME=value per line"]
  ])("says that the machine's file is ignored, and how to mend it; wrong rights: %s", (hasWrongRights, next) => {
    const { finding } = SettingsCheck.check({}, { file: "/etc/f", values: {}, ignored: "of root", hasWrongRights })
    assert.deepStrictEqual(finding, { part: "settings", state: "warn", evidence: "/etc/f is ignored: of root", next })
  })
})
