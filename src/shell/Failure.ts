/**
 * The shim's own failures, if it does not run the real program. They are plain values, because most commands load no Effect;
 * the services fail with the same ones.
 * @module
 */
import * as Masking from "../core/argv/Masking.ts"
import type { Program } from "../core/argv/Program.ts"
import * as Settings from "../core/settings/Settings.ts"
import * as Printable from "../core/syntax/Printable.ts"
import * as SystemError from "./files/SystemError.ts"
import * as Ended from "./process/Ended.ts"

/**
 * What went wrong.
 *
 * **Details**
 *
 * - `SettingError`: a setting has a value that is not accepted.
 * - `ProgramNotFound`: the shim did not find the real program in the places `looked`.
 * - `ProgramNotRunnable`: the real program was found, or a setting names it, but it cannot run; `isProcessRefused`: the kernel
 *   may allow no process besides the shim's.
 * - `ProgramMissing`: a setting names a file that does not exist.
 * - `CacheUnusable`: a `docker-shim cache` command cannot use the shared cache, or, with `isInside`, something in it. A build
 *   does not fail because of this.
 * - `CacheBusy`: another collection is running there.
 * - `Recursion`: the shim called itself again and again.
 * - `Defect`: a bug in the shim.
 * @category errors
 */
export type Failure =
  | Settings.SettingError
  | { readonly _tag: "ProgramNotFound"; readonly program: Program; readonly looked: ReadonlyArray<string> }
  | {
    readonly _tag: "ProgramNotRunnable"
    readonly file: string
    readonly why: string
    readonly variable?: string
    readonly isProcessRefused?: boolean
  }
  | { readonly _tag: "ProgramMissing"; readonly file: string; readonly variable: string }
  | { readonly _tag: "CacheUnusable"; readonly why: string; readonly isInside?: boolean }
  | { readonly _tag: "CacheBusy"; readonly directory: string }
  | { readonly _tag: "Recursion"; readonly depth: number }
  | { readonly _tag: "Defect"; readonly cause: unknown }

/**
 * The message for people: what failed, with the offending text; then what they can do.
 *
 * **Example** (A setting that names nothing)
 *
 * ```ts
 * import { Failure } from "docker-shim/shell"
 *
 * const failure: Failure.Failure = {
 *   _tag: "ProgramMissing",
 *   file: "/opt/docker",
 *   variable: "DOCKER_SHIM_REAL_DOCKER"
 * }
 *
 * console.error(Failure.message(failure))
 * process.exitCode = Failure.exitCode(failure)
 * ```
 * @category printing
 */
export const message = (failure: Failure): string => {
  switch (failure._tag) {
    case "SettingError":
      return Settings.message({ ...failure, value: Masking.text(failure.value) })
    case "ProgramNotFound":
      return `the real ${failure.program} was not found\n\nLooked for: ${
        Printable.escape(failure.looked.join(", "))
      }.\n`
        + `Install it, or name it in ${variableOf[failure.program]}.`
    case "ProgramNotRunnable":
      return failure.variable === undefined
        ? Printable.escape(`${failure.file} cannot be run: ${failure.why}`)
        : named(failure.variable, failure.file, failure.why)
    case "ProgramMissing":
      return named(failure.variable, failure.file, "it does not exist")
    case "CacheUnusable":
      if (failure.isInside === true) {
        return `${
          Printable.escape(failure.why)
        }\n\nThe command stopped there and removed nothing that it could not check. Give this user access to `
          + "that, or remove it, and run the command again."
      }
      return `${Printable.escape(failure.why)}\n\n${cacheStep(failure.why)}`
    case "CacheBusy":
      return `${
        Printable.escape(failure.directory)
      } is being collected by another process\n\nTry again when it has finished.`
    case "Recursion":
      return `docker-shim called itself ${failure.depth} times\n\nThe program that it takes for the real docker leads back to it. `
        + "Name the real one in DOCKER_SHIM_REAL_DOCKER."
    case "Defect":
      return `this is a bug in docker-shim: ${Printable.escape(String(failure.cause))}`
        + "\n\nDOCKER_SHIM_DISABLE=1 runs docker without it; DOCKER_SHIM_DEBUG=1 shows where it happened."
  }
}

/** The step that makes a cache directory usable. */
const cacheStep = (why: string): string => {
  if (SystemError.tells(why, "ENOENT")) {
    return "'docker-shim cache init --root DIR' makes a cache directory; DOCKER_SHIM_CACHE_DIR names another."
  }
  if (SystemError.tells(why, "EROFS")) {
    return "It is mounted read-only here. Run the command where it is mounted read-write."
  }
  if (SystemError.tells(why, "EACCES")) {
    return "Run the command as its owner or root, or let root change who may use it: 'docker-shim cache init --root DIR --repair' "
      + "with --owner UID:GID, or with --mode 0777 for all users."
  }
  return SystemError.tells(why, "ENOSPC", "EDQUOT")
    ? "Free disk space, or raise the quota, and run the command again."
    : "'docker-shim doctor' checks the cache directory; DOCKER_SHIM_CACHE_DIR names another."
}

/**
 * The stack trace of a bug in the shim, for a report; empty for every other failure.
 * Example: `Failure.trace({ _tag: "Recursion", depth: 12 }) // ""`
 * @category printing
 */
export const trace = (failure: Failure): string =>
  failure._tag === "Defect" && failure.cause instanceof Error ? failure.cause.stack ?? "" : ""

const named = (variable: string, file: string, why: string): string =>
  `${variable}=${JSON.stringify(file)} cannot be used: ${Printable.escape(why)}\n\n`
  + "Give it the absolute path of the real program, or unset it."

/**
 * The exit status for a failure: docker's own 125, 126 and 127 (docker/cli 28.5.2, `cli/command/container/run.go`).
 * Example: `Failure.exitCode({ _tag: "ProgramNotFound", program: "docker", looked: [] }) // 127`
 * @category accessors
 */
export const exitCode = (failure: Failure): number => {
  switch (failure._tag) {
    case "SettingError":
    case "CacheUnusable":
    case "CacheBusy":
    case "Recursion":
    case "Defect":
      return Ended.shimFailure
    case "ProgramNotRunnable":
      return Ended.notRunnable
    case "ProgramNotFound":
    case "ProgramMissing":
      return Ended.notFound
  }
}

/** The variable that names each real program. */
export const variableOf: Readonly<Record<Program, string>> = {
  docker: "DOCKER_SHIM_REAL_DOCKER",
  "docker-compose": "DOCKER_SHIM_REAL_COMPOSE"
}
