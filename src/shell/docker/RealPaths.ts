/**
 * Answers what a path resolves to in the client's file system, with plain calls: this runs on every `docker run -v`.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import type { RealPath } from "../../core/paths/SourceTranslation.ts"
import { attempt } from "../files/Attempt.ts"
import * as RawText from "../process/RawText.ts"

/** Linux's `PATH_MAX`, in bytes: no longer path exists. */
const maxPathLength = 4096

/** Linux follows at most 40 links in one path (`MAXSYMLINKS`, path_resolution(7)). */
const maxLinks = 40

/**
 * Resolves the symbolic links of an absolute path as far as it exists; the rest is appended as written.
 *
 * **Details**
 *
 * A dangling link is followed to the place it names, and `link` says where it stands. Where nothing more can be known (a loop, no permission, a path
 * longer than the system takes) the path stays as it is from there on.
 *
 * @category accessors
 * @since 0.1.0
 */
export const resolve = (absolute: string): RealPath =>
  Buffer.byteLength(absolute) > maxPathLength ? { resolved: absolute, exists: false } : follow(absolute, maxLinks)

const follow = (absolute: string, linksLeft: number): RealPath => {
  const real = attempt(() => realPath(absolute))
  if (real !== undefined) return { resolved: real, exists: true }
  if (absolute === "/") return { resolved: "/", exists: false }
  const parent = follow(path.dirname(absolute), linksLeft)
  const name = path.basename(absolute)
  const resolved = path.join(parent.resolved, name)
  const link = parent.exists && linksLeft > 0
    ? attempt(() => RawText.decode(fs.readlinkSync(RawText.path(resolved), "buffer")))
    : undefined
  if (link !== undefined) {
    const target = follow(path.resolve(parent.resolved, link), linksLeft - 1)
    return { resolved: target.resolved, exists: false, link: resolved }
  }
  return parent.link === undefined
    ? { resolved, exists: false }
    : { resolved, exists: false, link: path.join(parent.link, name) }
}

const realPath = (absolute: string): string => RawText.decode(fs.realpathSync.native(RawText.path(absolute), "buffer"))
