/**
 * The shim's own settings, read from the environment.
 * @module
 */
import type { Env } from "../Invocation.ts"
import * as PathMapping from "../paths/PathMapping.ts"
import * as PosixPath from "../paths/PosixPath.ts"
import * as CacheSettings from "./CacheSettings.ts"
import * as MachineSettings from "./MachineSettings.ts"
import * as SettingReader from "./SettingReader.ts"
import type { SettingError } from "./SettingReader.ts"

export type { CacheBackend, CacheSettings } from "./CacheSettings.ts"
export type { SettingError }

/**
 * How much the user wants to be told: nothing (`DOCKER_SHIM_QUIET`), notices, or every change (`DOCKER_SHIM_DEBUG`).
 * @category models
 */
export type Verbosity = "quiet" | "normal" | "debug"

/**
 * Who the session is, for the names of Compose projects: `prefix` such as `helix-task-12`, and the setting it is from,
 * `HELIX_TASK_NUMBER` or `HELIX_SESSION_ID`.
 * @category models
 */
export interface SessionIdentity {
  readonly prefix: string
  readonly origin: string
}

/**
 * All settings, decoded.
 * @category models
 */
export interface Settings {
  /** The user's directory, whether or not the daemon has it elsewhere. */
  readonly userPath: string
  readonly mappings: ReadonlyArray<PathMapping.PathMapping>
  /** The setting that asks the shim to find mappings, until it has found them. */
  readonly auto?: string | undefined
  /** Why none was found. */
  readonly notFound?: string | undefined
  /** Paths here whose files the daemon may have, but not certainly where. */
  readonly doubtful?: ReadonlyArray<string> | undefined
  readonly daemonSocket: string | undefined
  readonly dockerHost: string | undefined
  /** The client's path of the session daemon's socket, if the command goes to that daemon. */
  readonly sessionSocket?: string | undefined
  /** Why no path is translated, if the command goes to another daemon than the session's. */
  readonly elsewhere?: string | undefined
  /** The machine's file and the settings that come from it; absent if none does. */
  readonly machine?: { readonly file: string; readonly variables: ReadonlyArray<string> }
  readonly cache: CacheSettings.CacheSettings
  readonly session: SessionIdentity | undefined
  readonly projectScope: "auto" | "project" | "session" | "off"
  readonly realDocker: string | undefined
  readonly realCompose: string | undefined
  readonly verbosity: Verbosity
}

/**
 * The names of all settings.
 * @category accessors
 */
export const variables: ReadonlyArray<string> = [
  "WORKSPACE_DIR",
  "HELIX_TASK_NUMBER",
  "HELIX_SESSION_ID",
  "DOCKER_SHIM_USER_PATH",
  "DOCKER_SHIM_PATH_MAP",
  "DOCKER_SHIM_DAEMON_SOCKET",
  "DOCKER_SHIM_DOCKER_HOST",
  "DOCKER_SHIM_CACHE",
  "DOCKER_SHIM_CACHE_DIR",
  "DOCKER_SHIM_CACHE_READ_DIRS",
  "DOCKER_SHIM_CACHE_BACKEND",
  "DOCKER_SHIM_CACHE_MODE",
  "DOCKER_SHIM_CACHE_MAX_SIZE",
  "DOCKER_SHIM_CACHE_MAX_AGE",
  "DOCKER_SHIM_PROJECT_SCOPE",
  "DOCKER_SHIM_REAL_DOCKER",
  "DOCKER_SHIM_REAL_COMPOSE",
  "DOCKER_SHIM_DEBUG",
  "DOCKER_SHIM_QUIET",
  "DOCKER_SHIM_DISABLE"
]

/** The user's directory where `DOCKER_SHIM_USER_PATH` does not name another. */
export const defaultUserPath = "/home/retro/work"

/**
 * The message for a setting that is not accepted: what is wrong, then what can be done.
 * Example: `Settings.message({ _tag: "SettingError", variable: "A", value: "x", accepted: "on, off" })
 * // 'A="x" is not accepted\n\nAccepted: on, off.'`
 * @category printing
 */
export const message = (error: SettingError): string =>
  `${error.variable}=${JSON.stringify(error.value)}${
    error.file === undefined ? "" : ` in ${error.file}`
  } is not accepted`
  + `\n\nAccepted: ${error.accepted}.`

/**
 * Whether the user switched the shim off: everything is passed through unchanged, whatever the other settings say.
 *
 * **Details**
 *
 * `undefined` for a value that says neither; `decode` refuses it. A mistake in the machine's file does not matter where the
 * environment itself switches the shim off.
 * Example: `Settings.isDisabled({ DOCKER_SHIM_DISABLE: "1" }) // true`, `Settings.isDisabled({}) // false`
 * @category predicates
 */
export const isDisabled = (env: Env, machine?: MachineSettings.MachineSettings): boolean | undefined =>
  SettingReader.booleans.get((MachineSettings.valueOf(disable, env, machine) || "0").toLowerCase())

const disable = "DOCKER_SHIM_DISABLE"

/**
 * Decodes the settings, or says which is not accepted. An empty value counts as unset.
 *
 * **Details**
 *
 * Settings of the machine's file count where the environment does not have them.
 *
 * **Example** (Settings, and a mistake)
 *
 * ```ts
 * import { Settings } from "docker-shim"
 *
 * const settings = Settings.decode({ WORKSPACE_DIR: "/data/workspaces/ses1" })
 * const mistake = Settings.decode({ DOCKER_SHIM_CACHE: "maybe" })
 *
 * "_tag" in settings ? undefined : settings.mappings[0]?.to // "/data/workspaces/ses1"
 * "_tag" in mistake && mistake.variable // "DOCKER_SHIM_CACHE"
 * ```
 * @category decoding
 */
export const decode = (
  env: Env,
  machine: MachineSettings.MachineSettings = MachineSettings.none
): Settings | SettingError => {
  if (machine.mistake !== undefined) return lineError(machine.file, machine.mistake)
  const reader = SettingReader.make(env, machine)
  const { choice, errors, flag, origin, path, text } = reader
  flag(disable) // who asks for the settings goes on with the shim switched on, or off
  const [isDebug, isQuiet] = [flag("DOCKER_SHIM_DEBUG"), flag("DOCKER_SHIM_QUIET")]
  const userPath = PosixPath.normalize(path("DOCKER_SHIM_USER_PATH") ?? defaultUserPath)
  const settings: Settings = {
    userPath,
    ...mappings(userPath, path("WORKSPACE_DIR"), reader),
    daemonSocket: path("DOCKER_SHIM_DAEMON_SOCKET"),
    dockerHost: text("DOCKER_SHIM_DOCKER_HOST"),
    cache: CacheSettings.decode(reader),
    session: sessionIdentity(text, origin),
    projectScope: choice("DOCKER_SHIM_PROJECT_SCOPE", ["auto", "project", "session", "off"]),
    realDocker: path("DOCKER_SHIM_REAL_DOCKER"),
    realCompose: path("DOCKER_SHIM_REAL_COMPOSE"),
    verbosity: isDebug ? "debug" : isQuiet ? "quiet" : "normal",
    ...fromMachine(origin, machine)
  }
  return errors[0] ?? settings
}

/**
 * A setting with where it comes from, for the reasons of changes: `DOCKER_SHIM_DOCKER_HOST in /etc/docker-shim.env`.
 *
 * **Example** (A setting of the machine)
 *
 * ```ts
 * import { Settings } from "docker-shim"
 *
 * const settings = Settings.decode({}, { file: "/etc/docker-shim.env", values: { WORKSPACE_DIR: "/data/ses1" } })
 *
 * "userPath" in settings && Settings.originOf(settings, "WORKSPACE_DIR") // "WORKSPACE_DIR in /etc/docker-shim.env"
 * ```
 * @category printing
 */
export const originOf = (settings: Settings, variable: string): string =>
  settings.machine?.variables.includes(variable) === true ? `${variable} in ${settings.machine.file}` : variable

const fromMachine = (
  origin: (variable: string) => string,
  { file, values }: MachineSettings.MachineSettings
): Pick<Settings, "machine"> => {
  // most machines have no file, and this runs for every command
  if (Object.keys(values).length === 0) return {}
  const found = variables.filter((one) => origin(one) !== one)
  return found.length === 0 ? {} : { machine: { file, variables: found } }
}

/** The mistake in a line of the machine's file, in the form of a setting's: `line 3 of /etc/docker-shim.env`. */
const lineError = (file: string, { line, text }: { readonly line: number; readonly text: string }): SettingError => ({
  _tag: "SettingError",
  variable: `line ${String(line)} of ${file}`,
  value: text,
  accepted: "NAME=value, a comment after #, an empty line"
})

/** `WORKSPACE_DIR` and then the further mappings; of two for one path the more explicit, `DOCKER_SHIM_PATH_MAP`, wins. */
const mappings = (
  userPath: string,
  workspace: string | undefined,
  { origin, refuse, text }: SettingReader.SettingReader
): Pick<Settings, "auto" | "mappings"> => {
  const value = text("DOCKER_SHIM_PATH_MAP") ?? ""
  const further = PathMapping.parse(value)
  if (further._tag === "PathMapError") {
    refuse("DOCKER_SHIM_PATH_MAP", value, `auto, or from=to;from=to, all absolute paths (${further.reason})`)
    return { mappings: [] }
  }
  const named = further.mappings.map((one) => ({ ...one, origin: origin("DOCKER_SHIM_PATH_MAP") }))
  const known = workspace === undefined
    ? named
    : [...named, PathMapping.make(userPath, workspace, origin("WORKSPACE_DIR"))]
  return { mappings: known, ...(further.isAuto ? { auto: `${origin("DOCKER_SHIM_PATH_MAP")}=auto` } : {}) }
}

const sessionIdentity = (
  text: (variable: string) => string | undefined,
  origin: (variable: string) => string
): SessionIdentity | undefined => {
  const task = text("HELIX_TASK_NUMBER")
  if (task !== undefined) return { prefix: `helix-task-${task}`, origin: origin("HELIX_TASK_NUMBER") }
  const session = text("HELIX_SESSION_ID")
  return session === undefined
    ? undefined
    : { prefix: `helix-session-${session}`, origin: origin("HELIX_SESSION_ID") }
}
