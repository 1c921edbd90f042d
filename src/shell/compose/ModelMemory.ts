/** Remembers Compose's model of a project, as long as nothing changed that Compose read for it. */
import * as fs from "node:fs"
import * as path from "node:path"
import * as ProjectText from "../../core/compose/ProjectText.ts"
import type * as Question from "../../core/facts/Question.ts"
import type { Env } from "../../core/Invocation.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import type { ComposeCommand } from "../docker/ComposeProgram.ts"
import { extend } from "../fast-path/ChildProgram.ts"
import { attempt } from "../files/Attempt.ts"
import * as Remembered from "../files/Remembered.ts"
import * as Sha256 from "../files/Sha256.ts"
import * as ComposeFileSearch from "./ComposeFileSearch.ts"
import * as ReferencedFiles from "./ReferencedFiles.ts"

/**
 * A question whose answer may be remembered: the program that answers, and the environment and directory in which it is asked.
 */
export interface Asked {
  readonly question: Question.Of<"ComposeModel">
  readonly program: string
  readonly env: Env
  readonly cwd: string
}

/**
 * The question as it is asked of a program; `undefined` if the answer may not be remembered: docker itself is asked where it has
 * other plugins, and which program answers cannot be told.
 */
export const asked = (
  question: Question.Of<"ComposeModel">,
  command: ComposeCommand,
  cwd: string
): Asked | undefined =>
  path.basename(command.file) === "docker"
    ? undefined
    : { question, program: command.file, env: extend(command.env, question.env), cwd }

/** A file that changed less than this before, in milliseconds, may change again without another time. */
const settled = 3000

/** Changes if what is kept of a model changes. */
const form = 4

/** More files than a project includes, and more bytes than they have. */
const mostFiles = 200
const longestFile = 4 * 1024 * 1024

/**
 * The state that has to be the same. `files` are files with their identity, or none for a missing file; `names` are variables.
 */
interface Kept {
  readonly files: ReadonlyArray<readonly [file: string, identity: string | null]>
  readonly names: ReadonlyArray<string>
  readonly values: string
  readonly model: unknown
}

/**
 * The model that Compose printed before, if everything that it read for that is the same: the program, the project's files and
 * those that they include or extend, `.env` files, and the variables that they name.
 */
export const recall = (asking: Asked): { readonly model: unknown } | undefined => {
  const place = placeOf(asking)
  const kept = place === undefined ? undefined : Remembered.read(place, 0, decode)
  if (kept === undefined || digest(kept.names, asking.env) !== kept.values) return undefined
  return kept.files.every(([file, identity]) => identityOf(file) === identity) ? { model: kept.model } : undefined
}

/**
 * Remembers a model that Compose was asked for at a time (in milliseconds since 1970). Does nothing if something changed so
 * shortly before that, or after it, that it is not certain what Compose read.
 */
export const keep = (asking: Asked, model: unknown, at: number): void => {
  const place = placeOf(asking)
  const read = place === undefined ? undefined : readBy(asking)
  if (place === undefined || read === undefined) return
  const isSettled = read.files.every((file) => {
    // a file that is gone, or is none yet, changes its directory
    const stat = attempt(() => fs.statSync(file)) ?? attempt(() => fs.statSync(path.dirname(file)))
    return stat === undefined || stat.ctimeMs < at - settled
  })
  if (!isSettled) return
  const kept: Kept = {
    files: read.files.map((file) => [file, identityOf(file)]),
    names: read.names,
    values: digest(read.names, asking.env),
    model
  }
  Remembered.write(place, kept)
}

/** Where the answer is; none if not all can be known that it depends on, as with standard input. */
const placeOf = ({ cwd, env, program, question }: Asked): string | undefined => {
  const directory = Remembered.directory(env, "models")
  const { descriptors, search } = question
  if (directory === undefined || search === undefined || descriptors.length > 0 || cwd === "") return undefined
  const found = ComposeFileSearch.locate(search)
  const depends = found.files.length === 0 ? undefined : [form, question, found, cwd, program, identityOf(program)]
  return depends === undefined ? undefined : Remembered.place(directory, depends)
}

/**
 * The files that Compose may have read, and the variables that it may have looked up; none if not all can be known.
 *
 * **Details**
 *
 * A path in a file starts at the directory of its project: that of the first of the project's files, or the one that `include`
 * names in `project_directory`. The project's `.env` is there, too (compose-spec/compose-go 2.9.0, `loader/include.go`).
 */
const readBy = (
  { cwd, question }: Asked
): { readonly files: Array<string>; readonly names: Array<string> } | undefined => {
  const { search } = question
  if (search === undefined) return undefined
  const found = ComposeFileSearch.locate(search)
  const bases = new Set([cwd, found.directory])
  const files = new Set<string>()
  const names = new Set<string>()
  const open = [...found.envFiles, ...found.files, ...namedByEnvFiles(found.envFiles, cwd)]
  const base = (directory: string): void => {
    bases.add(directory)
    open.push(path.join(directory, ".env"))
  }
  for (const file of found.files) base(path.dirname(file))
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue
    if (files.size > mostFiles) return undefined
    files.add(file)
    const text = textOf(file)
    if (text === undefined) return undefined
    for (const name of ProjectText.variables(text)) names.add(name)
    if (found.envFiles.includes(file) || path.basename(file) === ".env") continue
    const referenced = ReferencedFiles.inText(text)
    if (referenced === undefined || ProjectText.hasEscapes(text)) return undefined
    const paths = referenced.flatMap((one) => [...bases].map((directory) => path.resolve(directory, one)))
    // before any of these files is read, because what it names may start at the directory of another
    for (const one of paths) {
      const stat = attempt(() => fs.statSync(one))
      if (stat !== undefined) base(stat.isDirectory() ? one : path.dirname(one))
    }
    open.push(...paths)
  }
  return { files: [...files].sort(), names: [...names].sort() }
}

/** `COMPOSE_FILE` in an environment file names others; each word of its values may be one. */
const namedByEnvFiles = (envFiles: ReadonlyArray<string>, cwd: string): ReadonlyArray<string> =>
  envFiles.flatMap((file) => textOf(file)?.match(/[^\s"'=:;,|#]+\.(?:ya?ml|json)/g) ?? []).map((one) =>
    path.resolve(cwd, one)
  )

/** Empty without a file; none of what is no file, such as a pipe, or has no usual size. */
const textOf = (file: string): string | undefined => {
  const stat = attempt(() => fs.statSync(file))
  if (stat === undefined || stat.isDirectory() || file === "/dev/null") return ""
  return stat.isFile() && stat.size <= longestFile ? attempt(() => fs.readFileSync(file, "utf8")) : undefined
}

const identityOf = (file: string): string | null => {
  const stat = attempt(() => fs.statSync(file, { bigint: true }))
  return stat === undefined ? null : Remembered.identity(stat).join(" ")
}

/** The values of the variables, and of those that Compose looks up by itself, without showing them. */
const digest = (names: ReadonlyArray<string>, env: Env): string => {
  const own = Object.keys(env).filter((name) => name.startsWith("COMPOSE_")).sort()
  // most names are words that are no variables
  const all = ["HOME", "PWD", ...own, ...names].filter((name) => env[name] !== undefined)
  return Sha256.hex(JSON.stringify(all.map((name) => [name, env[name]])))
}

const decode = (value: unknown): Kept | undefined => {
  const [files, names, model] = ["files", "names", "model"].map((name) => JsonObject.field(value, name))
  const values = JsonObject.text(value, "values")
  return Array.isArray(files) && files.every(isFile) && JsonObject.isTexts(names) && values !== undefined &&
      model !== undefined
    ? { files, names, values, model }
    : undefined
}

const isFile = (value: unknown): value is readonly [string, string | null] =>
  Array.isArray(value) && typeof value[0] === "string" && (value[1] === null || typeof value[1] === "string")
