/**
 * Tables for people, as docker prints them: columns under upper-case names, three spaces apart.
 */
import * as Paragraph from "../../core/syntax/Paragraph.ts"
import * as Printable from "../../core/syntax/Printable.ts"
import * as Terminal from "./Terminal.ts"

/**
 * One column: its name, whether its texts are aligned to the right (sizes, counts), and whether it yields if the terminal is
 * too narrow (its texts are then cut, with `…` at the end).
 */
export interface Column {
  readonly name: string
  readonly align?: "right"
  readonly yields?: boolean
}

/** A text, or one with a look. */
export type Cell = string | { readonly look: Terminal.Look; readonly text: string }

/** Between two columns. */
export const gap = "   "

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
 * Control characters in a cell are shown, not obeyed: a name cannot end its line, nor look like another row. No line ends in
 * spaces. Without rows only the names are printed, as docker does. A missing cell is empty. On a terminal that is too narrow for a line of the
 * table, each row is a block of lines.
 */
export const print = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<Cell>>,
  terminal: Terminal.Terminal
): string => {
  const names = columns.map((column) => column.name)
  const widths = fit(columns, columns.map((_, at) => widest([names, ...rows], at)), terminal.width)
  if (total(widths) > terminal.width) return records(names, rows, terminal)
  const line = (row: ReadonlyArray<Cell>): string =>
    columns.map((column, at) => printCell(column, row[at] ?? "", widths[at] ?? 0, terminal)).join(gap).trimEnd()
  return [Terminal.dress(terminal, "bold", line(names)), ...rows.map(line)].map((one) => `${one}\n`).join("")
}

/** Rows as blocks of `NAME  value`, where the columns do not fit next to each other. A value breaks only between words. */
const records = (
  names: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<Cell>>,
  terminal: Terminal.Terminal
): string => {
  if (rows.length === 0) return Terminal.sentences(terminal, [names.join(" ")])
  const label = Math.max(...names.map((name) => name.length)) + gap.length
  return rows.map((row) =>
    names.map((name, at) => {
      const cell = row[at] ?? ""
      if (name === "" && textOf(cell) === "") return ""
      const lines = Paragraph.wrap(textOf(cell), terminal.width - label).map((line) =>
        typeof cell === "string" ? line : Terminal.dress(terminal, cell.look, line)
      )
      return `${Terminal.dress(terminal, "bold", name)}${" ".repeat(label - name.length)}${
        lines.join(`\n${" ".repeat(label)}`)
      }`
        .trimEnd() + "\n"
    }).join("")
  ).join("\n")
}

const total = (widths: ReadonlyArray<number>): number =>
  widths.reduce((sum, width) => sum + width, 0) + gap.length * (widths.length - 1)

/** The widths. If they are too much for the terminal, columns that yield get narrower, the widest first. */
const fit = (
  columns: ReadonlyArray<Column>,
  widths: ReadonlyArray<number>,
  limit: number
): ReadonlyArray<number> => {
  const fitted = [...widths]
  let excess = total(widths) - limit
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

const widest = (rows: ReadonlyArray<ReadonlyArray<Cell>>, at: number): number => {
  let width = 0
  for (const row of rows) width = Math.max(width, Array.from(textOf(row[at] ?? "")).length)
  return width
}

const textOf = (cell: Cell): string => Printable.escape(typeof cell === "string" ? cell : cell.text)

const printCell = (column: Column, cell: Cell, width: number, terminal: Terminal.Terminal): string => {
  const text = cut(textOf(cell), width)
  const shown = typeof cell === "string" ? text : Terminal.dress(terminal, cell.look, text)
  const padding = " ".repeat(width - Array.from(text).length)
  return column.align === "right" ? padding + shown : shown + padding
}

const cut = (text: string, width: number): string => {
  const characters = Array.from(text)
  return characters.length > width ? `${characters.slice(0, width - 1).join("")}…` : text
}
