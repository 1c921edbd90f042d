/**
 * Is the shim what people and programs call, and are older wrappers gone?
 */
import * as Effect from "effect/Effect"
import * as path from "node:path"
import * as Installation from "../install/Installation.ts"
import { type Directory, type InstallRecord, isForeign, type Name, type Site } from "../install/Site.ts"
import * as Step from "../install/Step.ts"
import * as Survey from "../install/Survey.ts"
import type { Check } from "./Examination.ts"
import * as Finding from "./Finding.ts"

/**
 * The order of `PATH` and of docker's plugin directories, what `install` recorded, and older wrappers.
 *
 * @category checks
 * @since 0.1.0
 */
export const check: Check = ({ env, shim }) =>
  Effect.sync(() => {
    const site = Survey.site("", env, shim, { directory: undefined, pluginDirectory: undefined, isInPlace: false })
    return [pathFinding(site), ...pluginFindings(site), installationFinding(site), wrapperFinding(site)]
  })

const pathFinding = (site: Site): Finding.Finding => {
  const first = firstOf(site.path, "docker")
  const own = site.path.find((one) => one.entries.docker._tag === "Shim")
  if (first?.entries.docker._tag === "Shim") return Finding.ok("PATH", `docker is the shim: ${first.path}/docker`)
  const evidence = first === undefined ? "docker is not on PATH" : `docker is ${first.path}/docker, not the shim`
  return Finding.fail(
    "PATH",
    evidence,
    own === undefined ? "docker-shim install" : `put ${own.path} first: export PATH=${own.path}:$PATH`
  )
}

const firstOf = (directories: ReadonlyArray<Directory>, name: Name): Directory | undefined =>
  directories.find((one) => isForeign(one.entries[name]) || one.entries[name]._tag === "Shim")

/** docker takes the first that is there, whatever that is; a link that leads nowhere it passes over. */
const pluginFindings = (site: Site): ReadonlyArray<Finding.Finding> => {
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
    entry._tag === "Shim"
      ? Finding.ok("plugins", `docker's Compose plugin is the shim: ${name}`)
      : Finding.warn(
        "plugins",
        `docker's Compose plugin is ${name}: what calls the real docker by its path gets Compose without the shim`,
        "docker-shim install"
      )
  ]
}

const installationFinding = (site: Site): Finding.Finding => {
  const record = Installation.read("", site.stateDirectory)
  return installation(record, record === undefined ? [] : Installation.broken("", record))
}

/**
 * What `docker-shim install` recorded, and which of its steps do not stand.
 *
 * @category checks
 * @since 0.1.0
 */
export const installation = (
  record: InstallRecord | undefined,
  broken: ReadonlyArray<Step.Step>
): Finding.Finding => {
  const again = "docker-shim uninstall, then install again"
  if (record === undefined) return Finding.ok("installation", "not by docker-shim install")
  if (!record.isComplete) return Finding.fail("installation", "an installation was cut off", again)
  return broken.length === 0
    ? Finding.ok("installation", "whole")
    : Finding.fail("installation", `no longer stands: ${broken.map(Step.print).join("; ")}`, again)
}

const wrapperFinding = (site: Site): Finding.Finding => {
  const found = [...site.path, ...site.plugins].flatMap((one) => [
    ...named(one, "docker", "Wrapper"),
    ...named(one, "docker-compose", "Wrapper"),
    ...(one.entries.docker._tag === "Shim" ? [] : named(one, "docker.real", "Program")),
    ...(site.plugins.includes(one) || one.entries["docker-compose"]._tag !== "Shim"
      ? named(one, "docker-compose.real", "Program")
      : [])
  ])
  return found.length === 0
    ? Finding.ok("older wrappers", "none")
    : Finding.warn("older wrappers", found.join(", "), "docker-shim install --in-place takes their place")
}

const named = (directory: Directory, name: Name, tag: "Wrapper" | "Program"): ReadonlyArray<string> =>
  directory.entries[name]._tag === tag ? [path.join(directory.path, name)] : []
