/**
 * Everything that is below a directory, for comparing it with what is there later.
 */
import * as fs from "node:fs"
import * as path from "node:path"

/** Each name with its kind, owner, mode, and what a file holds or a link leads to. */
export const directoryTree = (directory: string): ReadonlyArray<string> =>
  fs.readdirSync(directory, { recursive: true, withFileTypes: true }).map((entry) => {
    const file = path.join(entry.parentPath, entry.name)
    const { mode, uid } = fs.lstatSync(file)
    const content = entry.isFile()
      ? fs.readFileSync(file, "utf8")
      : entry.isSymbolicLink()
      ? fs.readlinkSync(file)
      : ""
    return `${file} ${uid} ${mode.toString(8)} ${content}`
  }).sort()
