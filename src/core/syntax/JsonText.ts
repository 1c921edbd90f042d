/**
 * JSON whose texts are replaced in place: every other byte stays, among them numbers as they were written, fields that
 * nobody here knows, and their order.
 */
import { getNodeValue, type Node, type ParseError, parseTree } from "jsonc-parser"

/**
 * A text in a document: where it stands with its quotes, in UTF-16 code units, and what it says.
 *
 * @category models
 */
export interface JsonString {
  readonly start: number
  readonly end: number
  readonly value: string
}

/**
 * A value in a document.
 *
 * @category models
 */
export interface JsonValue {
  readonly node: Node
}

/**
 * The value of a document; `undefined` where it is no JSON.
 *
 * @category parsing
 */
export const parse = (text: string): JsonValue | undefined => {
  const errors: Array<ParseError> = []
  const node = parseTree(text, errors, { disallowComments: true })
  return node === undefined || errors.length > 0 ? undefined : { node }
}

/**
 * The fields of an object by a name, as Go's `encoding/json` finds them: case does not count, and a name may stand there
 * several times.
 *
 * @category accessors
 */
export const fields = (value: JsonValue, name: string): ReadonlyArray<JsonValue> =>
  members(value).flatMap(([key, found]) => fold(key) === fold(name) ? [found] : [])

/**
 * The fields of an object in their order.
 *
 * @category accessors
 */
export const members = ({ node }: JsonValue): ReadonlyArray<readonly [string, JsonValue]> =>
  node.type === "object"
    ? (node.children ?? []).flatMap(({ children: [key, found] = [] }) =>
      key === undefined || found === undefined ? [] : [[String(getNodeValue(key)), { node: found }] as const]
    )
    : []

/**
 * The elements of a list.
 *
 * @category accessors
 */
export const elements = ({ node }: JsonValue): ReadonlyArray<JsonValue> =>
  node.type === "array" ? (node.children ?? []).map((one) => ({ node: one })) : []

/**
 * A value that is a text.
 *
 * @category accessors
 */
export const string = ({ node }: JsonValue): JsonString | undefined =>
  node.type === "string"
    ? { start: node.offset, end: node.offset + node.length, value: String(getNodeValue(node)) }
    : undefined

/**
 * The document with other texts in place of some.
 *
 * @category rewriting
 */
export const replace = (
  text: string,
  replacements: ReadonlyArray<{ readonly at: JsonString; readonly value: string }>
): string =>
  [...replacements].sort((one, other) => other.at.start - one.at.start).reduce(
    (whole, { at, value }) => `${whole.slice(0, at.start)}${JSON.stringify(value)}${whole.slice(at.end)}`,
    text
  )

/** Go 1.24, `encoding/json/fold.go`: ASCII, and the two characters outside of it that fold to a letter of it. */
const fold = (name: string): string => name.toUpperCase().toLowerCase()
