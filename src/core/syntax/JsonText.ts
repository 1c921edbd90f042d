/**
 * Replaces texts in JSON in place. Every other byte stays: numbers as they were written, fields that the shim does not know,
 * and their order.
 */
import { getNodeValue, type Node, type ParseError, parseTree } from "jsonc-parser"
import * as BoundedJson from "./BoundedJson.ts"

/** A text in a document: where it stands with its quotes, in UTF-16 code units, and what it says. */
export interface JsonString {
  readonly start: number
  readonly end: number
  readonly value: string
}

/** A value in a document. */
export interface JsonValue {
  readonly node: Node
}

/** A parsed text: JSON; not JSON; or JSON that the shim does not read, with the reason as a clause. */
export type Document =
  | { readonly _tag: "Json"; readonly value: JsonValue }
  | { readonly _tag: "NoJson" }
  | { readonly _tag: "Unread"; readonly why: string }

/**
 * How deep brackets may be nested, and how many values there may be: far more than a request of Docker's clients has, and
 * little enough for the tree of it to stay below 100 MB.
 */
const [maxDepth, maxValues] = [1_000, 200_000]

/** Go 1.24, `encoding/json/scanner.go`: deeper documents are refused. */
const goMaxDepth = 10_000

/**
 * The first value of a text, if that is an object or a list.
 *
 * **Details**
 *
 * What stands behind it does not count: some daemons refuse that, others ignore it (moby 20.10.24,
 * `runconfig/config.go`). What is nested deeper than Go reads is no JSON for the daemon either.
 */
export const parse = (text: string): Document => {
  const extent = BoundedJson.measure(text)
  if (extent === undefined || extent.depth > goMaxDepth) return { _tag: "NoJson" }
  if (extent.depth > maxDepth) return { _tag: "Unread", why: `it is nested more than ${maxDepth} levels deep` }
  if (extent.values > maxValues) return { _tag: "Unread", why: `it holds more than ${maxValues} values` }
  const first = text.slice(0, extent.end)
  const errors: Array<ParseError> = []
  const node = parseTree(first, errors, { disallowComments: true })
  if (node !== undefined && errors.length === 0) return { _tag: "Json", value: { node } }
  // two readers that do not agree: the daemon may be of either opinion
  return BoundedJson.parse(first, { maxLength: first.length, maxDepth }) === undefined
    ? { _tag: "NoJson" }
    : { _tag: "Unread", why: "it is JSON of an unusual form" }
}

/**
 * The fields of an object by a name, as Go's `encoding/json` finds them: case does not count, and a name may stand there
 * several times.
 */
export const fields = (object: JsonValue, name: string): ReadonlyArray<JsonValue> => {
  const found: Array<JsonValue> = []
  visit(object, (key, value) => {
    // folding keeps the length, and few names have that and the first letter of another
    if (key.length !== name.length || !mayFoldAlike(key.charCodeAt(0), name.charCodeAt(0))) return
    if (key === name || fold(key) === fold(name)) found.push({ node: value })
  })
  return found
}

/** The fields of an object in their order. */
export const members = (object: JsonValue): ReadonlyArray<readonly [string, JsonValue]> => {
  const found: Array<readonly [string, JsonValue]> = []
  visit(object, (key, value) => found.push([key, { node: value }]))
  return found
}

/** A plain loop that makes nothing: clients send dozens of fields, and the gateway looks for a dozen names. */
const visit = ({ node }: JsonValue, take: (key: string, value: Node) => void): void => {
  if (node.type !== "object") return
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (key !== undefined && value !== undefined) take(String(key.value), value)
  }
}

/** The elements of a list. */
export const elements = ({ node }: JsonValue): ReadonlyArray<JsonValue> =>
  node.type === "array" ? (node.children ?? []).map((one) => ({ node: one })) : []

/** A value that is a text. */
export const string = ({ node }: JsonValue): JsonString | undefined =>
  node.type === "string"
    ? { start: node.offset, end: node.offset + node.length, value: String(getNodeValue(node)) }
    : undefined

/** The document with other texts in place of some. */
export const replace = (
  text: string,
  replacements: ReadonlyArray<{ readonly at: JsonString; readonly value: string }>
): string => {
  const parts: Array<string> = []
  let rest = 0
  for (const { at, value } of [...replacements].sort((one, other) => one.at.start - other.at.start)) {
    parts.push(text.slice(rest, at.start), JSON.stringify(value))
    rest = at.end
  }
  return parts.join("") + text.slice(rest)
}

/** Whether {@link fold} can give the same for two characters: of two in ASCII only if they are equal but for their case. */
const mayFoldAlike = (one: number, other: number): boolean =>
  one > 0x7f || other > 0x7f || (one | 0x20) === (other | 0x20)

/** Go 1.24, `encoding/json/fold.go`: the letters of ASCII, and the two characters outside of it that fold to one. */
const fold = (name: string): string =>
  name.replaceAll("\u017f", "s").replaceAll("\u212a", "k").replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
