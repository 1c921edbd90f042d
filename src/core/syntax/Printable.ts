/**
 * Text from outside, made safe for a terminal: names of files, messages of the system, words of a command.
 *
 * **Details**
 *
 * A terminal obeys some characters instead of showing them: they move the cursor, change colours and titles, or write to
 * the clipboard (`ESC ] 52`). Others make text look like other text: the ends of lines, and those that turn its direction.
 */

/**
 * The text with such characters written out, such as `\x1b` or `\n`: it is one line, and shows as it is.
 *
 * **Example** (A file's name)
 *
 * `a⏎removed 3 entries` is shown as `a\nremoved 3 entries`.
 */
export const escape = (text: string): string => text.replace(obeyed, written)

/** The same for text of several lines: ends of lines and tabs stay. */
export const lines = (text: string): string =>
  text.replace(obeyed, (one) => one === "\n" || one === "\t" ? one : written(one))

/** JSON in which no such character is left raw; it means the same. */
export const json = (text: string): string =>
  text.replace(obeyed, (one) => one === "\n" ? one : `\\u${code(one).toString(16).padStart(4, "0")}`)

/** C0, DEL and C1; line and paragraph separators; marks of direction; halves of surrogate pairs, which stand for bytes that are no UTF-8. */
const obeyed =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const named: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

const code = (one: string): number => one.charCodeAt(0)

const written = (one: string): string => {
  const number = code(one)
  // a byte that is no UTF-8, which the shell gives as a lone surrogate (`shell/process/RawText`)
  const byte = number >= 0xdc80 && number <= 0xdcff ? number - 0xdc00 : number
  return named[one] ?? (byte <= 0xff ? `\\x${byte.toString(16).padStart(2, "0")}` : `\\u{${byte.toString(16)}}`)
}
