/**
 * Looks programs up on `PATH`, by Go's rule: a program that a relative entry leads to is not run.
 */
import * as path from "node:path"
import type { Env } from "../../core/Invocation.ts"

/**
 * Where a program of this name may be, in the order of `PATH`: `/usr/bin/docker`, or `./docker` for an empty entry or `.`.
 *
 * **Details**
 *
 * Same rules as Go 1.24, `path/filepath`, `SplitList`, and `os/exec`, `LookPath`.
 */
export const candidates = (name: string, env: Env): ReadonlyArray<string> => {
  const entries = env["PATH"] ?? ""
  return entries === "" ? [] : entries.split(":").map((entry) => {
    const file = path.join(entry, name)
    return path.isAbsolute(file) ? file : `./${file}`
  })
}

/**
 * Whether a file depends on the working directory. Such a program of `PATH` may be anyone's: a checkout can hold one.
 */
export const isRelative = (file: string): boolean => !path.isAbsolute(file)

/** Why such a program is refused, in words; Go's `exec.ErrDot`. */
export const refusal =
  "a relative entry of PATH leads to it, so it depends on the working directory; use absolute entries only"
