/**
 * The process as the shim found it, read once.
 */
import * as Context from "effect/Context"
import type { Invocation } from "../../core/Invocation.ts"

/**
 * The invocation, the shim's own file, and the environment that children start from.
 * @category services
 */
export class Environment extends Context.Tag("docker-shim/shell/services/Environment")<Environment, {
  readonly invocation: Invocation
  readonly shim: string
}>() {}
