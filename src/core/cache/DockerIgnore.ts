/**
 * Which files of a build context BuildKit leaves out: the patterns of a `.dockerignore`.
 *
 * **Details**
 *
 * One pattern a line, such as `node_modules`, `**\/*.log` or the exception `!keep.log`; the last that matches a path, or a
 * directory above it, decides (moby/patternmatcher 0.6, `ignorefile/ignorefile.go` and `patternmatcher.go`).
 */
import * as PosixPath from "../paths/PosixPath.ts"

/**
 * One pattern; with `isException` it takes back what patterns before it left out.
 *
 * @category models
 * @since 0.1.0
 */
export interface Pattern {
  readonly isException: boolean
  readonly matches: (path: string) => boolean
}

/**
 * The patterns of a `.dockerignore`; `undefined` where one of them is malformed, as `[`.
 *
 * @category parsing
 * @since 0.1.0
 */
export const parse = (text: string): ReadonlyArray<Pattern> | undefined => {
  const patterns: Array<Pattern> = []
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    const written = line.trim()
    if (line.startsWith("#") || written === "") continue
    const isException = written.startsWith("!")
    const path = clean(isException ? written.slice(1).trim() : written)
    const matches = path === "" ? undefined : matcher(path)
    if (matches === undefined) return undefined
    patterns.push({ isException, matches })
  }
  return patterns
}

/** A leading slash means nothing: all patterns are below the context. */
const clean = (pattern: string): string => {
  const path = pattern === "" ? "" : PosixPath.normalize(pattern)
  return path.length > 1 && path.startsWith("/") ? path.slice(1) : path
}

const matcher = (pattern: string): Pattern["matches"] | undefined => {
  try {
    const expression = new RegExp(expressionOf(pattern), "u")
    return (path) => expression.test(path)
  } catch {
    return undefined
  }
}

/** A pattern that is plain but for `**` at its front matches the end of a path, also within a name. */
const expressionOf = (pattern: string): string => {
  const plain = /^\*\*(\/?)([^*?\\[\]]*)$/.exec(pattern)
  if (plain !== null) return `${plain[1] === "" ? "" : "(?:^|/)"}${escape(plain[2] ?? "")}$`
  const parts = pattern.match(/\*\*\/?|\\.|./gsu) ?? []
  return `^${
    parts.map((part, at) => {
      if (part.startsWith("**")) return at === parts.length - 1 ? ".*" : "(?:.*/)?"
      if (part === "*") return "[^/]*"
      if (part === "?") return "[^/]"
      // these keep what they mean to a regular expression
      if (part === "[" || part === "]" || part === "^") return part
      return escape(part.length > 1 && part.startsWith("\\") ? part.slice(1) : part)
    }).join("")
  }$`
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")

/**
 * Whether a path is left out, and which patterns matched it, to be handed on for what is below it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Match {
  readonly isIgnored: boolean
  readonly matched: ReadonlyArray<boolean>
}

/**
 * Matches a path of the context, such as `src/main.ts`; `above` are the patterns that its directory matched.
 *
 * @category accessors
 * @since 0.1.0
 */
export const match = (
  patterns: ReadonlyArray<Pattern>,
  path: string,
  above: ReadonlyArray<boolean>
): Match => {
  let isIgnored = false
  const matched = patterns.map(({ isException, matches }, at) => {
    // what would not change the outcome is not tried, and is then not handed on either
    const isMatch = above[at] === true || (isException === isIgnored && matches(path))
    if (isMatch) isIgnored = !isException
    return isMatch
  })
  return { isIgnored, matched }
}
