/**
 * Settings of the whole machine, from `/etc/docker-shim.env`: for calls whose environment was emptied, as by `sudo`, cron
 * or `env -i`.
 * @module
 */
import type { Env, MachineSettings } from "../Invocation.ts"

export type { MachineSettings }

/** What a machine without the file has. */
export const none: MachineSettings = { file: "", values: {} }

/**
 * Parses the file's text, such as `WORKSPACE_DIR=/data/workspaces/ses1`.
 *
 * **Details**
 *
 * One `NAME=value` a line. The value is taken as it stands, quotes included; white space around the line is not part of
 * it. Lines that begin with `#` are comments. Of two lines for one name the last counts.
 * Example: `MachineSettings.parse("/etc/docker-shim.env", "A=1\n# b\n").values // { A: "1" }`
 * @category parsing
 */
export const parse = (file: string, text: string): MachineSettings => {
  const values: Record<string, string> = {}
  for (const [at, line] of text.split("\n").entries()) {
    const trimmed = line.trim()
    if (trimmed === "" || trimmed.startsWith("#")) continue
    const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(trimmed) ?? []
    if (name === undefined || value === undefined) return { file, values: {}, mistake: { line: at + 1, text: trimmed } }
    values[name] = value
  }
  return { file, values }
}

/**
 * The value of a variable that a setting is read from: the environment's own, else the machine's. A variable of the
 * environment wins also when it is empty, which switches off what the file sets.
 *
 * **Example** (A machine's file under an environment)
 *
 * ```ts
 * import { MachineSettings } from "docker-shim"
 *
 * const machine = MachineSettings.parse("/etc/docker-shim.env", "# of the image\nWORKSPACE_DIR=/data/workspaces/ses1\n")
 *
 * MachineSettings.valueOf("WORKSPACE_DIR", {}, machine) // "/data/workspaces/ses1"
 * MachineSettings.valueOf("WORKSPACE_DIR", { WORKSPACE_DIR: "" }, machine) // ""
 * ```
 * @category accessors
 */
export const valueOf = (variable: string, env: Env, machine: MachineSettings = none): string | undefined =>
  env[variable] ?? machine.values[variable]

/**
 * A setting and where it comes from, such as `WORKSPACE_DIR in /etc/docker-shim.env`; the name alone for the environment.
 * Example: `MachineSettings.origin("A", {}, { file: "/etc/docker-shim.env", values: { A: "1" } }) // "A in /etc/docker-shim.env"`
 * @category printing
 */
export const origin = (variable: string, env: Env, machine: MachineSettings = none): string =>
  env[variable] === undefined && machine.values[variable] !== undefined ? `${variable} in ${machine.file}` : variable
