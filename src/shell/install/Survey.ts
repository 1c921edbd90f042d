/**
 * Finds out what `install` needs to know about a machine.
 */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import type { Env } from "../../core/Invocation.ts"
import * as DockerConfigFile from "../docker/DockerConfigFile.ts"
import * as RealProgram from "../docker/RealProgram.ts"
import { attempt } from "../files/Attempt.ts"
import * as ProgramForm from "../process/ProgramForm.ts"
import * as EntryKind from "./EntryKind.ts"
import * as Root from "./Root.ts"
import { type Directory, type Name, names, type Request, type Site } from "./Site.ts"

/** Where an installation for all users is recorded. */
export const stateOfAll = "/var/lib/docker-shim"

/**
 * The site below `root` (empty for the machine itself) as `env` describes it.
 *
 * **Details**
 *
 * Each directory is listed once, with its links followed: `/bin` and `/usr/bin` of a merged system are one.
 */
export const site = (root: string, env: Env, shim: string, request: Request): Site => {
  const isSuperuser = process.getuid?.() === 0
  const home = env["HOME"] ?? "/"
  const look = (one: string): Directory => directory(root, one, shim)
  const dirs = (all: ReadonlyArray<string>): ReadonlyArray<Directory> =>
    [...new Set(all.filter((one) => one.startsWith("/")).map((one) => Root.resolve(root, one)))].map(look)
  const stateDirectory = isSuperuser
    ? stateOfAll
    : path.join(env["XDG_STATE_HOME"] ?? path.join(home, ".local/state"), "docker-shim")
  const given = [request.directory, request.pluginDirectory].filter((one) => one !== undefined)
  return {
    shim: {
      file: path.join("/", path.relative(root === "" ? "/" : root, shim)),
      isExecutable: ProgramForm.isExecutable(shim)
    },
    path: dirs((env["PATH"] ?? "").split(":")),
    plugins: dirs(pluginDirectories(root, env)),
    given: given.map(look),
    home,
    isSuperuser,
    stateDirectory,
    missingState: missing(root, stateDirectory)
  }
}

/** As `RealProgram.pluginDirectories`, with docker's configuration below the root. */
const pluginDirectories = (root: string, env: Env): ReadonlyArray<string> => {
  const config = RealProgram.configDirectory(env)
  return [
    ...DockerConfigFile.pluginDirectories(path.join(root, config)),
    path.join(config, "cli-plugins"),
    ...RealProgram.systemPluginDirectories
  ]
}

const directory = (root: string, absolute: string, shim: string): Directory => {
  const entries: Record<Name, ReturnType<typeof EntryKind.identify>> = {
    "docker": EntryKind.identify(root, path.join(absolute, "docker"), shim),
    "docker.real": EntryKind.identify(root, path.join(absolute, "docker.real"), shim),
    "docker-compose": EntryKind.identify(root, path.join(absolute, "docker-compose"), shim),
    "docker-compose.real": EntryKind.identify(root, path.join(absolute, "docker-compose.real"), shim),
    "docker-shim": EntryKind.identify(root, path.join(absolute, "docker-shim"), shim)
  }
  const toMake = missing(root, absolute)
  return {
    path: absolute,
    missing: toMake,
    isWritable: isWritable(path.join(root, path.dirname(toMake[0] ?? path.join(absolute, "x")))),
    entries,
    packaged: names.filter((name) => entries[name]._tag !== "Absent" && isPackaged(root, path.join(absolute, name)))
  }
}

/** The missing directories of a path, the uppermost first. */
const missing = (root: string, absolute: string): ReadonlyArray<string> =>
  absolute === "/" || fs.existsSync(path.join(root, Root.resolve(root, absolute)))
    ? []
    : [...missing(root, path.dirname(absolute)), absolute]

const isWritable = (one: string): boolean =>
  attempt(() => (fs.accessSync(one, fs.constants.W_OK | fs.constants.X_OK), fs.statSync(one).isDirectory())) === true

/** Whether the file belongs to a Debian package. */
const isPackaged = (root: string, absolute: string): boolean => {
  const database = path.join(root, "/var/lib/dpkg")
  return fs.existsSync(path.join(database, "status"))
    && spawnSync("/usr/bin/dpkg-query", [`--admindir=${database}`, "-S", absolute], { stdio: "ignore" }).status === 0
}
