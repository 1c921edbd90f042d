/**
 * All that can be told of the files below a directory, for comparing before and after.
 */
import { createHash } from "node:crypto"
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from "node:fs"
import { join, relative } from "node:path"

/**
 * One line for each file, directory and link, in order, such as `/usr/bin/docker 100755 0:0 1 1716000000000 <sha256>`.
 *
 * **Details**
 *
 * Path, type and mode, owner, number of links, time of change in milliseconds (not for directories, whose time changes
 * when something was in them), content or target.
 */
export const read = (root: string): ReadonlyArray<string> =>
  readdirSync(root, { recursive: true, withFileTypes: true }).map((entry) => {
    // without file types, Node 20 reads what a link to a directory leads to: `/var/run` led to the machine's own
    const file = join(entry.parentPath, entry.name)
    const stat = lstatSync(file)
    const time = stat.isDirectory() ? "-" : String(stat.mtimeMs)
    const what = [stat.mode.toString(8), `${stat.uid}:${stat.gid}`, stat.nlink, time, content(file, stat)]
    return `/${relative(root, file)} ${what.join(" ")}`
  }).sort()

const content = (file: string, stat: Stats): string => {
  if (stat.isSymbolicLink()) return readlinkSync(file)
  return stat.isFile() ? createHash("sha256").update(readFileSync(file)).digest("hex") : ""
}
