/**
 * Where a user's caches are.
 */
import type { Env } from "../Invocation.ts"
import * as PosixPath from "./PosixPath.ts"

/**
 * The shim's own directory among the user's caches, such as `/home/retro/.cache/docker-shim`, in `$XDG_CACHE_HOME` or
 * `$HOME/.cache`; none if neither is an absolute path.
 */
export const directory = (env: Env): string | undefined => {
  const base = [env["XDG_CACHE_HOME"], env["HOME"]].find((one) => one?.startsWith("/") === true)
  if (base === undefined) return undefined
  return PosixPath.join(base, base === env["XDG_CACHE_HOME"] ? "docker-shim" : ".cache/docker-shim")
}
