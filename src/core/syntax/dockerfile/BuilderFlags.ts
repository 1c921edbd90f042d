/**
 * The flags of an instruction of a Dockerfile, such as `--mount=type=cache,target=/c` in front of `RUN`'s command
 * (buildkit 0.25, `frontend/dockerfile/parser/line_parsers.go`, `extractBuilderFlags`).
 */

/** Flags without their quotes, and the text behind them. */
export interface BuilderFlags {
  readonly flags: ReadonlyArray<string>
  readonly text: string
}

/** Takes the flags off a text such as `--from=build /a /b`. */
export const parse = (line: string, escape: string): BuilderFlags => {
  const flags: Array<string> = []
  let at = skipSpace(line, 0)
  while (line.startsWith("--", at)) {
    const { end, word } = readWord(line, at, escape)
    at = skipSpace(line, end)
    if (word === "--") break
    flags.push(word)
  }
  return { flags, text: line.slice(at) }
}

/** The values of one flag: `["build"]` for `from` of `--from=build`. */
export const values = (flags: ReadonlyArray<string>, name: string): ReadonlyArray<string> =>
  flags.flatMap((flag) => flag.startsWith(`--${name}=`) ? [flag.slice(name.length + 3)] : [])

const skipSpace = (line: string, start: number): number => {
  let at = start
  while (at < line.length && /\s/.test(line.charAt(at))) at += 1
  return at
}

const readWord = (line: string, start: number, escape: string): { readonly word: string; readonly end: number } => {
  let word = ""
  let quote = ""
  let at = start
  for (; at < line.length; at += 1) {
    const character = line.charAt(at)
    if (character === escape && at + 1 < line.length) {
      at += 1
      word += line.charAt(at)
    } else if (quote !== "") {
      if (character === quote) quote = ""
      else word += character
    } else if (character === "'" || character === "\"") {
      quote = character
    } else if (/\s/.test(character)) {
      break
    } else {
      word += character
    }
  }
  return { word, end: at }
}
