/**
 * Examinations of a machine of the test's own: programs, plugins, a user's directory, and a docker that answers as told.
 */
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, beforeEach } from "vitest"
import type { Env } from "../../../src/core/Invocation.ts"
import * as Settings from "../../../src/core/settings/Settings.ts"
import type { Check, Examination } from "../../../src/shell/doctor/Examination.ts"
import * as Finding from "../../../src/shell/doctor/Finding.ts"
import type { Ran } from "../../../src/shell/services/ProbeRunner.ts"

/** Where the machines of a test file are. */
export const base = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-doctor-test-"))
afterAll(() => fs.rmSync(base, { recursive: true, force: true }))

/** The machine of the test that runs: `shims` and `real` are on `PATH`, `home` and `work` are the user's. */
export let at = ""
let count = 0
beforeEach(() => {
  count += 1
  at = path.join(base, String(count))
  for (const name of ["shims", "real", "home", "work"]) fs.mkdirSync(path.join(at, name), { recursive: true })
  program("shim", "#!/bin/sh\necho the shim\n")
  program("real/docker", "#!/bin/sh\necho docker\n")
})

/** Puts a program there. */
export const program = (name: string, content: string): void => {
  fs.mkdirSync(path.dirname(path.join(at, name)), { recursive: true })
  fs.writeFileSync(path.join(at, name), content, { mode: 0o755 })
}

/** Puts the shim there under another name. */
export const shimAs = (name: string): void => fs.symlinkSync(path.join(at, "shim"), path.join(at, name))

/** How the machine is besides; `answers` are docker's by how its arguments begin, without one it fails. */
export interface Machine {
  readonly env?: Env
  readonly info?: unknown
  readonly answers?: Readonly<Record<string, Partial<Ran>>>
  readonly docker?: string | undefined
}

/** Runs a check. */
export const findings = (check: Check, machine: Machine = {}): Promise<ReadonlyArray<Finding.Finding>> => {
  const env = {
    PATH: `${at}/shims:${at}/real`,
    HOME: `${at}/home`,
    XDG_STATE_HOME: `${at}/state`,
    DOCKER_SHIM_CACHE_DIR: `${at}/buildkit-cache`,
    DOCKER_SHIM_USER_PATH: `${at}/work`,
    ...machine.env
  }
  const settings = Settings.decode(env)
  if ("_tag" in settings) throw new Error(settings.variable)
  const examination: Examination = {
    invocation: { argv0: "docker-shim", argv: [], env, cwd: `${at}/work` },
    env,
    shim: `${at}/shim`,
    settings,
    docker: "docker" in machine ? machine.docker : `${at}/real/docker`,
    info: machine.info,
    infoError: "Cannot connect",
    ask: (args) =>
      Effect.sync(() => {
        const found = Object.entries(machine.answers ?? {}).find(([words]) => args.join(" ").startsWith(words))?.[1]
        return { code: found === undefined ? 1 : 0, stdout: "", stderr: "", ...found }
      })
  }
  return Effect.runPromise(check(examination))
}

/** The one finding of a part. */
export const finding = async (check: Check, part: string, machine: Machine = {}): Promise<Finding.Finding> => {
  const found = (await findings(check, machine)).filter((one) => one.part === part)
  assert.strictEqual(found.length, 1)
  return found[0] ?? Finding.ok("", "")
}
