/**
 * Which files of a build context BuildKit leaves out: the patterns of a `.dockerignore`.
 *
 * **Details**
 *
 * One pattern a line, such as `node_modules`, `**\/*.log` or the exception `!keep.log`; the last that matches a path, or a
 * directory above it, decides (moby/patternmatcher 0.6, `ignorefile/ignorefile.go` and `patternmatcher.go`).
 */
import * as PosixPath from "../paths/PosixPath.ts"
import * as IgnorePattern from "./IgnorePattern.ts"

/** One pattern; with `isException` it takes back what patterns before it left out. */
export interface Pattern {
  readonly isException: boolean
  readonly pattern: IgnorePattern.IgnorePattern
}

/** More patterns than people write. Each is tried for each file. */
const mostPatterns = 2_000

/**
 * The patterns of a `.dockerignore`; `undefined` if one of them cannot be read, as `[`, or where there are too many.
 */
export const parse = (text: string): ReadonlyArray<Pattern> | undefined => {
  const patterns: Array<Pattern> = []
  for (const line of text.replace(/^\uFEFF/, "").split("\n")) {
    const written = line.trim()
    if (line.startsWith("#") || written === "") continue
    const parsed = parseLine(written)
    if (parsed === undefined || patterns.length === mostPatterns) return undefined
    patterns.push(parsed)
  }
  return patterns
}

const parseLine = (written: string): Pattern | undefined => {
  const isMarked = written.startsWith("!")
  const path = clean(isMarked ? written.slice(1).trim() : written)
  // the mark counts also where only cleaning brings it to the front: `./!keep`
  const isException = isMarked || path.startsWith("!")
  if (isException && (path === "/" || path === "!")) return undefined
  const pattern = IgnorePattern.parse(isMarked || !isException ? path : path.slice(1))
  return path === "" || pattern === undefined ? undefined : { isException, pattern }
}

/** A leading slash means nothing: all patterns are below the context. */
const clean = (pattern: string): string => {
  const path = pattern === "" ? "" : PosixPath.normalize(pattern)
  return path.length > 1 && path.startsWith("/") ? path.slice(1) : path
}

/** Whether a path is left out, and which patterns matched it, to be handed on for what is below it. */
export interface Match {
  readonly isIgnored: boolean
  readonly matched: ReadonlyArray<boolean>
}

/** Matches a path of the context, such as `src/main.ts`; `above` are the patterns that its directory matched. */
export const match = (
  patterns: ReadonlyArray<Pattern>,
  path: string,
  above: ReadonlyArray<boolean>
): Match => {
  let isIgnored = false
  const matched = patterns.map(({ isException, pattern }, at) => {
    // what would not change the outcome is not tried, and is then not handed on either
    const isMatch = above[at] === true || (isException === isIgnored && IgnorePattern.matches(pattern, path))
    if (isMatch) isIgnored = !isException
    return isMatch
  })
  return { isIgnored, matched }
}

/**
 * Whether something below a directory that is left out could be taken back: by an exception that comes after the last
 * pattern that left the directory out, as that one leaves out everything below it too.
 */
export const mayTakeBack = (patterns: ReadonlyArray<Pattern>, directory: string, { matched }: Match): boolean =>
  patterns.slice(matched.lastIndexOf(true) + 1)
    .some(({ isException, pattern }) => isException && IgnorePattern.reachesBelow(pattern, directory))
