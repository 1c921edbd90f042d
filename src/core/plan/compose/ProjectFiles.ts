/**
 * Finds out which files make a call's project, so that one more can be added after them.
 */
import * as Argv from "../../argv/Argv.ts"
import type { CommandLine } from "../../argv/CommandLine.ts"
import type { ComposeCall } from "../../compose/ComposeCall.ts"
import { type ComposeFiles, isRemote, type Search } from "../../compose/ComposeFiles.ts"
import * as FileList from "../../compose/FileList.ts"
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
 *   without it, which with `-f` it would not (FACTS C). `isSeparatorCertain`: no environment file may set another
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
 * The files of the project of which Compose gave this model.
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

/** What is found of a call's files without asking Compose. `listed` are its files as an environment file names them. */
export interface Found extends ComposeFiles {
  readonly listed?: ReadonlyArray<string>
}

/** Finds a call's files without asking Compose. */
export const find = (call: ComposeCall, situation: Situation): Planning.Planning<Found> =>
  Planning.run(function*() {
    const { invocation } = situation
    const search = FileList.search(call, invocation)
    if (search === undefined) return unfound(invocation)
    const found = yield* Planning.ask(situation, { _tag: "ComposeFiles", ...search })
    const listed = listedBy(search, found, invocation)
    if (listed === undefined) return found
    const files = listed.map((file) => PosixPath.join(invocation.cwd, file))
    const { settings, ...named } = yield* Planning.ask(situation, { _tag: "ComposeFiles", ...search, files })
    return { ...named, settings: settings.filter(({ name }) => name !== "COMPOSE_FILE"), listed }
  })

/**
 * The files that `.env` names in `COMPOSE_FILE`, where that is certain: it is beside the project's usual file, or there is no
 * such file, it says the list plainly, once, and the first of the list is beside it, too.
 *
 * **Details**
 *
 * Compose 2.26 and later then do as if the variable were in the environment (run). With a first file in another directory
 * 2.26 would read that directory's `.env` instead (run). Which is read of two `.env`, of the working directory and of a
 * project above it, differs, and so may what a separator in them applies to.
 */
const listedBy = (
  search: Search,
  { directory, settings }: ComposeFiles,
  { env }: Invocation
): ReadonlyArray<string> | undefined => {
  const { start } = search
  if (isDirected(search)) return undefined
  const [only, ...others] = settings.filter(({ name }) => name !== "COMPOSE_PROJECT_NAME")
  const isOwn = start === directory && only?.name === "COMPOSE_FILE" && only.file === PosixPath.join(start, ".env")
  const listed = isOwn && others.length === 0 ? only.value?.split(FileList.separator(env)) : undefined
  const isPlain = listed?.every((file) => file !== "" && file !== "-" && !isRemote(file)) === true
  const isBeside = PosixPath.join(PosixPath.join(start, listed?.[0] ?? ""), "..") === start
  return isPlain && isBeside ? listed : undefined
}

/** Whether the user says where the project's files are, or uses Compose v1. */
const isDirected = ({ envFiles, files, isV1, projectDirectory }: Search): boolean =>
  isV1 || [files, envFiles, projectDirectory].some((one) => one !== undefined)

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
