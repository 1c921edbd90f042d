/**
 * Reads JSON that others wrote, within limits.
 *
 * **Details**
 *
 * A parser goes one level deeper with each bracket. Where that meets the end of the stack, an error is the best that can
 * happen; so the depth is measured first, in one pass.
 */
import * as JsonObject from "./JsonObject.ts"
import * as LongText from "./LongText.ts"

/** How long a text may be, in UTF-16 code units, and how deep its brackets may be nested. */
export interface JsonLimits {
  readonly maxLength: number
  readonly maxDepth: number
}

/** The value of a text; `undefined` if it is no JSON or over a limit. */
export const parse = (text: string, limits: JsonLimits): unknown =>
  isWithin(text, limits) ? JsonObject.parse(text) : undefined

/** Whether a text is within limits. */
export const isWithin = (text: string, limits: JsonLimits): boolean =>
  text.length <= limits.maxLength && isFlat(text, limits.maxDepth)

/**
 * The first value of a text, if that is an object or a list: where it ends, how deep its brackets are nested, and how many
 * values it holds at most.
 */
export interface JsonExtent {
  readonly end: number
  readonly depth: number
  readonly values: number
}

/**
 * Measures the first value of a text; `undefined` if it is no object or list, or has no end. Whether it is JSON at all
 * remains open.
 */
export const measure = (text: string): JsonExtent | undefined => {
  const start = text.search(/[^ \t\r\n]/)
  if (start < 0 || !opening.has(text.charCodeAt(start))) return undefined
  let [depth, deepest, values] = [0, 0, 1]
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = endOfString(text, at)
      if (at < 0) return undefined
    } else if (opening.has(code)) {
      depth += 1
      values += 1
      deepest = Math.max(deepest, depth)
    } else if (code === comma) values += 1
    else if (closing.has(code)) {
      depth -= 1
      if (depth === 0) return { end: at + 1, depth: deepest, values }
    }
  }
  return undefined
}

const [quote, backslash, comma, openBracket] = [34, 92, 44, 91]
const opening: ReadonlySet<number> = new Set([openBracket, 123])
const closing: ReadonlySet<number> = new Set([93, 125])

const isFlat = (text: string, maxDepth: number): boolean =>
  text.length <= longestSplit && !LongText.includes(text, "\\")
    ? areFlat(text.split("\""), maxDepth)
    : isEachFlat(text, maxDepth)

/** Longer texts are looked at where they are: the parts of one could take many times its memory. */
const longestSplit = 64 * 1024

/**
 * The same for a text without escapes, as builders write it: between its quotes, every other part is a string. Most parts
 * between two strings are a colon or a comma.
 */
const areFlat = (parts: ReadonlyArray<string>, maxDepth: number): boolean => {
  let depth = 0
  for (let part = 0; part < parts.length; part += 2) {
    const between = parts[part] ?? ""
    if (between === ":" || between === ",") continue
    for (let at = 0; at < between.length; at += 1) {
      const code = between.charCodeAt(at)
      // digits, commas, colons and spaces come before all brackets
      if (code < openBracket) continue
      if (opening.has(code)) {
        depth += 1
        if (depth > maxDepth) return false
      } else if (closing.has(code)) depth -= 1
    }
  }
  return parts.length % 2 === 1
}

const isEachFlat = (text: string, maxDepth: number): boolean => {
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = endOfString(text, at)
      if (at < 0) return false
    } else if (opening.has(code)) {
      depth += 1
      if (depth > maxDepth) return false
    } else if (closing.has(code)) depth -= 1
  }
  return true
}

/** Where the string that begins at a quote ends; -1 if it does not. Most of a document is in strings. */
const endOfString = (text: string, start: number): number => {
  for (let end = text.indexOf("\"", start + 1); end >= 0; end = text.indexOf("\"", end + 1)) {
    let escapes = 0
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes += 1
    if (escapes % 2 === 0) return end
  }
  return -1
}
