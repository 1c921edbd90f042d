/**
 * Tells whether other users could change what a path leads to.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { attempt } from "./Attempt.ts"

/** The sticky bit: in such a directory only a name's owner (or the directory's, or root) may rename or remove it. */
const sticky = 0o1000

/** The most links that the kernel follows for one path: `MAXSYMLINKS` of Linux, include/linux/namei.h. */
export const mostLinks = 40

/**
 * Whether nobody but this user and root can change what a path such as `/tmp` leads to: each directory and each link on the way
 * belongs to one of the two, and others may not write to those directories, or (sticky) not touch names that are not theirs. A
 * path that cannot be checked is not safe.
 */
export const isSafe = (directory: string): boolean =>
  attempt(() => isSafeBelow("/", fs.lstatSync("/"), namesOf(path.resolve(directory)), mostLinks)) === true

const isSafeBelow = (
  parent: string,
  stat: fs.Stats,
  [name, ...names]: ReadonlyArray<string>,
  links: number
): boolean => {
  if (!keepsNames(stat)) return false
  if (name === undefined) return true
  const next = path.join(parent, name)
  const found = fs.lstatSync(next)
  if (!found.isSymbolicLink()) return isSafeBelow(next, found, names, links)
  const target = path.resolve(parent, fs.readlinkSync(next))
  return isTrusted(found) && links > 0
    && isSafeBelow("/", fs.lstatSync("/"), [...namesOf(target), ...names], links - 1)
}

const namesOf = (absolute: string): ReadonlyArray<string> => absolute.split("/").filter((name) => name !== "")

/**
 * Whether a directory is one in which nobody but this user and root can change a name of theirs: it belongs to one of the
 * two, and others may not write to it, or (sticky) not touch names that are not theirs.
 */
export const keepsNames = (stat: fs.Stats): boolean =>
  stat.isDirectory() && isTrusted(stat) && ((stat.mode & 0o022) === 0 || (stat.mode & sticky) !== 0)

/** Whether this user or root owns it. */
export const isTrusted = ({ uid }: Pick<fs.Stats, "uid">): boolean => uid === 0 || uid === process.getuid?.()
