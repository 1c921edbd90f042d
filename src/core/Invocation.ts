/**
 * What the shim was called with, as plain data.
 * @module
 */

/**
 * One call of the shim, such as `docker run -v ./src:/app web` typed in `/home/retro/work`.
 *
 * **Details**
 *
 * - `argv0`: the name it was called by, directory included when one was typed (`docker`, `/usr/local/bin/docker`).
 * - `argv`: the words after it.
 * - `env`: the environment; an absent name is `undefined`.
 * - `cwd`: the logical working directory, absolute: `$PWD` where that names the working directory, else the physical
 *   path (the rule of Go's `os.Getwd`, by which the docker CLI makes relative sources absolute). Empty when the
 *   directory was deleted: relative sources are then left as they are.
 * - `machine`: settings of the whole machine, which are no part of the environment that docker gets.
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
 * What the machine's file says.
 *
 * **Details**
 *
 * `values` holds what the file sets, by name. `ignored` says why the file as a whole is not used, such as
 * `it belongs to user 1000`. `mistake` is the first line that is none of `NAME=value`, a comment and an empty line.
 * @category models
 */
export interface MachineSettings {
  readonly file: string
  readonly values: Env
  readonly ignored?: string
  readonly mistake?: { readonly line: number; readonly text: string }
}
