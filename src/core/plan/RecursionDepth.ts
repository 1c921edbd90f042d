/**
 * How often the shim called itself. Real dockers may call docker again (a plugin does); a wrapper that leads back to the shim
 * does so without end.
 */
import type { Env } from "../Invocation.ts"

/** The variable that holds the count. */
export const variable = "DOCKER_SHIM_DEPTH"

/** Deeper than any honest nesting of plugins that call docker. */
export const max = 12

/** The count in an environment, 0 where there is none. */
export const read = (env: Env): number => Number(env[variable] ?? 0) || 0

/**
 * The count for a program with these words and changes to its environment. Where the variable is kept out of the
 * environment, because the program prints that, it is the number of its own flag `--environment`.
 */
export const forProgram = (
  args: ReadonlyArray<string>,
  changes: Readonly<Record<string, string | null>>,
  env: Env
): number => changes[variable] === null ? args.filter((word) => word === "--environment").length - 1 : read(env)
