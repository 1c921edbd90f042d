/**
 * Finds out which files make a call's project, so that one more can be added after them.
 */
import * as Argv from "../../argv/Argv.ts"
import type { CommandLine } from "../../argv/CommandLine.ts"
import type { ComposeCall } from "../../compose/ComposeCall.ts"
import { type ComposeFiles, type EnvSetting, isRemote, type Search } from "../../compose/ComposeFiles.ts"
import * as FileList from "../../compose/FileList.ts"
import * as ProjectScope from "../../compose/ProjectScope.ts"
import type * as Question from "../../facts/Question.ts"
import type { Invocation } from "../../Invocation.ts"
import * as PosixPath from "../../paths/PosixPath.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"
import * as ModelQuestion from "./ModelQuestion.ts"

/**
 * The files of a project.
 *
 * **Details**
 *
 * - `ByFlag`: named by `-f`; one more `-f` adds one.
 * - `Listed`: all of them; the list and one more go into `COMPOSE_FILE`. Compose then finds the same `.env` files as
 *   without it, which with `-f` it would not. `isSeparatorCertain`: no environment file may set another
 *   separator.
 * - `Unknown`: only Compose can tell.
 */
export type ProjectFiles =
  | { readonly _tag: "ByFlag"; readonly directory: string }
  | {
    readonly _tag: "Listed"
    readonly files: ReadonlyArray<string>
    readonly directory: string
    readonly isSeparatorCertain: boolean
  }
  | { readonly _tag: "Unknown" }

/** Files that are known, so that one more can be added. */
export type Known = Exclude<ProjectFiles, { readonly _tag: "Unknown" }>

/**
 * The files of the project that this model is of.
 *
 * **Details**
 *
 * Which environment files may set `COMPOSE_FILE` differs between versions of Compose. Where one does, Compose itself is
 * the judge: the list with which it gives the same model is the one.
 */
export const resolve = (
  call: ComposeCall,
  model: unknown,
  env: Question.Questions["ComposeModel"]["env"],
  situation: Situation
): Planning.Planning<ProjectFiles> =>
  Planning.run(function*() {
    const { invocation } = situation
    const found = yield* find(call, situation)
    const files = certain(call, found, invocation)
    return files._tag === "Unknown"
      ? yield* sameModel(call, candidates(call, found, invocation), model, env, situation)
      : files
  })

/**
 * What is found of a call's files without asking Compose. `listed` are its files where environment files name some and it is
 * certain which count; all environment files that were looked at are then read by this Compose.
 */
export interface Found extends ComposeFiles {
  readonly listed?: ReadonlyArray<string>
}

/**
 * Finds a call's files without asking Compose for the project. Only where environment files name them is it asked for its
 * version, at most. Their name is read only if it `isNamed` after it.
 */
export const find = (
  call: ComposeCall,
  situation: Situation,
  isNamed = isNameNeeded(call, situation)
): Planning.Planning<Found> =>
  Planning.run(function*() {
    const { invocation } = situation
    const search = FileList.search(call, invocation)
    if (search === undefined) return unfound(invocation)
    const naming = isNamed ? {} : { isNameless: true }
    const found = yield* Planning.ask(situation, { _tag: "ComposeFiles", ...search, ...naming })
    // files that the user names go before those that an environment file does
    if (search.files !== undefined) return { ...found, settings: found.settings.filter((one) => !namesFiles(one)) }
    if (search.isV1 || !found.settings.some(namesFiles)) return found
    const locate = (files: ReadonlyArray<string>) =>
      Planning.ask(situation, {
        _tag: "ComposeFiles",
        ...search,
        ...naming,
        files: files.map((file) => PosixPath.join(invocation.cwd, file))
      })
    const listed = yield* listedBy(call, search, found, situation)
    if (listed === undefined) {
      // any of them may be the project's, and an environment file beside it say its name
      const others = yield* Planning.each(candidates(call, found, invocation).filter((one) => one.length > 0), locate)
      const names = others.flatMap(({ settings }) => settings).filter((one) =>
        one.name === "COMPOSE_PROJECT_NAME" && !found.settings.some(({ file }) => file === one.file)
      )
      return { ...found, settings: [...found.settings, ...names] }
    }
    const { settings, ...named } = yield* locate(listed)
    return {
      ...named,
      settings: settings.filter((one) => !namesFiles(one)),
      isChoice: found.isChoice && listed === found.files,
      listed
    }
  })

/**
 * Whether the project gets a name of its session, made from its own; else reading that from the files, which takes longer than all
 * else, is not worth it.
 */
const isNameNeeded = ({ line }: ComposeCall, { invocation: { env }, settings }: Situation): boolean =>
  settings.session !== undefined && ProjectScope.inForce(settings) !== "off" && !hasOwnName(line, env)

/** Whether the user named the project; an empty name counts as none. */
export const hasOwnName = (line: CommandLine, env: Invocation["env"]): boolean =>
  (Argv.value(line.group, "project-name") ?? "") !== "" || (env["COMPOSE_PROJECT_NAME"] ?? "") !== ""

const namesFiles = ({ name }: EnvSetting): boolean => name === "COMPOSE_FILE"

/**
 * The project's files, where environment files set `COMPOSE_FILE` and it is certain what Compose makes of that; the plan then
 * sets the variable itself, and Compose does as if it had not.
 *
 * **Details**
 *
 * Run with 2.26.1 and 2.40.3:
 * - Files named by `--env-file` or `COMPOSE_ENV_FILES`, and the `.env` of `--project-directory`, have a say in all versions.
 * - So has the `.env` beside the project's usual file, and one in a directory without such a file, if the first file that it
 *   names is beside it, too. With another first file 2.26 reads the `.env` there instead once the variable is set.
 * - The `.env` of the working directory has a say since 2.40 wherever the files are, and one above it has none.
 *
 * The list has to be plain, and the only setting of its kind: what a separator applies to differs.
 */
const listedBy = (
  { form, line }: ComposeCall,
  search: Search,
  { directory, files, settings }: ComposeFiles,
  situation: Situation
): Planning.Planning<ReadonlyArray<string> | undefined> =>
  Planning.run(function*() {
    const { start } = search
    const own = settings.filter(({ name }) => name !== "COMPOSE_PROJECT_NAME")
    const list = plainList(own, situation.invocation)
    if (isDirected(search)) return list
    const here = own.filter(({ file }) => file === PosixPath.join(start, ".env"))
    const first = PosixPath.join(start, list?.[0] ?? "")
    const isBeside = start === directory && PosixPath.join(first, "..") === start
    if (list !== undefined && here.length > 0 && isBeside) return list
    const since240 = here.length > 0 ? plainList(here, situation.invocation) : files
    if (since240 === undefined || since240.length === 0) return undefined
    const asked = { _tag: "ComposeVersion", form, globals: Argv.print(line.globals) } as const
    const { major, minor } = yield* Planning.ask(situation, asked)
    return major > 2 || (major === 2 && minor >= 40) ? since240 : undefined
  })

/** The files that the only one of some settings names, if that is `COMPOSE_FILE` and says them plainly. */
const plainList = (
  [only, ...others]: ReadonlyArray<EnvSetting>,
  { env }: Pick<Invocation, "env">
): ReadonlyArray<string> | undefined => {
  const list = only !== undefined && namesFiles(only) && others.length === 0
    ? only.value?.split(FileList.separator(env))
    : undefined
  return list?.every((file) => file !== "" && file !== "-" && !isRemote(file)) === true ? list : undefined
}

/** Whether the user says which environment files there are, or where the project is. */
const isDirected = ({ envFiles, projectDirectory }: Search): boolean =>
  envFiles !== undefined || projectDirectory !== undefined

/** The files of the project where there is no doubt which they are, by what was found. */
export const certain = (call: ComposeCall, found: Found, invocation: Invocation): ProjectFiles => {
  const { directory, settings } = found
  if (FileList.isByFlag(call)) return { _tag: "ByFlag", directory }
  const [only, ...others] = found.listed === undefined ? candidates(call, found, invocation) : [found.listed]
  if (only === undefined || others.length > 0) return { _tag: "Unknown" }
  const isSeparatorCertain = settings.every(({ name }) => name !== "COMPOSE_PATH_SEPARATOR")
  return { _tag: "Listed", files: only, directory, isSeparatorCertain }
}

/**
 * The line and the environment with one more file after a project's own: by `-f` where those are given by it, else by
 * `COMPOSE_FILE`. Where the only file is standard input, the project's directory is named too: Compose would take the
 * directory of the first file that is not standard input.
 */
export const add = (
  line: CommandLine,
  files: Known,
  file: string,
  { env }: Invocation
): { readonly line: CommandLine; readonly env: Readonly<Record<string, string>> } => {
  const own = files._tag === "ByFlag" ? Argv.values(line.group, "file") : files.files
  const isPlaced = ["project-directory", "workdir"].some((name) => (Argv.value(line.group, name) ?? "") !== "")
  const here = own.some((one) => one !== "-") || isPlaced ? [] : [Argv.option("project-directory", ".")]
  const given = files._tag === "ByFlag" ? [Argv.option("file", file)] : []
  return {
    line: { ...line, group: [...line.group, ...here, ...given] },
    env: files._tag === "ByFlag"
      ? {}
      : { ...FileList.environment([...files.files, file], env, files.isSeparatorCertain) }
  }
}

const unfound = ({ cwd }: Invocation): ComposeFiles => ({
  files: [],
  directory: cwd,
  name: { _tag: "Computed" },
  settings: [],
  isChoice: false
})

/** The first of the lists with which Compose gives the same model. */
const sameModel = (
  call: ComposeCall,
  lists: ReadonlyArray<ReadonlyArray<string>>,
  model: unknown,
  env: Question.Questions["ComposeModel"]["env"],
  situation: Situation
): Planning.Planning<ProjectFiles> =>
  Planning.run(function*() {
    const { cwd, env: own } = situation.invocation
    for (const files of lists) {
      const changes = { ...env, ...FileList.environment(files, own, false) }
      const answer = yield* ModelQuestion.ask(call, { profiles: "all", env: changes }, situation)
      if (answer._tag === "Model" && identityOf(answer.config) === identityOf(model)) {
        const absolute = files.map((file) => file === "-" ? file : PosixPath.join(cwd, file))
        return { _tag: "Listed", files, directory: FileList.directoryOf(absolute, cwd), isSeparatorCertain: false }
      }
    }
    return { _tag: "Unknown" }
  })

/** The same for the same model, however much is known of the files that it came from. */
const identityOf = (config: unknown): string => JsonObject.text(config, "digest") ?? JSON.stringify(config)

/** The lists that may be the project's, the likelier first. A single one is certain. */
const candidates = (
  call: ComposeCall,
  { files: discovered, settings }: ComposeFiles,
  { env }: Invocation
): ReadonlyArray<ReadonlyArray<string>> => {
  const named = FileList.named(call, env)
  const separators = settings.flatMap(({ name, value }) =>
    name === "COMPOSE_PATH_SEPARATOR" && (value ?? "") !== "" ? [value ?? ""] : []
  )
  const split = (text: string): ReadonlyArray<ReadonlyArray<string>> =>
    [...new Set([...separators, FileList.separator(env)])].map((separator) => text.split(separator))
  if (named !== undefined) {
    return (env["COMPOSE_PATH_SEPARATOR"] ?? "") === "" ? split(env["COMPOSE_FILE"] ?? "") : [named]
  }
  const set = settings.filter(({ name }) => name === "COMPOSE_FILE").flatMap(({ value }) => split(value ?? ""))
  // an empty list last: a single candidate that an environment file names is not certain either
  const lists = [...set, ...(discovered.length > 0 || set.length > 0 ? [discovered] : [])]
  return lists.filter((files, at) => files.length > 0 || at > 0)
}
