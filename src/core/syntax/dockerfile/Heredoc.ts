/**
 * The here-documents of an instruction, such as `RUN <<EOF` (buildkit 0.25, `frontend/dockerfile/parser/parser.go`,
 * `heredocsFromLine`).
 */
import * as JsonObject from "../JsonObject.ts"

/** Instructions that may have some. */
const owners = new Set(["RUN", "COPY", "ADD"])

/** The contents of the here-documents that an instruction names, and the line behind them. */
export interface Heredocs {
  readonly contents: ReadonlyArray<string>
  readonly next: number
}

/** Reads them from the lines behind the instruction, from `start`; `undefined` if one does not end. */
export const read = (
  { name, text }: { readonly name: string; readonly text: string },
  lines: ReadonlyArray<string>,
  start: number
): Heredocs | undefined => {
  let next = start
  const contents: Array<string> = []
  for (const { isTabbed, word } of owners.has(name) ? namesIn(text) : []) {
    const content: Array<string> = []
    for (;;) {
      const line = lines[next]
      if (line === undefined) return undefined
      next += 1
      const bare = isTabbed ? line.replace(/^\t+/, "") : line
      if (bare === word) break
      content.push(bare)
    }
    contents.push(content.join("\n"))
  }
  return { contents, next }
}

/** The words that end the here-documents of a line, such as `EOF` of `cat <<EOF > /x`; a JSON list has none. */
const namesIn = (text: string): ReadonlyArray<{ readonly word: string; readonly isTabbed: boolean }> => {
  if (!text.includes("<<") || isList(text)) return []
  return wordsOf(text).flatMap((word) => {
    const [, dash, name] = /^\d*<<(-?)([^<]*)$/.exec(word) ?? []
    const bare = (name ?? "").replace(/["'\\]/g, "")
    return bare === "" ? [] : [{ word: bare, isTabbed: dash === "-" }]
  })
}

/** Whether an instruction's text is one here-document and nothing else: that is the script that runs. */
export const isAlone = (text: string): boolean => /^<<-?["']?\w+["']?$/.test(text.trim())

/** Whether an instruction's text is a JSON list of texts, which no shell reads. */
export const isList = (text: string): boolean => listOf(text) !== undefined

/** The texts of such a list. */
export const listOf = (text: string): ReadonlyArray<string> | undefined => {
  // BuildKit takes what is no list for a command of the shell
  const value = text.startsWith("[") ? JsonObject.parse(text) : undefined
  return JsonObject.isTexts(value) ? value : undefined
}

/** Words between spaces, with their quotes; a space within quotes is none. */
const wordsOf = (text: string): ReadonlyArray<string> =>
  text.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? []
