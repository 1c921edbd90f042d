/** Finds out what standard output is, and how to dress text for it. */
import { stripVTControlCharacters } from "node:util"
import type { Env } from "../../core/Invocation.ts"
import * as Paragraph from "../../core/syntax/Paragraph.ts"
import * as Printable from "../../core/syntax/Printable.ts"

/**
 * Where output goes: a terminal or not, whether colours are wanted there, and how many columns it has.
 *
 * **Details**
 *
 * Without a terminal there is no width: programs and files get whole lines.
 */
export interface Terminal {
  readonly isTerminal: boolean
  readonly hasColor: boolean
  readonly width: number
}

/** Ways to dress a text. */
export type Look = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "cyan"

/** Parameters of ECMA-48's "select graphic rendition". */
const looks: Readonly<Record<Look, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 }

/**
 * Looks at a stream, such as `process.stdout`.
 *
 * **Details**
 *
 * No colours with `NO_COLOR` set to anything but an empty text (no-color.org) or `TERM=dumb`. `COLUMNS` wins over the
 * terminal's own size.
 */
export const detect = (stream: { readonly isTTY?: boolean; readonly columns?: number }, env: Env): Terminal => {
  const isTerminal = stream.isTTY === true
  const columns = /^[1-9]\d*$/.test(env["COLUMNS"] ?? "") ? Number(env["COLUMNS"]) : stream.columns
  return {
    isTerminal,
    hasColor: isTerminal && !isSet(env["NO_COLOR"]) && env["TERM"] !== "dumb",
    width: isTerminal ? columns ?? 80 : Infinity
  }
}

/** One line dressed for a terminal, or unchanged if colours are not wanted. Control characters in it are shown, not obeyed. */
export const dress = (terminal: Terminal, look: Look, text: string): string => {
  const line = Printable.escape(text)
  return terminal.hasColor && line !== "" ? `\u001b[${looks[look]}m${line}\u001b[0m` : line
}

/** What `dress` writes. */
const dresses = /(\u001b\[(?:0|1|2|3[1-6])m)/

/** Prepares lines for printing: of all control characters only dress stays, and only if colours are wanted. */
export const clean = (terminal: Terminal, text: string): string =>
  terminal.hasColor
    ? text.split(dresses).map((part, at) => at % 2 === 1 ? part : Printable.lines(part)).join("")
    : Printable.lines(text)

/**
 * Whole sentences as lines for printing: on a terminal, one that is too long continues in the next line, indented, and breaks only
 * between words.
 */
export const sentences = (terminal: Terminal, texts: ReadonlyArray<string>): string =>
  texts.map((text) => `${Paragraph.continued(Printable.escape(text), terminal.width)}\n`).join("")

/** A text without its dress. */
export const undress = (text: string): string => stripVTControlCharacters(text)

const isSet = (value: string | undefined): boolean => value !== undefined && value !== ""
