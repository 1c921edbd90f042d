/**
 * The words after a command, as pflag reads them, kept so that printing gives the same words back.
 * @module
 */
import * as FlagWord from "./FlagWord.ts"
import { type Flag, type Grammar, takesValue } from "./grammar/Grammar.ts"
import type { Option, Token, Value } from "./Token.ts"

export type { Option, Token, Value }

/**
 * The option `--name=value`, or `--name` without a value, for words that the shim adds.
 * Example: `Argv.print([Argv.option("label", "a=b"), Argv.option("rm")]) // ["--label=a=b", "--rm"]`
 * @category constructors
 */
export const option = (name: string, value?: string): Option => ({
  _tag: "Option",
  dash: `--${name}`,
  flags: [{ name, shorthand: "", arity: value === undefined ? "boolean" : "list" }],
  value: value === undefined ? none : joined("=", value)
})

/** A word that is no flag. Example: `Argv.print([Argv.positional("web")]) // ["web"]` */
export const positional = (word: string): Token => ({ _tag: "Positional", word })

/**
 * Words that the shim passes on unchanged.
 * Example: `Argv.print([Argv.positional("web"), Argv.rest(["ls", "-l"])]) // ["web", "ls", "-l"]`
 */
export const rest = (words: ReadonlyArray<string>): Token => ({ _tag: "Rest", words })

/**
 * Parses words such as `-it -v ./src:/app web ls -l` by a command's grammar; `print` gives the same words back.
 *
 * **Details**
 *
 * The rules of spf13/pflag 1.0.9 (`FlagSet.parseArgs`, `parseLongArg`, `parseSingleShortArg`): a value flag takes the next word
 * even if that begins with `-`; a boolean takes a value only behind `=`, and `-it=false` sets `t`; names are case-sensitive and
 * never abbreviated; `-v=` is the value `=`.
 *
 * **Example** (Words of docker run)
 *
 * ```ts
 * import { Argv, Grammar } from "docker-shim"
 *
 * const grammar = Grammar.decode("! rm volume:v*")
 * const tokens = Argv.parse(grammar, ["--rm", "-v", "./src:/app", "web", "ls", "-l"])
 *
 * Argv.values(tokens, "volume") // ["./src:/app"]
 * Argv.positionals(tokens) // ["web"]
 * Argv.print(tokens).join(" ") // "--rm -v ./src:/app web ls -l"
 * ```
 * @category parsing
 */
export const parse = (grammar: Grammar, words: ReadonlyArray<string>): ReadonlyArray<Token> => {
  const tokens: Array<Token> = []
  let flagsEnded = false
  let at = 0
  while (at < words.length) {
    const word = words[at] ?? ""
    if (flagsEnded || !isFlag(word)) {
      tokens.push(positional(word))
      at += 1
      if (grammar.interspersed) continue
      if (at < words.length) tokens.push(rest(words.slice(at)))
      return tokens
    }
    if (word === "--") {
      tokens.push({ _tag: "Terminator" })
      flagsEnded = true
      at += 1
      continue
    }
    const token = FlagWord.parse(grammar, words, at)
    tokens.push(token)
    if (token._tag === "Unknown") return tokens
    at += size(token)
  }
  return tokens
}

/**
 * Prints tokens as the words they were parsed from.
 * Example: `Argv.print([Argv.option("name", "db"), Argv.positional("web")]) // ["--name=db", "web"]`
 * @category printing
 */
export const print = (tokens: ReadonlyArray<Token>): Array<string> => {
  const words: Array<string> = []
  for (const token of tokens) printInto(words, token)
  return words
}

/** How many words a token is. Example: `Argv.size(Argv.rest(["ls", "-l"])) // 2` */
export const size = (token: Token): number => {
  switch (token._tag) {
    case "Option":
      return token.value._tag === "Separate" ? 2 : 1
    case "Positional":
    case "Terminator":
      return 1
    case "Rest":
      return token.words.length
    case "Unknown":
      return 1 + token.rest.length
  }
}

/**
 * The option with another value, in the same spelling where that can carry it: `-itvX` becomes `-itvY`, but with the
 * empty value `-itv ''`, and with `=y` `-itv==y`.
 *
 * **Gotchas**
 *
 * A boolean in a group of shorthands cannot be given the empty value (Docker would refuse that as well); it is spelled
 * with `=` all the same.
 * Example: `Argv.print([Argv.withValue(Argv.option("name", "a"), "b")]) // ["--name=b"]`
 * @category rewriting
 */
export const withValue = (token: Option, text: string): Option => ({
  _tag: "Option",
  dash: token.dash,
  flags: token.flags,
  value: respell(token, text)
})

const respell = (token: Option, text: string): Value => {
  const flag = token.flags.at(-1)
  if (token.value._tag === "Separate" || token.value._tag === "Missing") return { _tag: "Separate", text }
  if (flag === undefined || !takesValue(flag) || token.dash.startsWith("--")) return joined("=", text)
  if (text === "") return { _tag: "Separate", text }
  return joined(token.value._tag === "None" || text.startsWith("=") ? "=" : token.value.separator, text)
}

/**
 * The text of an option's value; `undefined` if it has none.
 * Example: `Argv.valueOf(Argv.option("name", "db")) // "db"`
 * @category accessors
 */
export const valueOf = (token: Option): string | undefined =>
  token.value._tag === "Joined" || token.value._tag === "Separate" ? token.value.text : undefined

/**
 * All values given for a flag, in order and in whatever spelling: `volume` for `-v a:/b --volume=c:/d`.
 * Example: `Argv.values([Argv.option("label", "a"), Argv.option("label", "b")], "label") // ["a", "b"]`
 * @category accessors
 */
export const values = (tokens: ReadonlyArray<Token>, name: string): Array<string> => {
  const found: Array<string> = []
  for (const token of tokens) {
    if (token._tag !== "Option" || token.flags.at(-1)?.name !== name) continue
    const value = valueOf(token)
    if (value !== undefined) found.push(value)
  }
  return found
}

/**
 * The last value given for a flag. It is the one that counts, unless the flag is a list.
 * Example: `Argv.value([Argv.option("name", "a"), Argv.option("name", "b")], "name") // "b"`
 */
export const value = (tokens: ReadonlyArray<Token>, name: string): string | undefined => values(tokens, name).at(-1)

/**
 * The last value of a boolean flag; `undefined` if it was not given, or if its last value is one that Go's `strconv.ParseBool`,
 * and so docker, refuses.
 * Example: `Argv.boolean([Argv.option("rm", "false")], "rm") // false`
 * @category accessors
 */
export const boolean = (tokens: ReadonlyArray<Token>, name: string): boolean | undefined => {
  let set: boolean | undefined
  for (const token of tokens) {
    if (token._tag === "Unknown" && token.known.some((flag) => flag.name === name)) set = true
    if (token._tag !== "Option") continue
    // a value is the last one's
    if (token.flags.at(-1)?.name === name) set = parseBoolean(valueOf(token) ?? "true")
    else if (token.flags.length > 1 && named(token.flags, name)) set = true
  }
  return set
}

/** Whether a flag was given at all, in whatever spelling. Example: `Argv.has([Argv.option("rm")], "init") // false` */
export const has = (tokens: ReadonlyArray<Token>, name: string): boolean =>
  tokens.some((token) =>
    token._tag === "Option" ? named(token.flags, name) : token._tag === "Unknown" && named(token.known, name)
  )

const named = (flags: ReadonlyArray<Flag>, name: string): boolean => flags.some((flag) => flag.name === name)

/**
 * The words that are no flags and belong to the command itself: the image of `run`, the context of `build`. The words
 * for the container are in `Rest`.
 * Example: `Argv.positionals(CommandLine.parse(["build", "-t", "app", "."]).tokens) // ["."]`
 * @category accessors
 */
export const positionals = (tokens: ReadonlyArray<Token>): Array<string> =>
  tokens.flatMap((token) => token._tag === "Positional" ? [token.word] : [])

/**
 * The flag that the grammar did not know, such as `--new` or `-Z`; `undefined` if all was understood.
 * Example: `Argv.unknownFlag(CommandLine.parse(["run", "--new", "web"]).tokens) // "--new"`
 * @category accessors
 */
export const unknownFlag = (tokens: ReadonlyArray<Token>): string | undefined => {
  const last = tokens.at(-1)
  return last?._tag === "Unknown" ? last.flag : undefined
}

/**
 * The tokens with each value that a flag of `rewrite` was given replaced by what that returns.
 * Example: `Argv.print(Argv.mapValues([Argv.option("name", "a")], (_, value) => value.toUpperCase())) // ["--name=A"]`
 * @category rewriting
 */
export const mapValues = (
  tokens: ReadonlyArray<Token>,
  rewrite: (flag: Flag, value: string) => string
): ReadonlyArray<Token> =>
  tokens.map((token) => {
    if (token._tag !== "Option") return token
    const flag = token.flags.at(-1)
    const text = valueOf(token)
    if (flag === undefined || text === undefined) return token
    const rewritten = rewrite(flag, text)
    return rewritten === text ? token : withValue(token, rewritten)
  })

/**
 * A boolean, by the rules of Go 1.24, `strconv/atob.go`, `ParseBool`: `1`, `t`, `T`, `TRUE`, `true`, `True` and their opposites, nothing else.
 * Example: `Argv.parseBoolean("T") // true`, `Argv.parseBoolean("yes") // undefined`
 * @category parsing
 */
export const parseBoolean = (text: string): boolean | undefined =>
  /^(?:1|t|T|TRUE|true|True)$/.test(text) ? true : /^(?:0|f|F|FALSE|false|False)$/.test(text) ? false : undefined

/** Whether pflag takes the word for a flag (or `--`): it begins with `-` and is longer. */
const isFlag = (word: string): boolean => word.length > 1 && word.startsWith("-")

const none: Value = { _tag: "None" }

const joined = (separator: "=" | "", text: string): Value => ({ _tag: "Joined", separator, text })

const printInto = (words: Array<string>, token: Token): void => {
  switch (token._tag) {
    case "Option":
      return printOption(words, token)
    case "Positional":
      words.push(token.word)
      return
    case "Terminator":
      words.push("--")
      return
    case "Rest":
      for (const word of token.words) words.push(word)
      return
    case "Unknown":
      words.push(token.word)
      for (const word of token.rest) words.push(word)
  }
}

const printOption = (words: Array<string>, { dash, value }: Option): void => {
  switch (value._tag) {
    case "None":
    case "Missing":
      words.push(dash)
      return
    case "Joined":
      words.push(`${dash}${value.separator}${value.text}`)
      return
    case "Separate":
      words.push(dash, value.text)
  }
}
