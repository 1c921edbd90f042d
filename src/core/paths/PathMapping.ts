/**
 * Pairs of paths that name the same files for the client and for the daemon.
 * @module
 */
import * as PosixPath from "./PosixPath.ts"

/**
 * One mapping, such as `/home/retro/work` at `/data/workspaces/ses1`. Both paths are absolute and normalised. `origin` is the
 * setting that it comes from.
 *
 * **Details**
 *
 * Only a mapping that the shim found itself has `holes`: paths below `from` where the client has another mount, which the
 * daemon does not have at `to`. Such a mapping maps only paths that really lie in it, never a path by its text alone.
 * @category models
 */
export interface PathMapping {
  readonly from: string
  readonly to: string
  readonly origin: string
  readonly holes?: ReadonlyArray<string>
}

/**
 * The error for a text that is not a mapping; `reason` is a clause such as `"/cache" has no "="`.
 * @category errors
 */
export interface PathMapError {
  readonly _tag: "PathMapError"
  readonly reason: string
}

/**
 * Makes a mapping, and normalises its paths.
 * Example: `PathMapping.make("/work/", "/data//ses1", "WORKSPACE_DIR").to // "/data/ses1"`
 * @category constructors
 */
export const make = (from: string, to: string, origin: string): PathMapping => ({
  from: PosixPath.normalize(from),
  to: PosixPath.normalize(to),
  origin
})

/** The word in `DOCKER_SHIM_PATH_MAP` that asks for mappings that the shim finds. */
const auto = "auto"

/**
 * The mappings in `DOCKER_SHIM_PATH_MAP`; `isAuto` if it also asks for those that the shim finds.
 * @category models
 */
export interface PathMap {
  readonly _tag: "PathMap"
  readonly mappings: ReadonlyArray<PathMapping>
  readonly isAuto: boolean
}

/**
 * Parses `DOCKER_SHIM_PATH_MAP`, such as `/cache=/data/cache;/src=/data/src`, with `auto` for one of the parts. Empty parts
 * are skipped.
 * Example: `PathMapping.parse("/cache") // { _tag: "PathMapError", reason: '"/cache" has no "="' }`
 * @category parsing
 */
export const parse = (text: string): PathMap | PathMapError => {
  const mappings: Array<PathMapping> = []
  const parts = text.split(";").map((one) => one.trim())
  for (const part of parts.filter((one) => one !== "" && one !== auto)) {
    const at = part.indexOf("=")
    const from = part.slice(0, Math.max(at, 0)).trim()
    const to = part.slice(at + 1).trim()
    if (at < 0) return { _tag: "PathMapError", reason: `${JSON.stringify(part)} has no "="` }
    if (!PosixPath.isAbsolute(from) || !PosixPath.isAbsolute(to)) {
      return { _tag: "PathMapError", reason: `${JSON.stringify(part)} has a path that is not absolute` }
    }
    mappings.push(make(from, to, "DOCKER_SHIM_PATH_MAP"))
  }
  return { _tag: "PathMap", mappings, isAuto: parts.includes(auto) }
}

/**
 * Applies a mapping to a normalised path; `undefined` if the path is outside the mapping.
 * Example: `PathMapping.apply(PathMapping.make("/work", "/data/ses1", ""), "/work/app") // "/data/ses1/app"`
 * @category accessors
 */
export const apply = ({ from, to }: PathMapping, path: string): string | undefined => {
  if (!PosixPath.isWithin(path, from)) return undefined
  const below = from === "/" ? path : path.slice(from.length)
  return below === "" || below === "/" ? to : to === "/" ? below : `${to}${below}`
}

/**
 * The hole of a mapping that a normalised path is in.
 * Example: `PathMapping.holeOf({ from: "/work", to: "/data", origin: "auto", holes: ["/work/tmp"] }, "/work/tmp/x")
 * // "/work/tmp"`
 * @category accessors
 */
export const holeOf = ({ holes }: PathMapping, path: string): string | undefined =>
  holes?.find((one) => PosixPath.isWithin(path, one))

/**
 * The mapping with the longest `from` that contains a normalised path; of equal ones the first.
 *
 * **Example** (Two mappings)
 *
 * ```ts
 * import { PathMapping } from "docker-shim"
 *
 * const mappings = [
 *   PathMapping.make("/home/retro/work", "/data/workspaces/ses1", "WORKSPACE_DIR"),
 *   PathMapping.make("/home/retro/work/cache/", "/data/cache", "DOCKER_SHIM_PATH_MAP")
 * ]
 * const mapping = PathMapping.longestMatch(mappings, "/home/retro/work/cache/npm")
 *
 * mapping?.origin // "DOCKER_SHIM_PATH_MAP"
 * mapping && PathMapping.apply(mapping, "/home/retro/work/cache/npm") // "/data/cache/npm"
 * ```
 * @category accessors
 */
export const longestMatch = (mappings: ReadonlyArray<PathMapping>, path: string): PathMapping | undefined => {
  let longest: PathMapping | undefined
  for (const mapping of mappings) {
    const isLonger = longest === undefined || mapping.from.length > longest.from.length
    if (isLonger && PosixPath.isWithin(path, mapping.from)) longest = mapping
  }
  return longest
}
