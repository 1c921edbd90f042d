/**
 * What the shim was called with, as plain data.
 */
import type { MachineSettings } from "./MachineSettings.ts"

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
 * @category models
 * @since 0.1.0
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
 *
 * @category models
 * @since 0.1.0
 */
export type Env = Readonly<Record<string, string | undefined>>
