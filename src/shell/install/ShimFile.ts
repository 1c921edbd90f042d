/** Chooses the place of the shim's own file, and the directory for the names that link to it. */
import * as path from "node:path"
import * as Part from "./Part.ts"
import { type Directory, isForeign, type Name, type Request, type Site } from "./Site.ts"
import * as Step from "./Step.ts"

/**
 * The directory for `docker`: the one that the user named, or else the first usual one that comes before the real docker on
 * `PATH` and can be written to.
 */
export const directoryFor = (site: Site, request: Request): Directory | undefined => {
  if (request.directory !== undefined) return known(site, request.directory)
  const before = site.path.slice(0, realOf(site, "docker") ?? 0)
  const usual = site.isSuperuser
    ? ["/usr/local/bin", "/usr/local/sbin"]
    : [path.join(site.home, ".local/bin"), path.join(site.home, "bin")]
  return usual.map((one) => before.find(({ path }) => path === one)).find((one) =>
    one?.isWritable === true && !isForeign(one.entries.docker)
  )
}

/** The place on `PATH` of the first program of a name that is not the shim. */
export const realOf = (site: Site, name: Name): number | undefined => {
  const at = site.path.findIndex((one) => isForeign(one.entries[name]))
  return at < 0 ? undefined : at
}

/** A directory that the user named. */
export const known = (site: Site, directory: string): Directory | undefined =>
  [...site.given, ...site.path, ...site.plugins].find((one) => one.path === directory)

/**
 * The file for the links to lead to: the shim in its own place, if `PATH` leads there or it cannot be copied; else a copy named
 * `docker-shim` in the directory. If `docker-shim` is not on `PATH`, a link gets that name.
 */
export const place = (
  site: Site,
  directory: Directory | undefined
): { readonly target: string; readonly part: Part.Part } => {
  const { file, isExecutable } = site.shim
  const isNamed = site.path.some((one) => one.entries["docker-shim"]._tag === "Shim")
  if (directory === undefined || isNamed || !directory.isWritable) return { target: file, part: Part.of({}) }
  const own = path.join(directory.path, "docker-shim")
  const { _tag } = directory.entries["docker-shim"]
  const makes = directory.missing.map(Step.makeDirectory)
  if (_tag === "Shim" || file === own) return { target: file, part: Part.of({}) }
  if (_tag === "OtherShim") {
    return { target: file, part: Part.refuse(`${own} is another build, which no install recorded; remove it first`) }
  }
  if (_tag !== "Absent") return { target: file, part: Part.refuse(`${own} is there and is not this docker-shim`) }
  return isExecutable
    ? { target: own, part: Part.of({ steps: [...makes, Step.copy(file, own)] }) }
    : { target: file, part: Part.of({ steps: [...makes, Step.link(own, file)] }) }
}
