/**
 * Stands in for `node:path`, for POSIX paths.
 */

/** The working directory, for `resolve`. */
import * as Processes from "../system/Processes.ts"

export const sep = "/"
export const delimiter = ":"

export const isAbsolute = (path: string): boolean => path.startsWith("/")

export const normalize = (path: string): string =>
  isAbsolute(path) && !path.includes("//") && !path.includes("/.") && !path.endsWith("/") ? path : cleaned(path)

const cleaned = (path: string): string => {
  if (path === "") return "."
  const absolute = isAbsolute(path)
  const segments: Array<string> = []
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue
    if (segment !== "..") segments.push(segment)
    else if (segments.length > 0 && segments.at(-1) !== "..") segments.pop()
    else if (!absolute) segments.push("..")
  }
  const joined = segments.join("/")
  const trailing = path.endsWith("/") && joined !== "" ? "/" : ""
  return absolute
    ? `/${joined}${trailing}`
    : joined === ""
    ? `.${path.endsWith("/") ? "/" : ""}`
    : `${joined}${trailing}`
}

export const join = (...parts: ReadonlyArray<string>): string =>
  normalize(parts.filter((part) => part !== "").join("/"))

export const resolve = (...parts: ReadonlyArray<string>): string => {
  let path = ""
  for (const part of parts.toReversed()) {
    if (part !== "") path = path === "" ? part : `${part}/${path}`
    if (isAbsolute(path)) break
  }
  const normal = normalize(isAbsolute(path) ? path : `${Processes.cwd()}/${path}`)
  return normal.length > 1 && normal.endsWith("/") ? normal.slice(0, -1) : normal
}

export const dirname = (path: string): string => {
  const end = path.replace(/\/+$/, "")
  if (end === "") return isAbsolute(path) ? "/" : "."
  const slash = end.lastIndexOf("/")
  if (slash < 0) return "."
  const directory = end.slice(0, slash).replace(/\/+$/, "")
  return directory === "" ? "/" : directory
}

export const basename = (path: string, suffix = ""): string => {
  const end = path.replace(/\/+$/, "")
  const name = end.slice(end.lastIndexOf("/") + 1)
  return suffix !== "" && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name
}

export const extname = (path: string): string => {
  const name = basename(path)
  const dot = name.lastIndexOf(".")
  return dot <= 0 || /^\.\.?$/.test(name) ? "" : name.slice(dot)
}

export const relative = (from: string, to: string): string => {
  const one = resolve(from).split("/").filter((part) => part !== "")
  const other = resolve(to).split("/").filter((part) => part !== "")
  let common = 0
  while (common < one.length && common < other.length && one[common] === other[common]) common += 1
  return [...one.slice(common).map(() => ".."), ...other.slice(common)].join("/")
}

export const parse = (path: string) => {
  const base = basename(path)
  const ext = extname(path)
  const root = isAbsolute(path) ? "/" : ""
  return {
    root,
    dir: path.includes("/") ? dirname(path) : "",
    base,
    ext,
    name: ext === "" ? base : base.slice(0, -ext.length)
  }
}

export const posix = {
  sep,
  delimiter,
  isAbsolute,
  normalize,
  join,
  resolve,
  dirname,
  basename,
  extname,
  relative,
  parse
}

export default posix
