/**
 * Plans the shim's place among docker's CLI plugins, for programs that call the real docker by its path.
 */
import * as path from "node:path"
import * as Part from "./Part.ts"
import { saved } from "./ProgramPlan.ts"
import * as ShimFile from "./ShimFile.ts"
import { type Directory, isForeign, type Request, type Site } from "./Site.ts"
import * as Step from "./Step.ts"

/**
 * The steps for the Compose plugin; none if Compose is not a plugin here.
 *
 * **Details**
 *
 * The shim goes into a directory that docker searches before the real plugin's. If there is none, or with `isInPlace`, the real
 * plugin moves to the next directory after its own, and the shim takes its place. A plugin is never kept as
 * `docker-compose.real`, because `docker info` complains about that name.
 */
export const pluginSteps = (site: Site, request: Request, target: string): Part.Part => {
  const at = site.plugins.findIndex((one) => isForeign(one.entries["docker-compose"]))
  const real = site.plugins[at]
  if (real === undefined) return Part.of({})
  const isWrapper = real.entries["docker-compose"]._tag === "Wrapper"
  if (isWrapper && !request.isInPlace) {
    return Part.refuse(`${nameIn(real)} is an older wrapper; --in-place puts the shim in its place`)
  }
  const ahead = request.pluginDirectory === undefined
    ? site.plugins.slice(0, at).find((one) => one.isWritable && isForAll(site, one) === site.isSuperuser)
    : ShimFile.known(site, request.pluginDirectory)
  if (ahead !== undefined) return Part.all([...(isWrapper ? [restore(real)] : []), linkIn(ahead, target)])
  return request.isInPlace ? takePlace(site, at, real, isWrapper, target) : Part.of({
    notes: [
      `docker looks for plugins in ${real.path} first, and the real docker-compose is there: 'docker compose' goes through `
      + "the shim only if docker does (--in-place changes that)"
    ]
  })
}

const nameIn = (directory: Directory): string => path.join(directory.path, "docker-compose")

/** Whether docker searches a directory for all users, not just for one user's configuration. */
const isForAll = (site: Site, directory: Directory): boolean => !directory.path.startsWith(`${site.home}/`)

const linkIn = (directory: Directory, target: string): Part.Part => {
  const name = nameIn(directory)
  const entry = directory.entries["docker-compose"]
  if (!directory.isWritable) return Part.refuse(`this user cannot write to ${directory.path}`)
  if (entry._tag === "Shim") return Part.of({ notes: [`${name} is the shim already`] })
  return entry._tag === "Absent"
    ? Part.of({ steps: [...directory.missing.map(Step.makeDirectory), Step.link(name, target)] })
    : Part.refuse(`${name} exists and is not the shim; pass another directory with --plugin-dir, or use --in-place`)
}

/** Removes a wrapper; the real plugin gets its own name back. */
const restore = (real: Directory): Part.Part =>
  real.entries["docker-compose.real"]._tag === "Program" && real.isWritable
    ? Part.of({
      steps: [
        Step.move(nameIn(real), saved(nameIn(real))),
        Step.move(path.join(real.path, "docker-compose.real"), nameIn(real))
      ]
    })
    : Part.refuse(
      `${
        nameIn(real)
      } is an older wrapper, but docker-compose.real beside it is no program, or ${real.path} cannot be written`
    )

const takePlace = (site: Site, at: number, real: Directory, isWrapper: boolean, target: string): Part.Part => {
  const name = nameIn(real)
  const next = site.plugins.slice(at + 1).find((one) =>
    one.isWritable && one.entries["docker-compose"]._tag === "Absent"
  )
  if (next === undefined || !real.isWritable) {
    return Part.refuse(`${name} cannot make way: no directory that docker looks into later can be written`)
  }
  const makes = next.missing.map(Step.makeDirectory)
  if (!isWrapper) {
    return Part.of({ steps: [...makes, Step.move(name, nameIn(next)), Step.link(name, target)] })
  }
  return real.entries["docker-compose.real"]._tag === "Program"
    ? Part.of({
      steps: [
        ...makes,
        Step.move(path.join(real.path, "docker-compose.real"), nameIn(next)),
        Step.replace(name, saved(name), target)
      ]
    })
    : Part.refuse(`${name} is an older wrapper, but docker-compose.real beside it is no program`)
}
