/**
 * One record of comma-separated values, as Go's `encoding/csv` reads and writes it: the syntax of `--mount`,
 * `--cache-to` and their like.
 * @module
 */

/**
 * A field of a record: what it says, and where it stands in the text, as indices of the string (from `start` up to, not
 * including, `end`).
 * @category models
 */
export interface Field {
  readonly text: string
  readonly start: number
  readonly end: number
}

/**
 * The fields of the first record of a text such as `type=bind,"source=/a,b",target=/x`; `undefined` if Go refuses it.
 *
 * **Details**
 *
 * A field in double quotes may hold commas, line ends and doubled quotes; quotes inside a field that does not begin with
 * one are refused, as is anything behind a closing one. Empty lines in front are skipped, and what follows the first
 * record is not read. Same rules as Go 1.24, `encoding/csv/reader.go`, with its defaults.
 *
 * **Example** (A field with a comma)
 *
 * ```ts
 * import { CsvRecord } from "docker-shim"
 *
 * const fields = CsvRecord.parse('type=bind,"source=/a,b",target=/x') ?? []
 *
 * fields.map(({ text }) => text) // ["type=bind", "source=/a,b", "target=/x"]
 * CsvRecord.print(["source=/a,b", "target=/x"]) // '"source=/a,b",target=/x'
 * ```
 * @category parsing
 */
export const parse = (text: string): ReadonlyArray<Field> | undefined => {
  const fields: Array<Field> = []
  let at = /^(?:\r?\n)*/.exec(text)?.[0].length ?? 0
  if (at === text.length) return undefined
  for (;;) {
    const field = text.charAt(at) === "\"" ? parseQuoted(text, at) : parsePlain(text, at)
    if (field === undefined) return undefined
    fields.push(field)
    if (text.charAt(field.end) !== ",") return fields
    at = field.end + 1
  }
}

const parsePlain = (text: string, start: number): Field | undefined => {
  const end = endOfField(text, start)
  const plain = text.slice(start, end)
  return plain.includes("\"") ? undefined : { text: plain, start, end }
}

const parseQuoted = (text: string, start: number): Field | undefined => {
  let at = start + 1
  let content = ""
  for (;;) {
    const quote = text.indexOf("\"", at)
    if (quote < 0) return undefined
    content += text.slice(at, quote)
    if (text.charAt(quote + 1) !== "\"") {
      const end = quote + 1
      const isAtEnd = endOfField(text, end) === end
      return isAtEnd ? { text: content.replaceAll("\r\n", "\n"), start, end } : undefined
    }
    content += "\""
    at = quote + 2
  }
}

/** Where a field without quotes ends: at a comma, at the end of the line (`\n` or `\r\n`), or at the end. */
const endOfField = (text: string, start: number): number => {
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === "," || character === "\n") return at
    if (character === "\r" && (at + 1 === text.length || text.charAt(at + 1) === "\n")) return at
  }
  return text.length
}

/**
 * Prints fields as one record, quoting those that need it.
 *
 * **Details**
 *
 * Same rules as Go 1.24, `encoding/csv/writer.go`, `fieldNeedsQuotes`.
 * Example: `CsvRecord.print(["type=bind", "source=/a,b"]) // 'type=bind,"source=/a,b"'`
 * @category printing
 */
export const print = (fields: ReadonlyArray<string>): string => fields.map(printField).join(",")

/**
 * The text with another value for one of its fields; every other byte stays.
 * Example: `CsvRecord.withField("a,b,c", { text: "b", start: 2, end: 3 }, "x,y") // 'a,"x,y",c'`
 * @category rewriting
 */
export const withField = (text: string, field: Field, value: string): string =>
  `${text.slice(0, field.start)}${printField(value)}${text.slice(field.end)}`

const printField = (field: string): string =>
  field === "\\." || /[",\r\n]/.test(field) || /^\s/u.test(field) ? `"${field.replaceAll("\"", "\"\"")}"` : field
