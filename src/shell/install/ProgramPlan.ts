/** Plans the shim's place among the programs of `PATH`: as `docker`, and as `docker-compose` where there is one. */
import * as path from "node:path"
import type { Program } from "../../core/argv/Program.ts"
import * as Part from "./Part.ts"
import * as ShimFile from "./ShimFile.ts"
import type { Directory, Request, Site } from "./Site.ts"
import * as Step from "./Step.ts"

/** The steps for `docker` and `docker-compose` on `PATH`; `directory` is for names ahead of the real ones. */
export const programSteps = (
  site: Site,
  request: Request,
  directory: Directory | undefined,
  target: string
): Part.Part => {
  const docker = ShimFile.realOf(site, "docker")
  if (docker === undefined) return Part.refuse(whyNoDocker(site))
  const compose = ShimFile.realOf(site, "docker-compose")
  const programs = [
    ["docker", docker] as const,
    ...(compose === undefined ? [] : [["docker-compose", compose] as const])
  ]
  return Part.all(programs.map(([program, at]) => {
    const real = site.path[at]
    if (real === undefined) return Part.of({})
    return request.isInPlace ? inPlace(program, real, target) : ahead(site, program, at, real, directory, target)
  }))
}

const whyNoDocker = (site: Site): string => {
  const shim = site.path.find((one) => ["Shim", "OtherShim"].includes(one.entries.docker._tag))
  return shim === undefined
    ? "there is no docker on PATH; install docker first"
    : `${shim.path}/docker is the shim already, and no install of this user put it there; remove it first, or leave it so`
}

const ahead = (
  site: Site,
  program: Program,
  at: number,
  real: Directory,
  directory: Directory | undefined,
  target: string
): Part.Part => {
  const found = path.join(real.path, program)
  if (real.entries[program]._tag === "Wrapper") {
    return Part.refuse(`${found} is an older wrapper; --in-place puts the shim in its place`)
  }
  if (directory === undefined) {
    const own = path.join(site.home, ".local/bin")
    return Part.refuse(
      `none of the usual directories that this user can write to comes before ${found} on PATH; `
        + (site.isSuperuser
          ? "pass one with --dir and put it first on PATH, or use --in-place"
          : `put one of your own there (export PATH=${own}:$PATH) and install again, or pass one with --dir`)
    )
  }
  const name = path.join(directory.path, program)
  if (!directory.isWritable) return Part.refuse(`this user cannot write to ${directory.path}`)
  switch (directory.entries[program]._tag) {
    case "Shim":
      return Part.of({ notes: [`${name} is the shim already`] })
    case "OtherShim":
      return Part.refuse(`${name} is another build of docker-shim, which no install recorded; remove it first`)
    case "Program":
    case "Wrapper":
    case "Other":
      return Part.refuse(`${name} exists and is not the shim; pass another directory with --dir, or use --in-place`)
    case "Absent": {
      const position = site.path.findIndex((one) => one.path === directory.path)
      return Part.of({
        steps: [...directory.missing.map(Step.makeDirectory), Step.link(name, target)],
        notes: position >= 0 && position < at
          ? []
          : [`${directory.path} does not come before ${found} on PATH: export PATH=${directory.path}:$PATH`]
      })
    }
  }
}

/** The name that the real program gets, in the same directory. `RealProgram` looks there first. */
const realName = (program: Program): "docker.real" | "docker-compose.real" =>
  program === "docker" ? "docker.real" : "docker-compose.real"

const inPlace = (program: Program, real: Directory, target: string): Part.Part => {
  const name = path.join(real.path, program)
  const beside = path.join(real.path, realName(program))
  const before = real.entries[realName(program)]._tag
  if (!real.isWritable) return Part.refuse(`this user cannot write to ${real.path}`)
  const diversion = real.packaged.includes(program) ? [Step.divert(name, beside)] : []
  if (real.entries[program]._tag === "Wrapper") {
    return before === "Program"
      ? Part.of({ steps: [...diversion, Step.replace(name, saved(name), target)] })
      : Part.refuse(`${name} is an older wrapper, but ${beside}, which it calls, is no program`)
  }
  return before === "Absent"
    ? Part.of({
      steps: [...diversion, Step.replace(name, beside, target)],
      notes: diversion.length > 0
        ? []
        : [`no package owns ${name}: if an upgrade overwrites it, run 'docker-shim install' again`]
    })
    : Part.refuse(`${name} and ${beside} are both there, and neither is the shim; remove the one that is not docker`)
}

/** Where an older wrapper is kept; docker's plugin search passes over names that do not begin with `docker-`. */
export const saved = (name: string): string =>
  path.join(path.dirname(name), `.docker-shim-saved.${path.basename(name)}`)
