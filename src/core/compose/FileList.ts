/** A project's list of files, as the user's call gives it, and that list with one more file at the end. */
import * as Argv from "../argv/Argv.ts"
import type { CommandLine } from "../argv/CommandLine.ts"
import type { Invocation } from "../Invocation.ts"
import * as PosixPath from "../paths/PosixPath.ts"
import type { ComposeCall } from "./ComposeCall.ts"
import * as ComposeFiles from "./ComposeFiles.ts"

/**
 * Which files to look for, for a call such as `docker compose -f a.yaml up`; `undefined` if only Compose can tell: an empty
 * `COMPOSE_FILE` (which it refuses), files that it fetches, a deleted working directory.
 *
 * **Details**
 *
 * `-f`, else `COMPOSE_FILE`, else what is found from the project's directory upwards; `--env-file`, else `COMPOSE_ENV_FILES`,
 * else `.env`, unless `COMPOSE_DISABLE_ENV_FILE`; `--project-directory`, else `--workdir`, its old name (docker/compose 5.5.0,
 * `cmd/compose/compose.go`).
 */
export const search = (call: ComposeCall, { cwd, env }: Invocation): ComposeFiles.Search | undefined => {
  const { line } = call
  const files = named(call, env)
  if (cwd === "" || files?.some((file) => file === "" || ComposeFiles.isRemote(file)) === true) return undefined
  const absolute = files?.map((file) => file === "-" ? file : PosixPath.join(cwd, file))
  const directory = Argv.value(line.group, "project-directory") || Argv.value(line.group, "workdir")
  const projectDirectory = directory ? PosixPath.join(cwd, directory) : undefined
  return {
    start: projectDirectory ?? (isByFlag(call) ? directoryOf(absolute ?? [], cwd) : cwd),
    files: absolute,
    projectDirectory,
    envFiles: envFiles(line, env)?.map((file) => PosixPath.join(cwd, file)),
    isV1: call.isV1
  }
}

/**
 * The descriptors that a call's files, and its environment files, are read from: 0 for `-` and `/dev/stdin`, 63 for the
 * `/dev/fd/63` that bash makes of `<(…)`. They can be read only once.
 */
export const descriptors = (call: ComposeCall, { env }: Invocation): ReadonlyArray<number> =>
  descriptorsOf([...(named(call, env) ?? []), ...(envFiles(call.line, env) ?? [])])

/** The descriptors that these files are read from. */
export const descriptorsOf = (files: ReadonlyArray<string>): ReadonlyArray<number> => [
  ...new Set(
    files.flatMap((file) => {
      if (file === "-" || file === "/dev/stdin") return [0]
      const descriptor = /^\/(?:dev|proc\/self)\/fd\/(\d{1,3})$/.exec(file)?.[1]
      return descriptor === undefined ? [] : [Number(descriptor)]
    })
  )
]

/** The directory of a project of these files, absolute: that of the first that is not standard input. */
export const directoryOf = (files: ReadonlyArray<string>, cwd: string): string => {
  const first = files.find((file) => file !== "-")
  return first === undefined ? cwd : PosixPath.join(PosixPath.join(cwd, first), "..")
}

/** What separates the files of `COMPOSE_FILE`. */
export const separator = (env: Invocation["env"]): string => env["COMPOSE_PATH_SEPARATOR"] || ":"

/** Whether the user gave the files by `-f`. */
export const isByFlag = ({ line }: ComposeCall): boolean => Argv.has(line.group, "file")

/** The files as `-f` or `COMPOSE_FILE` name them; `undefined` if neither does. */
export const named = ({ line }: ComposeCall, env: Invocation["env"]): ReadonlyArray<string> | undefined => {
  const given = Argv.values(line.group, "file")
  return given.length > 0 ? given : env["COMPOSE_FILE"]?.split(separator(env))
}

/**
 * The environment that makes Compose use these files for a project.
 *
 * **Details**
 *
 * It sets `COMPOSE_PATH_SEPARATOR` if a path contains the usual separator, or if it is not certain which one is in force.
 */
export const environment = (
  files: ReadonlyArray<string>,
  env: Invocation["env"],
  isSeparatorCertain: boolean
): { readonly COMPOSE_FILE: string; readonly COMPOSE_PATH_SEPARATOR?: string } => {
  const usual = separators.filter((one) => one === separator(env))
  const free = [...usual, ...separators].find((one) => files.every((file) => !file.includes(one))) ?? "\n"
  return {
    COMPOSE_FILE: files.join(free),
    ...(free === separator(env) && isSeparatorCertain ? {} : { COMPOSE_PATH_SEPARATOR: free })
  }
}

/** What can be in no path that the shim makes, the usual one first. */
const separators = [":", ";", "|", "\n", "\t"]

const envFiles = (line: CommandLine, env: Invocation["env"]): ReadonlyArray<string> | undefined => {
  const given = Argv.values(line.group, "env-file")
  if (given.length > 0) return given
  const named = (env["COMPOSE_ENV_FILES"] ?? "").split(",").filter((file) => file !== "")
  if (named.length > 0) return named
  return Argv.parseBoolean(env["COMPOSE_DISABLE_ENV_FILE"] ?? "") === true ? [] : undefined
}
