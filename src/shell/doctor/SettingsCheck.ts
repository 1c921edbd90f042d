/**
 * Are the settings accepted, and is the shim on at all?
 */
import type { Env } from "../../core/Invocation.ts"
import * as AddedVariables from "../../core/plan/AddedVariables.ts"
import * as PlannedMark from "../../core/plan/PlannedMark.ts"
import * as RecursionDepth from "../../core/plan/RecursionDepth.ts"
import * as MachineSettings from "../../core/settings/MachineSettings.ts"
import * as Settings from "../../core/settings/Settings.ts"
import * as Failure from "../Failure.ts"
import * as Finding from "./Finding.ts"
import * as Misspelling from "./Misspelling.ts"

/** The settings themselves. Without them no other check means anything, so this check comes first and alone. */
export const check = (
  env: Env,
  machine: MachineSettings.MachineSettings = MachineSettings.none
): { readonly finding: Finding.Finding; readonly settings: Settings.Settings | undefined } => {
  const settings = Settings.decode(env, machine)
  if ("_tag" in settings) {
    const [what = ""] = Failure.message(settings).split("\n\n")
    const next = `unset ${settings.variable}, or set it as it is accepted: ${settings.accepted}`
    return { settings: undefined, finding: Finding.fail("settings", what, next) }
  }
  return { settings, finding: finding(env, machine) }
}

const finding = (env: Env, machine: MachineSettings.MachineSettings): Finding.Finding => {
  if (machine.ignored !== undefined) {
    return Finding.warn(
      "settings",
      `${machine.file} is ignored: ${machine.ignored}`,
      machine.hasWrongRights === true
        ? `chown root ${machine.file}; chmod 644 ${machine.file}`
        : `replace ${machine.file} by a file that belongs to root and has one NAME=value per line`
    )
  }
  if (Settings.isDisabled(env, machine) === true) {
    const origin = MachineSettings.origin(disable, env, machine)
    const value = MachineSettings.valueOf(disable, env, machine) ?? ""
    return Finding.warn(
      "settings",
      `the shim is off (${disable}=${value}${origin.slice(disable.length)})`,
      `unset ${origin}`
    )
  }
  const unknown = [...unknownNames(env, machine)]
  return unknown.length === 0
    ? Finding.ok("settings", summary(env, machine))
    : Finding.warn(
      "settings",
      `no such setting: ${unknown.join(", ")}`,
      "rename or unset the misspelt variables; the manual page docker-shim(1) lists all settings"
    )
}

const disable = "DOCKER_SHIM_DISABLE"

/** Variables that the shim sets for programs below it. */
const internal: ReadonlyArray<string> = [
  RecursionDepth.variable,
  PlannedMark.variable,
  AddedVariables.variable
]

/** Names that are no setting, each with the setting that it may be meant for. */
const unknownNames = (env: Env, machine: MachineSettings.MachineSettings): ReadonlyArray<string> => {
  const own = Object.keys(env).filter((name) =>
    name.startsWith("DOCKER_SHIM_") ? !internal.includes(name) : isNearly(name)
  )
  return [...own, ...Object.keys(machine.values)].filter((name) => !Settings.variables.includes(name)).sort().map(
    (name) => {
      const meant = Misspelling.nearest(name, Settings.variables)
      const where = MachineSettings.origin(name, env, machine)
      return meant === undefined ? where : `${where} (did you mean ${meant}?)`
    }
  )
}

/** Whether a name without the shim's prefix nearly is a setting's, such as `WORKSPACE_DIRS`. */
const isNearly = (name: string): boolean => {
  const plain = Settings.variables.filter((one) => !one.startsWith("DOCKER_SHIM_"))
  return !plain.includes(name) && Misspelling.nearest(name, plain, 2) !== undefined
}

const summary = (env: Env, { file, values }: MachineSettings.MachineSettings): string => {
  const set = Settings.variables.filter((name) => (env[name] ?? "") !== "").sort()
  const fromFile = Object.keys(values).filter((name) => env[name] === undefined).sort()
  const parts = [
    ...(set.length === 0 ? [] : [`set: ${set.join(", ")}`]),
    ...(fromFile.length === 0 ? [] : [`set in ${file}: ${fromFile.join(", ")}`])
  ]
  return parts.length === 0 ? "none set" : parts.join("; ")
}
