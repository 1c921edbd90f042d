/**
 * Finds the real docker and docker-compose: never the shim itself, however many names it has.
 * @module
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as Endpoint from "../../core/argv/Endpoint.ts"
import type { Program } from "../../core/argv/Program.ts"
import type { Env, Invocation } from "../../core/Invocation.ts"
import * as MachineSettings from "../../core/settings/MachineSettings.ts"
import * as Failure from "../Failure.ts"
import { attempt } from "../files/Attempt.ts"
import * as SystemError from "../files/SystemError.ts"
import * as DockerConfigFile from "./DockerConfigFile.ts"
import * as PathLookup from "./PathLookup.ts"

/**
 * A real program's file as it was found, such as `/usr/bin/docker`. Links are not followed.
 * @category models
 */
export interface Located {
  readonly _tag: "Located"
  readonly file: string
}

/**
 * Where docker looks for CLI plugins after the user's own directories: docker/cli 28.5.2, `cli-plugins/manager/manager_unix.go`.
 */
export const systemPluginDirectories: ReadonlyArray<string> = [
  "/usr/local/lib/docker/cli-plugins",
  "/usr/local/libexec/docker/cli-plugins",
  "/usr/lib/docker/cli-plugins",
  "/usr/libexec/docker/cli-plugins"
]

/**
 * Finds a real program: the one the settings name; else `docker.real` beside the shim; else the next of that name on `PATH` or,
 * for Compose, among docker's plugin directories, that is not the shim (compared by device and inode).
 *
 * **Details**
 *
 * Compose as a plugin is searched for in the plugin directories first, stand-alone Compose on `PATH` first. `shim` is the
 * shim's own file. A program in a relative entry of `PATH` is refused, not skipped.
 *
 * **Example** (The docker behind the shim)
 *
 * ```ts
 * import { Failure, RealProgram } from "docker-shim/shell"
 *
 * const invocation = { argv0: "docker", argv: [], env: process.env, cwd: process.cwd() }
 * const found = RealProgram.locate("docker", invocation, "/usr/local/bin/docker-shim")
 *
 * console.log(found._tag === "Located" ? found.file : Failure.message(found))
 * ```
 * @category accessors
 */
export const locate = (program: Program, invocation: Invocation, shim: string): Located | Failure.Failure => {
  const { argv0, env } = invocation
  const self = identity(shim)
  const variable = Failure.variableOf[program]
  const named = MachineSettings.valueOf(variable, env, invocation.machine)
  if (named !== undefined && named !== "") {
    return fromSetting(MachineSettings.origin(variable, env, invocation.machine), named, self)
  }

  const directories = [...new Set([argv0.includes("/") ? path.dirname(argv0) : [], path.dirname(shim)].flat())]
  const beside = directories.map((directory) => path.join(directory, `${program}.real`))
  // a shell calls what it finds on PATH by its bare name: what is beside the shim there was found beside it
  const onPath = PathLookup.candidates(program, env)
    .flatMap((one) => isSame(identity(one), self) ? [one, `${one}.real`] : [one])
  const plugins = program === "docker-compose" ? pluginDirectories(env).map((one) => path.join(one, program)) : []
  const others = isPlugin(env) ? [...plugins, ...onPath] : [...onPath, ...plugins]
  const looked = [...new Set([...beside, ...others])]
  const file = looked.find((candidate) => isRunnable(candidate) && !isSame(identity(candidate), self))
  if (file === undefined) return { _tag: "ProgramNotFound", program, looked }
  return PathLookup.isRelative(file) && onPath.includes(file)
    ? { _tag: "ProgramNotRunnable", file, why: PathLookup.refusal }
    : { _tag: "Located", file }
}

/**
 * The shim as it is called by a name: the first of that name on `PATH` that can be run, if that is the shim.
 * Example: `RealProgram.onPath("docker", { PATH: "/nowhere" }, "/usr/local/bin/docker-shim") // undefined`
 * @category accessors
 */
export const onPath = (name: string, env: Env, shim: string): string | undefined => {
  const first = PathLookup.candidates(name, env).find(isRunnable)
  return first !== undefined && isSame(identity(first), identity(shim)) ? first : undefined
}

/**
 * Finds the plugin that docker would run: the first of that name in its plugin directories, or, where that is the shim,
 * the real one behind it.
 *
 * **Example** (The Compose behind docker compose)
 *
 * ```ts
 * import { RealProgram } from "docker-shim/shell"
 *
 * const invocation = { argv0: "docker", argv: [], env: process.env, cwd: process.cwd() }
 * const found = RealProgram.locatePlugin("docker-compose", invocation, "/usr/local/bin/docker-shim")
 *
 * console.log(found._tag === "Located" ? found.file : "there is none")
 * ```
 * @category accessors
 */
export const locatePlugin = (program: Program, invocation: Invocation, shim: string): Located | Failure.Failure => {
  const looked = pluginDirectories(invocation.env).map((one) => path.join(one, program))
  const file = looked.find((candidate) => identity(candidate) !== undefined)
  if (file === undefined) return { _tag: "ProgramNotFound", program, looked }
  return isSame(identity(file), identity(shim))
    ? locate(program, { ...invocation, argv0: file, env: { ...invocation.env, [pluginVariable]: "docker" } }, shim)
    : { _tag: "Located", file }
}

/** What docker sets for plugins only: the name it was called by. */
export const pluginVariable = "DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND"

/**
 * Whether docker called the shim as a CLI plugin.
 *
 * **Details**
 *
 * docker sets this variable for plugins only (docker/cli 28.5.2, `cli-plugins/manager/manager.go`).
 * Example: `RealProgram.isPlugin({ DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: "docker" }) // true`
 * @category predicates
 */
export const isPlugin = (env: Env): boolean => env[pluginVariable] !== undefined

/**
 * The directories in which docker looks for CLI plugins, in its order (docker/cli 28.5.2, `cli-plugins/manager/manager.go`).
 * Example: `RealProgram.pluginDirectories({ DOCKER_CONFIG: "/none" })[0] // "/none/cli-plugins"`
 * @category accessors
 */
export const pluginDirectories = (env: Env): ReadonlyArray<string> => {
  const config = configDirectory(env)
  return [...DockerConfigFile.pluginDirectories(config), path.join(config, "cli-plugins"), ...systemPluginDirectories]
}

/**
 * Docker's own configuration directory: `DOCKER_CONFIG`, else `.docker` of the home directory.
 * Example: `RealProgram.configDirectory({ HOME: "/home/retro" }) // "/home/retro/.docker"`
 * @category accessors
 */
export const configDirectory = (env: Env): string => Endpoint.configDirectory(Endpoint.noFlags, env)

const fromSetting = (variable: string, file: string, self: Identity): Located | Failure.Failure => {
  const refused = (why: string): Failure.Failure => ({ _tag: "ProgramNotRunnable", variable, file, why })
  const found = identity(file)
  if (found === undefined) {
    return isAbsent(file)
      ? { _tag: "ProgramMissing", variable, file }
      : refused("it cannot be read")
  }
  if (isSame(found, self)) return refused("it is docker-shim itself")
  return isRunnable(file) ? { _tag: "Located", file } : refused("it is not an executable file")
}

/** Whether nothing is there: a shell's "not found", where a file that may not be looked at is one that cannot be run. */
const isAbsent = (file: string): boolean => {
  try {
    return fs.statSync(file, { throwIfNoEntry: false }) === undefined
  } catch (error) {
    return SystemError.code(error) === "ENOTDIR"
  }
}

type Identity = { readonly dev: bigint; readonly ino: bigint } | undefined

const identity = (file: string): Identity => attempt(() => fs.statSync(file, { bigint: true }))

const isSame = (one: Identity, other: Identity): boolean =>
  one !== undefined && other !== undefined && one.dev === other.dev && one.ino === other.ino

const isRunnable = (file: string): boolean =>
  attempt(() => (fs.accessSync(file, fs.constants.X_OK), fs.statSync(file).isFile())) === true
