/** What installing needs to know about a machine. */
import type { Step } from "./Step.ts"

/**
 * What is at a path.
 *
 * **Details**
 *
 * - `Shim`: the shim, under whatever name; `OtherShim`: another build of it, such as an older one.
 * - `Wrapper`: an older program that calls a `docker.real` or `docker-compose.real`: the bash wrappers and the Go shim.
 * - `Program`: another program that can be run.
 * - `Other`: something that docker and shells skip or cannot run; `what` names it (`a directory`).
 */
export type Entry =
  | { readonly _tag: "Absent" }
  | { readonly _tag: "Shim" }
  | { readonly _tag: "OtherShim" }
  | { readonly _tag: "Wrapper" }
  | { readonly _tag: "Program" }
  | { readonly _tag: "Other"; readonly what: string }

/** The names that `install` looks for in every directory. */
export const names = ["docker", "docker.real", "docker-compose", "docker-compose.real", "docker-shim"] as const

/** One of those names. */
export type Name = typeof names[number]

/**
 * A directory in which programs are searched, with its links followed.
 *
 * **Details**
 *
 * `missing` are the directories to make first, the uppermost first. `isWritable` says whether entries can be made in it after
 * that. `packaged` are the names there that belong to a Debian package.
 */
export interface Directory {
  readonly path: string
  readonly missing: ReadonlyArray<string>
  readonly isWritable: boolean
  readonly entries: Readonly<Record<Name, Entry>>
  readonly packaged: ReadonlyArray<Name>
}

/**
 * A machine, or the part of it below a root.
 *
 * **Details**
 *
 * - `shim`: the shim's file; `isExecutable`: it is one file that runs on its own and may be copied.
 * - `path`: the directories of `PATH`, in order; `plugins`: those in which docker looks for CLI plugins, in order.
 * - `given`: directories that the user named and that may be in neither.
 * - `isSuperuser`: the installation is for everybody, else for this user.
 * - `stateDirectory`: where the record is; `missingState`: the directories to make for it.
 */
export interface Site {
  readonly shim: { readonly file: string; readonly isExecutable: boolean }
  readonly path: ReadonlyArray<Directory>
  readonly plugins: ReadonlyArray<Directory>
  readonly given: ReadonlyArray<Directory>
  readonly home: string
  readonly isSuperuser: boolean
  readonly stateDirectory: string
  readonly missingState: ReadonlyArray<string>
}

/** What the user asked for. */
export interface Request {
  readonly directory: string | undefined
  readonly pluginDirectory: string | undefined
  readonly isInPlace: boolean
}

/** The request of `install` without options. */
export const bare: Request = { directory: undefined, pluginDirectory: undefined, isInPlace: false }

/**
 * What an installation did, as recorded.
 *
 * **Details**
 *
 * It is written before the first step (`isComplete` false) and again after the last one, so that an interrupted installation
 * can be undone.
 */
export interface InstallRecord {
  readonly version: 1
  readonly request: Request
  readonly steps: ReadonlyArray<Step>
  readonly isComplete: boolean
}

/** Whether there is something that can run and is not the shim. */
export const isForeign = (entry: Entry): boolean => entry._tag === "Program" || entry._tag === "Wrapper"
