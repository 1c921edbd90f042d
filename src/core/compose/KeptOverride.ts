/**
 * Override files that stay after the command, because containers name them: a container's label
 * `com.docker.compose.project.config_files` lists its project's files, and editors give them back with `-f`.
 */
import type { Env } from "../Invocation.ts"
import type { PathMapping } from "../paths/PathMapping.ts"
import * as PosixPath from "../paths/PosixPath.ts"
import * as UserCache from "../paths/UserCache.ts"
import * as Digest from "../syntax/Digest.ts"
import * as JsonObject from "../syntax/JsonObject.ts"
import * as ComposeOverride from "./ComposeOverride.ts"

/**
 * Which project an override belongs to.
 *
 * **Details**
 *
 * - `name`: the project's; `isNamed`: the user or the session gave it, rather than the files.
 * - `directory`: the project's; `files`: the user's own, absolute (`-` for standard input).
 * - `mapping`: tells sessions apart that see the user's files at different paths, see {@link mappingOf}.
 */
export interface Project {
  readonly name: string
  readonly isNamed: boolean
  readonly directory: string
  readonly files: ReadonlyArray<string>
  readonly mapping: string
}

/** A kept override: the name of its file, and the project that it belongs to. */
export interface KeptOverride extends Project {
  readonly file: string
}

/**
 * The directory of a user's kept overrides, such as `/home/retro/.cache/docker-shim/overrides`; none if its path has a
 * character that `COMPOSE_FILE` or the label could take for a separator.
 */
export const directory = (env: Env): string | undefined => {
  const all = UserCache.directory(env)
  return all !== undefined && /^\/[\w./-]*$/.test(all) ? `${all}/overrides` : undefined
}

/** Whether a file of a project is a kept override: one of the shim's, and not the user's. */
export const is = (file: string, { cwd, env }: { readonly cwd: string; readonly env: Env }): boolean => {
  const place = directory(env)
  if (place === undefined || !file.endsWith(".yaml")) return false
  const path = PosixPath.normalize(PosixPath.join(cwd, file))
  return path === `${place}/${PosixPath.basename(path)}` && isFileName(PosixPath.basename(path))
}

const ofProject = /^([\w-]+)-[0-9a-f]{16}\.yaml$/

/** Whether a name is one that {@link fileName} gives. */
export const isFileName = (name: string): boolean => ofProject.test(name)

/** The name of the project that a kept override is of. */
export const projectName = (file: string): string => ofProject.exec(PosixPath.basename(file))?.[1] ?? ""

/** The name of a project's file, such as `shop-6d0f61ba4bd64a4d.yaml`: the same each time, and another for another project. */
export const fileName = ({ directory, files, mapping, name }: Project): string =>
  `${name}-${digest([directory, files, mapping])}.yaml`

/** A text that differs for sessions with different mappings. */
export const mappingOf = (mappings: ReadonlyArray<PathMapping>): string =>
  digest(mappings.map(({ from, to }) => [from, to]))

const digest = (value: unknown): string => Digest.sha256(JSON.stringify(value)).slice(0, 16)

const mark = "# docker-shim: "

/** The first line of a kept override, by which it is found again. */
export const header = ({ directory, files, isNamed, mapping, name }: Project): string =>
  `${mark}${ComposeOverride.escape(JSON.stringify({ name, isNamed, directory, files, mapping }))}\n`

/** The project in a kept override's first line; `undefined` if there is none. */
export const parse = (text: string): Project | undefined => {
  const [line = ""] = text.split("\n", 1)
  if (!line.startsWith(mark)) return undefined
  // a line that was cut off, or that the shim did not write, names no project
  const value = JsonObject.parse(line.slice(mark.length))
  return isProject(value) ? value : undefined
}

const isProject = (value: unknown): value is Project =>
  JsonObject.isObject(value)
  && ["name", "directory", "mapping"].every((name) => typeof value[name] === "string")
  && typeof value["isNamed"] === "boolean"
  && JsonObject.isTexts(value["files"])
