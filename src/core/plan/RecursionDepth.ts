/**
 * Counts how often the shim called itself. A real docker may call docker again (a plugin does), but a wrapper that leads back
 * to the shim would do so endlessly.
 */
import type { Env } from "../Invocation.ts"

/** The variable that holds the count. */
export const variable = "DOCKER_SHIM_DEPTH"

/** Deeper than any honest nesting of plugins that call docker. */
export const max = 12

/** The count in an environment, 0 where there is none. */
export const read = (env: Env): number => Number(env[variable] ?? 0) || 0

/**
 * The count for a program with these words and changes to its environment. If the variable must stay out of the environment,
 * because the program prints that, the count is the number of `--environment` flags.
 */
export const forProgram = (
  args: ReadonlyArray<string>,
  changes: Readonly<Record<string, string | null>>,
  env: Env
): number => changes[variable] === null ? args.filter((word) => word === "--environment").length - 1 : read(env)
