/**
 * Which files make a Compose project, found as Compose finds them.
 */

/**
 * What to look for.
 *
 * **Details**
 *
 * - `start`: where Compose begins to look, and where it reads `.env` first: `--project-directory`, else the directory of
 *   the first file of `-f`, else the working directory.
 * - `files`: the files where they are named, absolute; `-` for standard input. `undefined`: look for them from `start`
 *   upwards.
 * - `projectDirectory`: the project's directory where it is named.
 * - `envFiles`: the environment files where they are named, absolute; `undefined`: `.env` of `start` and of the project.
 * - `isV1`: whether it is a Compose v1, which takes the usual names in another order.
 */
export interface Search {
  readonly start: string
  readonly files: ReadonlyArray<string> | undefined
  readonly projectDirectory: string | undefined
  readonly envFiles: ReadonlyArray<string> | undefined
  readonly isV1: boolean
}

/**
 * What was found.
 *
 * **Details**
 *
 * - `files`: absolute, in the order in which Compose merges them; none if there is no project.
 * - `directory`: the project's directory.
 * - `name`: what the files say at their top level; see {@link TopLevelName}. `None` if it was not asked for.
 * - `settings`: Compose's own variables in the environment files, such as `COMPOSE_FILE`.
 * - `mayHaveEmptyLists`: whether a list with nothing in it may be in the files; see {@link EmptyLists}.
 * - `isChoice`: whether several files with the usual names exist; Compose then prints which one it takes.
 */
export interface ComposeFiles {
  readonly files: ReadonlyArray<string>
  readonly directory: string
  readonly name: TopLevelName
  readonly settings: ReadonlyArray<EnvSetting>
  readonly isChoice: boolean
  readonly mayHaveEmptyLists?: boolean
}

/**
 * The `name:` of a project's files; the last one counts. `Computed`: only Compose can tell, as with `name: ${X}`, a file
 * read from standard input, or one that is no YAML.
 */
export type TopLevelName =
  | { readonly _tag: "None" }
  | { readonly _tag: "Plain"; readonly name: string }
  | { readonly _tag: "Computed" }

/**
 * A variable that an environment file sets; `value` is `undefined` if only Compose can tell it (`COMPOSE_FILE=$X`).
 */
export interface EnvSetting {
  readonly file: string
  readonly name: string
  readonly value: string | undefined
}

/**
 * The usual names of a project's file, and of the one beside it that overrides it; of each the first found counts.
 *
 * **Details**
 *
 * compose-spec/compose-go 2.9.0, `cli/options.go`; Compose v1 (1.29.2), `compose/config/config.py`.
 */
export const usualNames = (
  isV1: boolean
): { readonly file: ReadonlyArray<string>; readonly override: ReadonlyArray<string> } =>
  isV1
    ? {
      file: ["docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml"],
      override: [
        "docker-compose.override.yml",
        "docker-compose.override.yaml",
        "compose.override.yml",
        "compose.override.yaml"
      ]
    }
    : {
      file: ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"],
      override: [
        "compose.override.yml",
        "compose.override.yaml",
        "docker-compose.override.yml",
        "docker-compose.override.yaml"
      ]
    }

/** Whether a file is one that Compose fetches: an OCI artifact or a Git repository. */
export const isRemote = (file: string): boolean =>
  /^(?:oci:\/\/|https?:\/\/|git:\/\/|ssh:\/\/|git@|github\.com\/)/.test(file)
