/**
 * The mount that gives a session's container the shared cache directory.
 * @module
 */
import * as PosixPath from "../paths/PosixPath.ts"
import * as CacheSettings from "../settings/CacheSettings.ts"
import * as CsvRecord from "../syntax/CsvRecord.ts"

/**
 * A bind mount, such as `/data/buildkit-cache` at `/buildkit-cache`; the field names are those of the Engine API's
 * `Mount` and of Compose's long syntax, in lower case.
 * @category models
 */
export interface CacheMount {
  readonly type: "bind"
  readonly source: string
  readonly target: string
  readonly readOnly: boolean
}

/**
 * The name of the cache directory below the root that holds it on the machine: `buildkit-cache`, and `buildkit-cache-team-a`
 * for the scope `team-a`.
 * Example: `CacheMount.directoryName("team-a") // "buildkit-cache-team-a"`
 * @category printing
 */
export const directoryName = (scope?: string): string =>
  scope === undefined ? "buildkit-cache" : `buildkit-cache-${scope}`

/**
 * Whether a text can name a scope, the sessions that trust one another: 1 to 64 letters, digits, `_`, `.` and `-`, a letter
 * or digit first.
 * Example: `CacheMount.isScope("team-a") // true`, `CacheMount.isScope("team/a") // false`
 * @category predicates
 */
export const isScope = (text: string): boolean => /^[A-Za-z0-9][\w.-]{0,63}$/.test(text)

/**
 * The mount of the cache directory below `root`, an absolute path on the machine that runs the sessions' containers, such as
 * `/data`. With `scope` it is the directory of the sessions that trust one another, without it the one for all sessions.
 *
 * **Example** (For an embedding program)
 *
 * ```ts
 * import { CacheMount } from "docker-shim"
 *
 * CacheMount.of("/data") // { type: "bind", source: "/data/buildkit-cache", target: "/buildkit-cache", readOnly: false }
 * ```
 * @category constructors
 */
export const of = (
  root: string,
  { readOnly = false, scope }: { readonly readOnly?: boolean; readonly scope?: string | undefined } = {}
): CacheMount => ({
  type: "bind",
  source: PosixPath.normalize(`${root}/${directoryName(scope)}`),
  target: CacheSettings.defaultCacheDirectory,
  readOnly
})

/**
 * The read-only mount for another scope's directory, which a session searches after its own if
 * `DOCKER_SHIM_CACHE_READ_DIRS` names its target, such as `/buildkit-cache-trusted`.
 * Example: `CacheMount.ofReadScope("/data", "trusted").target // "/buildkit-cache-trusted"`
 * @category constructors
 */
export const ofReadScope = (root: string, scope: string): CacheMount => ({
  ...of(root, { scope, readOnly: true }),
  target: `${CacheSettings.defaultCacheDirectory}-${scope}`
})

/**
 * The mount as docker's `--mount` takes it (docker/cli 28.5.2, `opts/mount.go`).
 * Example: `CacheMount.mountOption(CacheMount.of("/data")) // "type=bind,source=/data/buildkit-cache,target=/buildkit-cache"`
 * @category printing
 */
export const mountOption = ({ readOnly, source, target, type }: CacheMount): string =>
  CsvRecord.print([`type=${type}`, `source=${source}`, `target=${target}`, ...(readOnly ? ["readonly"] : [])])

/**
 * The mount as an entry of a Compose service's `volumes`, in its long syntax, as JSON, which is YAML too.
 * Example: `CacheMount.composeVolume(CacheMount.of("/data"))
 * // '{"type":"bind","source":"/data/buildkit-cache","target":"/buildkit-cache"}'`
 * @category printing
 */
export const composeVolume = ({ readOnly, source, target, type }: CacheMount): string =>
  JSON.stringify({ type, source, target, ...(readOnly ? { read_only: true } : {}) })
