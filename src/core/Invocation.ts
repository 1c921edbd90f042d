/**
 * A call of the shim, as plain data.
 * @module
 */

/**
 * One call of the shim, such as `docker run -v ./src:/app web` typed in `/home/retro/work`.
 *
 * **Details**
 *
 * - `argv0`: the name of the call, with its directory if the user typed one (`docker`, `/usr/local/bin/docker`).
 * - `argv`: the words after it.
 * - `env`: the environment; an absent name is `undefined`.
 * - `cwd`: the working directory, absolute: `$PWD` if that names it, else the physical path (the rule of Go's `os.Getwd`, which
 *   the docker CLI uses for relative sources). Empty if the directory was deleted: relative sources then stay as they are.
 * - `machine`: settings of the whole machine. docker does not get them in its environment.
 *
 * **Example** (A call in a session)
 *
 * ```ts
 * import type { Invocation } from "docker-shim"
 *
 * const invocation: Invocation.Invocation = {
 *   argv0: "docker",
 *   argv: ["run", "-v", "./src:/app", "web"],
 *   env: { WORKSPACE_DIR: "/data/workspaces/ses1" },
 *   cwd: "/home/retro/work"
 * }
 *
 * invocation.env["DOCKER_HOST"] // undefined
 * ```
 * @category models
 */
export interface Invocation {
  readonly argv0: string
  readonly argv: ReadonlyArray<string>
  readonly env: Env
  readonly cwd: string
  readonly machine?: MachineSettings
}

/**
 * Environment variables by name.
 * @category models
 */
export type Env = Readonly<Record<string, string | undefined>>

/**
 * The settings in the machine's file.
 *
 * **Details**
 *
 * `values` has the settings by name. `ignored` is the reason why the shim does not use the file, such as
 * `it belongs to user 1000`; `hasWrongRights` says that its owner or its permission bits are why. `mistake` is the first line
 * that is neither `NAME=value` nor a comment nor empty; lines count from 1.
 * @category models
 */
export interface MachineSettings {
  readonly file: string
  readonly values: Env
  readonly ignored?: string
  readonly hasWrongRights?: boolean
  readonly mistake?: { readonly line: number; readonly text: string }
}
