/**
 * Is the shim what people and programs call, and are older wrappers gone?
 */
import * as Effect from "effect/Effect"
import * as path from "node:path"
import * as Installation from "../install/Installation.ts"
import * as InstallPlan from "../install/InstallPlan.ts"
import * as Renewal from "../install/Renewal.ts"
import { bare, type Directory, type Entry, isForeign, type Name, type Request, type Site } from "../install/Site.ts"
import * as Step from "../install/Step.ts"
import * as Survey from "../install/Survey.ts"
import type { Check } from "./Examination.ts"
import * as Finding from "./Finding.ts"

/** The order of `PATH` and of docker's plugin directories, what `install` recorded, and older wrappers. */
export const check: Check = ({ env, shim }) =>
  Effect.sync(() => {
    const site = Survey.site("", env, shim, bare)
    const place = placeOf(site)
    return [
      pathFinding(place),
      ...pluginFindings(place),
      installation(place.recorded, place.isForAll, place.install),
      wrapperFinding(place)
    ]
  })

/** The site, its record, for this user or for all, and how this user calls `install`. */
interface Place {
  readonly site: Site
  readonly recorded: Installation.Recorded
  readonly isForAll: boolean
  readonly install: string
}

const placeOf = (site: Site): Place => {
  const own = Installation.read("", site.stateDirectory)
  const ofAll = site.isSuperuser || own._tag !== "NotInstalled" ? own : Installation.read("", Survey.stateOfAll)
  const isForAll = own._tag === "NotInstalled" && ofAll._tag !== "NotInstalled"
  const isNamed = site.path.some((one) => one.entries["docker-shim"]._tag === "Shim")
  const program = isNamed ? "docker-shim" : site.shim.file
  return { site, isForAll, recorded: ofAll, install: `${isForAll ? "as root: " : ""}${program} install` }
}

/** How to install the shim, such as `docker-shim install`; if `install` would refuse, what it would say. */
const nextOf = ({ install, recorded, site }: Place, request: Request): string => {
  const outcome = recorded._tag === "Installed"
    ? Renewal.plan("", site, recorded.record, request)
    : InstallPlan.plan(site, request)
  if (outcome._tag === "Refused") return outcome.reasons.join("; ")
  return request.isInPlace ? `${install} --in-place` : install
}

const pathFinding = (place: Place): Finding.Finding => {
  const { install, recorded, site } = place
  const first = firstOf(site.path, "docker")
  if (first?.entries.docker._tag === "Shim") return Finding.ok("PATH", `docker is the shim: ${first.path}/docker`)
  if (first?.entries.docker._tag === "OtherShim") {
    return Finding.warn(
      "PATH",
      `docker is another build of the shim than this one: ${first.path}/docker`,
      recorded._tag === "Installed" ? `${install} updates it` : `replace it with ${site.shim.file}`
    )
  }
  const evidence = first === undefined ? "docker is not on PATH" : `docker is ${first.path}/docker, not the shim`
  const own = site.path.find((one) => one.entries.docker._tag === "Shim")?.path ?? standing(recorded)
  return Finding.fail(
    "PATH",
    evidence,
    own === undefined ? nextOf(place, bare) : `put ${own} first: export PATH=${own}:$PATH`
  )
}

/** The directory of an installed `docker` that is still there; it may not be on `PATH`. */
const standing = (recorded: Installation.Recorded): string | undefined => {
  if (recorded._tag !== "Installed" || !Installation.isWhole("", recorded.record)) return undefined
  const step = recorded.record.steps.find((one) => one._tag === "Link" && path.basename(one.path) === "docker")
  return step === undefined ? undefined : path.dirname(step.path)
}

const firstOf = (directories: ReadonlyArray<Directory>, name: Name): Directory | undefined =>
  directories.find((one) => isForeign(one.entries[name]) || isShim(one.entries[name]))

const isShim = ({ _tag }: Entry): boolean => _tag === "Shim" || _tag === "OtherShim"

/** docker takes the first one that exists, whatever it is; it skips a link that leads nowhere. */
const pluginFindings = (place: Place): ReadonlyArray<Finding.Finding> => {
  const { site } = place
  const there = site.plugins.filter(({ entries }) => {
    const entry = entries["docker-compose"]
    return entry._tag !== "Absent" && !(entry._tag === "Other" && entry.what.startsWith("a link"))
  })
  const [first] = there
  if (first === undefined) return []
  const name = path.join(first.path, "docker-compose")
  const entry = first.entries["docker-compose"]
  if (entry._tag === "Other") {
    return [
      Finding.fail(
        "plugins",
        `${name} is ${entry.what}, and hides every plugin of that name behind it`,
        `remove ${name}`
      )
    ]
  }
  return [
    isShim(entry)
      ? Finding.ok("plugins", `docker's Compose plugin is the shim: ${name}`)
      : Finding.warn(
        "plugins",
        `docker's Compose plugin is ${name}: programs that call the real docker by its path get Compose without the shim`,
        pluginNext(place)
      )
  ]
}

/** How the shim becomes the plugin: as it is installed, if that puts it there, else in place. */
const pluginNext = ({ install, recorded, site }: Place): string => {
  const request = recorded._tag === "Installed" ? recorded.record.request : bare
  const outcome = InstallPlan.plan(site, request)
  const isLinked = outcome._tag === "InstallPlan" &&
    outcome.steps.some((step) =>
      step._tag === "Link" && site.plugins.some((one) => step.path === path.join(one.path, "docker-compose"))
    )
  if (recorded._tag !== "Installed") return isLinked ? install : `${install} --in-place`
  return Renewal.again(site, recorded.record, isLinked ? request : { ...request, isInPlace: true })
}

/**
 * The record of `docker-shim install`, for this user or for all, and which of its steps no longer hold. `install` is how this
 * user calls it; it repeats those steps.
 */
export const installation = (
  recorded: Installation.Recorded,
  isForAll: boolean,
  install: string
): Finding.Finding => {
  switch (recorded._tag) {
    case "NotInstalled":
      return Finding.ok("installation", "docker-shim install was not used here")
    case "Unreadable":
      return Finding.fail(
        "installation",
        recorded.why,
        `run doctor as root; if ${recorded.file} is damaged, remove it and what was installed`
      )
    case "Installed": {
      const { record } = recorded
      const whose = isForAll ? ", for all users" : ""
      if (!record.isComplete) return Finding.fail("installation", `an installation was interrupted${whose}`, install)
      const broken = Installation.broken("", record)
      return broken.length === 0
        ? Finding.ok("installation", `complete${whose}`)
        : Finding.fail("installation", `missing or changed${whose}: ${broken.map(Step.print).join("; ")}`, install)
    }
  }
}

const wrapperFinding = (place: Place): Finding.Finding => {
  const { recorded, site } = place
  const directories = [...site.path, ...site.plugins]
  const wrappers = directories.flatMap((one) => [
    ...named(one, "docker", "Wrapper"),
    ...named(one, "docker-compose", "Wrapper")
  ])
  if (wrappers.length > 0) {
    return Finding.warn("older wrappers", wrappers.join(", "), nextOf(place, { ...bare, isInPlace: true }))
  }
  // what an installation keeps aside is its own, also while the link to the shim is gone
  const steps = recorded._tag === "Installed" ? recorded.record.steps : []
  const kept = steps.flatMap((step) => step._tag === "Replace" ? [step.aside] : [])
  const orphans = directories.flatMap((one) => [
    ...(isShim(one.entries.docker) ? [] : named(one, "docker.real", "Program")),
    ...(site.plugins.includes(one) || !isShim(one.entries["docker-compose"])
      ? named(one, "docker-compose.real", "Program")
      : [])
  ]).filter((file) => !kept.includes(file))
  if (orphans.length === 0) return Finding.ok("older wrappers", "none")
  return Finding.warn(
    "older wrappers",
    `${orphans.join(", ")}, which an older wrapper left`,
    orphans.map((file) => `if nothing calls it: rm ${file}`).join("; ")
  )
}

const named = (directory: Directory, name: Name, tag: "Wrapper" | "Program"): ReadonlyArray<string> =>
  directory.entries[name]._tag === tag ? [path.join(directory.path, name)] : []
