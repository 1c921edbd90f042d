/**
 * Paths below a root other than `/`, such as an unpacked image. Links are followed as if that were `/`.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { attempt } from "../files/Attempt.ts"

/** Linux follows at most 40 links in one path (path_resolution(7)). */
const maxLinks = 40

/**
 * A path below `root`, with its links followed as far as it exists. Both paths are absolute; the result does not contain the
 * root.
 */
export const resolve = (root: string, absolute: string): string => follow(root, "/", split(absolute), maxLinks)

/** Where a path below `root` is on this machine. If its last part is a link, that is not followed. */
export const onMachine = (root: string, absolute: string): string =>
  path.join(root, resolve(root, path.dirname(absolute)), path.basename(absolute))

const split = (one: string): ReadonlyArray<string> => one.split("/").filter((part) => part !== "")

const follow = (root: string, at: string, [part, ...rest]: ReadonlyArray<string>, linksLeft: number): string => {
  if (part === undefined) return at
  if (part === ".") return follow(root, at, rest, linksLeft)
  if (part === "..") return follow(root, path.dirname(at), rest, linksLeft)
  const next = path.join(at, part)
  const target = linksLeft > 0 ? readLink(path.join(root, next)) : undefined
  return target === undefined
    ? follow(root, next, rest, linksLeft)
    : follow(root, target.startsWith("/") ? "/" : at, [...split(target), ...rest], linksLeft - 1)
}

/** `undefined` if the file is no link. */
const readLink = (file: string): string | undefined => attempt(() => fs.readlinkSync(file))
