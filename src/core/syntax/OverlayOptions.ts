/**
 * Mount options of an overlay, such as `lowerdir=/a:/b,upperdir=/u,workdir=/w`: the option `o` of Docker's local volumes.
 */
import * as PosixPath from "../paths/PosixPath.ts"

/** Options that name one directory, and the one that names several. Linux 6.17, `fs/overlayfs/params.c`. */
const directory = /^((?:upperdir|workdir|lowerdir\+|datadir\+)=)(.*)$/s
const directories = /^(lowerdir=)(.*)$/s

/**
 * The absolute paths in mount options, in order; none if they are not an overlay's.
 *
 * **Details**
 *
 * Docker hands the options to the kernel as they are (moby 28.5.2, `daemon/volume/local/local_unix.go`), which opens the
 * directories. A comma in a path is written `\,` and, between lower directories, a colon `\:` (Linux 6.17,
 * `Documentation/filesystems/overlayfs.rst`).
 */
export const sources = (text: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  rewrite(text, (path) => {
    found.push(path)
    return path
  })
  return found
}

/** The options with other paths, in the order of {@link sources}; every other byte stays. */
export const withSources = (text: string, paths: ReadonlyArray<string>): string => {
  let at = 0
  return rewrite(text, (path) => paths[at++] ?? path)
}

const rewrite = (text: string, replace: (path: string) => string): string =>
  split(text, ",").map((option) => {
    const [, name = "", value = ""] = directory.exec(option) ?? directories.exec(option) ?? []
    if (name === "") return option
    const parts = name === "lowerdir=" ? split(value, ":") : [value]
    return `${name}${parts.map((part) => rewritePath(part, replace)).join(name === "lowerdir=" ? ":" : "")}`
  }).join(",")

const rewritePath = (written: string, replace: (path: string) => string): string => {
  const path = written.replaceAll(/\\(.)/gs, "$1")
  if (!PosixPath.isAbsolute(path)) return written
  const replaced = replace(path)
  return replaced === path ? written : replaced.replaceAll(/[\\,:]/g, "\\$&")
}

/** The parts between separators that no backslash stands before. */
const split = (text: string, separator: "," | ":"): ReadonlyArray<string> => {
  const parts: Array<string> = [""]
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    const isEscape = character === "\\" && at + 1 < text.length
    if (character === separator) parts.push("")
    else parts.push(`${parts.pop() ?? ""}${character}${isEscape ? text.charAt(at + 1) : ""}`)
    if (isEscape) at += 1
  }
  return parts
}
