/**
 * Finds the files of a Compose project, as Compose does, and what they say of its name.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as ComposeFiles from "../../core/compose/ComposeFiles.ts"
import * as FileList from "../../core/compose/FileList.ts"
import * as EnvFile from "./EnvFile.ts"
import * as TopLevelName from "./TopLevelName.ts"

/**
 * Looks for a project's files. Only looks at the file system; nothing that cannot be read is a failure here.
 *
 * @category accessors
 * @since 0.1.0
 */
export const find = (sought: ComposeFiles.Sought): ComposeFiles.ComposeFiles => {
  const files = sought.files ?? discover(sought.start, ComposeFiles.usualNames(sought.isV1))
  const directory = sought.projectDirectory ?? FileList.directoryOf(files, sought.start)
  const envFiles = sought.envFiles ?? [...new Set([sought.start, directory])].map((one) => path.join(one, ".env"))
  return { files, directory, name: TopLevelName.ofFiles(files), settings: envFiles.flatMap(EnvFile.composeSettings) }
}

/** From a directory upwards: the first that has a file of the usual names, and the file beside it that overrides it. */
const discover = (start: string, names: ReturnType<typeof ComposeFiles.usualNames>): ReadonlyArray<string> => {
  for (let directory = start;; directory = path.dirname(directory)) {
    const file = first(directory, names.file)
    if (file !== undefined) return [file, ...[first(directory, names.override) ?? []].flat()]
    if (directory === path.dirname(directory)) return []
  }
}

const first = (directory: string, names: ReadonlyArray<string>): string | undefined =>
  names.map((name) => path.join(directory, name)).find((file) => fs.existsSync(file))
