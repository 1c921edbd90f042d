/**
 * Paths as text, by the rules of the daemon's and the client's systems alike.
 * @module
 */

/** Whether a path begins at the root. Example: `PosixPath.isAbsolute("./app") // false` */
export const isAbsolute = (path: string): boolean => path.startsWith("/")

/**
 * The shortest path that is lexically the same: `/a//b/../c/` is `/a/c`. Links are not looked at.
 *
 * **Details**
 *
 * Same rules as Go 1.24, `path/filepath`, `Clean`, with which the daemon cleans the sources of mounts. The empty path is `.`.
 *
 * **Example** (Dots and slashes)
 *
 * ```ts
 * import { PosixPath } from "docker-shim"
 *
 * PosixPath.normalize("/a//b/../c/") // "/a/c"
 * PosixPath.join("/home/retro/work", "./app") // "/home/retro/work/app"
 * PosixPath.isWithin("/home/retro/workspace", "/home/retro/work") // false
 * ```
 * @category printing
 */
export const normalize = (path: string): string => {
  const rooted = isAbsolute(path)
  if (rooted && (isNormal(path) || path === "/")) return path
  const kept: Array<string> = []
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue
    if (part !== "..") kept.push(part)
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop()
    else if (!rooted) kept.push(part)
  }
  if (rooted) return `/${kept.join("/")}`
  return kept.length === 0 ? "." : kept.join("/")
}

/**
 * A path made absolute against a directory, normalised; an absolute one stands for itself.
 * Example: `PosixPath.join("/home/retro", "../x") // "/home/x"`, `PosixPath.join("/home", "/x") // "/x"`
 */
export const join = (directory: string, path: string): string =>
  normalize(isAbsolute(path) ? path : `${directory}/${path.startsWith("./") ? path.slice(2) : path}`)

/**
 * {@link join} for many paths and one directory, which is absolute and normalised: it is not looked at again for each.
 * Example: `PosixPath.joinTo("/home/retro")("./x") // "/home/retro/x"`
 */
export const joinTo = (directory: string): (path: string) => string => {
  const base = directory === "/" ? "" : directory
  return (path) => {
    if (isAbsolute(path)) return normalize(path)
    const below = `/${path.startsWith("./") ? path.slice(2) : path}`
    return isNormal(below) ? `${base}${below}` : normalize(`${base}${below}`)
  }
}

/**
 * The last segment as written: `docker` of `/usr/bin/docker`.
 * Example: `PosixPath.basename("/usr/bin/docker") // "docker"`
 */
export const basename = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/**
 * Whether a normalised path is a directory or lies in it, by whole segments: `/home/retro/workspace` is not within
 * `/home/retro/work`.
 * Example: `PosixPath.isWithin("/home/retro/work/app", "/home/retro/work") // true`
 * @category predicates
 */
export const isWithin = (path: string, directory: string): boolean =>
  path.startsWith(directory)
  && (path.length === directory.length || directory === "/" || path[directory.length] === "/")

/**
 * The directories that a normalised path lies in, the nearest first.
 * Example: `PosixPath.parents("/home/retro/work") // ["/home/retro", "/home", "/"]`
 * @category accessors
 */
export const parents = (path: string): ReadonlyArray<string> => {
  const all: Array<string> = []
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) all.push(path.slice(0, at))
  if (isAbsolute(path) && path !== "/") all.push("/")
  return all
}

/** Whether a path that begins at the root, and is longer, is normalised already. */
const isNormal = (path: string): boolean => !path.endsWith("/") && !path.includes("/.") && !path.includes("//")
