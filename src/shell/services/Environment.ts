/**
 * The process as the shim found it, read once.
 */
import * as Context from "effect/Context"
import type { Invocation } from "../../core/Invocation.ts"

/**
 * The invocation, and the shim's own file.
 *
 * **Example** (Of this process)
 *
 * ```ts
 * import { Environment } from "docker-shim/shell"
 *
 * const environment = Environment.of({
 *   invocation: { argv0: "docker", argv: ["ps"], env: process.env, cwd: process.cwd() },
 *   shim: "/usr/local/bin/docker-shim"
 * })
 * ```
 * @category services
 */
export class Environment extends Context.Tag("docker-shim/shell/services/Environment")<Environment, {
  /** What the shim was called with. */
  readonly invocation: Invocation
  /** The shim's own file, so that a search for the real programs skips it. */
  readonly shim: string
}>() {}
