/**
 * Where the daemon sees what the client sees elsewhere.
 * @module
 */
import * as PosixPath from "./PosixPath.ts"

/**
 * One mapping, such as `/home/retro/work` at `/data/workspaces/ses1`; both absolute and normalised. `origin` is the
 * setting it is from.
 *
 * **Details**
 *
 * `holes` is there for a mapping that was found, not set: all of what the daemon has is known then, so nothing is mapped by
 * its text alone. They are paths below `from` where the client has something else mounted, which the daemon does not have
 * at `to`.
 * @category models
 */
export interface PathMapping {
  readonly from: string
  readonly to: string
  readonly origin: string
  readonly holes?: ReadonlyArray<string>
}

/**
 * A mapping of a text that is not one.
 * @category errors
 */
export interface PathMapError {
  readonly _tag: "PathMapError"
  readonly reason: string
}

/**
 * A mapping; the paths may be written in any form.
 * @category constructors
 */
export const make = (from: string, to: string, origin: string): PathMapping => ({
  from: PosixPath.normalize(from),
  to: PosixPath.normalize(to),
  origin
})

/** Stands in `DOCKER_SHIM_PATH_MAP` for the mappings that are found. */
const auto = "auto"

/**
 * The mappings of `DOCKER_SHIM_PATH_MAP`; `isAuto` if it asks for those that can be found besides.
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
 * Where a mapping puts a normalised path; `undefined` where that is not in it.
 * @category accessors
 */
export const apply = ({ from, to }: PathMapping, path: string): string | undefined =>
  PosixPath.isWithin(path, from)
    ? PosixPath.normalize(`${to}${from === "/" ? path : path.slice(from.length)}`)
    : undefined

/**
 * The hole of a mapping that a normalised path is in.
 * @category accessors
 */
export const holeOf = ({ holes = [] }: PathMapping, path: string): string | undefined =>
  holes.find((one) => PosixPath.isWithin(path, one))

/**
 * The mapping with the longest `from` that a normalised path is in; of equal ones the first.
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
