/**
 * Tables for people, as docker prints them: columns under upper-case names, three spaces apart.
 */
import * as Terminal from "./Terminal.ts"

/**
 * One column: its name, whether its texts stand at the right (sizes, counts), and whether it gives way where the
 * terminal is too narrow (its texts are then cut, with `…` at the end).
 *
 * @category models
 * @since 0.1.0
 */
export interface Column {
  readonly name: string
  readonly align?: "right"
  readonly yields?: boolean
}

/** Between two columns. */
const gap = "   "

/** No column gets narrower than this for the terminal's sake. */
const narrowest = 8

/**
 * Prints a table such as
 *
 * ```text
 * KEY        SIZE   LAST USED
 * shop     1.2GB    2 hours ago
 * ```
 *
 * **Details**
 *
 * Cells may be dressed (`Terminal.dress`); they hold no newline. No line ends in spaces. With no rows the names alone are
 * printed, as docker does. A cell that is missing is empty.
 *
 * @category printing
 * @since 0.1.0
 */
export const print = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  terminal: Terminal.Terminal
): string => {
  const names = columns.map((column) => column.name)
  const widths = fit(
    columns,
    columns.map((_, at) => Math.max(...[names, ...rows].map((row) => Terminal.columns(row[at] ?? "")))),
    terminal.width
  )
  const line = (row: ReadonlyArray<string>): string =>
    columns.map((column, at) => cell(column, row[at] ?? "", widths[at] ?? 0)).join(gap).trimEnd()
  return [Terminal.dress(terminal, "bold", line(names)), ...rows.map(line)].map((one) => `${one}\n`).join("")
}

/** The widths, with what is too much for the terminal taken from the columns that yield, the widest first. */
const fit = (
  columns: ReadonlyArray<Column>,
  widths: ReadonlyArray<number>,
  limit: number
): ReadonlyArray<number> => {
  const fitted = [...widths]
  let excess = widths.reduce((sum, width) => sum + width, 0) + gap.length * (columns.length - 1) - limit
  while (excess > 0) {
    const yielding = columns.flatMap((column, at) => {
      const width = fitted[at] ?? 0
      return column.yields === true && width > narrowest ? [{ at, width }] : []
    })
    const [widest] = yielding.sort((one, other) => other.width - one.width)
    if (widest === undefined) return fitted
    fitted[widest.at] = widest.width - 1
    excess -= 1
  }
  return fitted
}

const cell = (column: Column, text: string, width: number): string => {
  const length = Terminal.columns(text)
  if (length > width) return cut(text, width)
  const padding = " ".repeat(width - length)
  return column.align === "right" ? padding + text : text + padding
}

/** Cuts a text to a width; what is cut loses its dress. */
const cut = (text: string, width: number): string =>
  `${Array.from(Terminal.undress(text)).slice(0, width - 1).join("")}…`
