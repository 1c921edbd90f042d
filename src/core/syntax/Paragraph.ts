/**
 * Text in lines that fit a terminal.
 */

/** The words of a text in lines of at most `width` columns; a word that is longer has a line of its own. */
export const wrap = (text: string, width: number): ReadonlyArray<string> => lines(text.split(" "), width, "")

/** The same as one text: a line that is too long continues in the next one, behind two spaces. */
export const continued = (text: string, width: number): string =>
  wrap(text, width - continuation.length).join(`\n${continuation}`)

const continuation = "  "

/**
 * A command line for a shell in lines of at most `width` columns. Each line but the last ends in a backslash, so that the
 * whole can be copied; a line never ends inside a quoted word.
 */
export const wrapCommand = (line: string, width: number): ReadonlyArray<string> =>
  lines(line.match(/(?:[^\s'\\]|\\.|'[^']*')+/g) ?? [line], width, " \\")

/** A usage line in lines of at most `width` columns: what stands in one pair of brackets stays in one line. */
export const wrapUsage = (line: string, width: number): ReadonlyArray<string> =>
  lines(line.match(/\[[^\]]*\]|\S+/g) ?? [line], width, "")

const lines = (words: ReadonlyArray<string>, width: number, ending: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  for (const word of words) {
    const last = found.at(-1)
    if (last === undefined || last.length + 1 + word.length + ending.length > width) found.push(word)
    else found[found.length - 1] = `${last} ${word}`
  }
  return found.map((line, at) => at === found.length - 1 ? line : `${line}${ending}`)
}
