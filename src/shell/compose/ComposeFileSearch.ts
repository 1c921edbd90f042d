/** Finds the files of a Compose project, as Compose does, and the name in them. */
import * as fs from "node:fs"
import * as path from "node:path"
import * as ComposeFiles from "../../core/compose/ComposeFiles.ts"
import * as FileList from "../../core/compose/FileList.ts"
import type { Asked } from "../../core/facts/ComposeFiles.ts"
import * as EmptyListSearch from "./EmptyListSearch.ts"
import * as EnvFile from "./EnvFile.ts"
import * as TopLevelName from "./TopLevelName.ts"

/**
 * Looks for a project's files. It only looks at the file system, and does not fail if something cannot be read. `env` tells
 * where the user's cache directory is.
 */
export const find = (
  search: Asked,
  env: Readonly<Record<string, string | undefined>>
): ComposeFiles.ComposeFiles => {
  const { directory, envFiles, files, isChoice } = locate(search)
  return {
    files,
    directory,
    name: search.isNameless === true ? { _tag: "None" } : TopLevelName.ofFiles(files, env),
    settings: envFiles.flatMap(EnvFile.composeSettings),
    isChoice,
    mayHaveEmptyLists: EmptyListSearch.mayBeIn(files, directory)
  }
}

/** Where a project's files are, those of its environment included. */
interface Located extends Discovered {
  readonly directory: string
  readonly envFiles: ReadonlyArray<string>
}

/** Looks for a project's files without reading them. */
export const locate = (search: ComposeFiles.Search): Located => {
  const found = search.files === undefined ? discover(search.start, ComposeFiles.usualNames(search.isV1)) : undefined
  const files = search.files ?? found?.files ?? []
  const directory = search.projectDirectory ?? FileList.directoryOf(files, search.start)
  return {
    files,
    directory,
    envFiles: search.envFiles ?? [...new Set([search.start, directory])].map((one) => path.join(one, ".env")),
    isChoice: found?.isChoice === true
  }
}

type Discovered = Pick<ComposeFiles.ComposeFiles, "files" | "isChoice">

/** Searches from a directory upwards: the first file with one of the usual names, and the file beside it that overrides it. */
const discover = (start: string, names: ReturnType<typeof ComposeFiles.usualNames>): Discovered => {
  for (let directory = start;; directory = path.dirname(directory)) {
    const [file, ...others] = present(directory, names.file)
    if (file !== undefined) {
      const overrides = present(directory, names.override)
      return { files: [file, ...overrides.slice(0, 1)], isChoice: others.length > 0 || overrides.length > 1 }
    }
    if (directory === path.dirname(directory)) return { files: [], isChoice: false }
  }
}

const present = (directory: string, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.map((name) => path.join(directory, name)).filter((file) => fs.existsSync(file))
