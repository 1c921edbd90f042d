/**
 * One word with flags, as pflag reads it (spf13/pflag 1.0.9, `parseLongArg` and `parseSingleShortArg`).
 */
import { type Flag, type Grammar, takesValue } from "./grammar/Grammar.ts"
import type { Token, Value } from "./Token.ts"

/** The option in the word at `at`, such as `--volume=a:/b` or `-itv`, with its value, which may be the next word. */
export const parse = (grammar: Grammar, words: ReadonlyArray<string>, at: number): Token =>
  words[at]?.startsWith("--") === true ? parseLong(grammar, words, at) : parseShort(grammar, words, at)

const none: Value = { _tag: "None" }

const joined = (separator: "=" | "", text: string): Value => ({ _tag: "Joined", separator, text })

/** The value of a flag that has none in its own word. */
const following = (flag: Flag, words: ReadonlyArray<string>, at: number): Value => {
  if (!takesValue(flag)) return none
  const text = words[at + 1]
  return text === undefined ? { _tag: "Missing" } : { _tag: "Separate", text }
}

const parseLong = (grammar: Grammar, words: ReadonlyArray<string>, at: number): Token => {
  const word = words[at] ?? ""
  const equals = word.indexOf("=")
  const dash = equals < 0 ? word : word.slice(0, equals)
  const flag = grammar.long.get(dash.slice(2))
  if (flag === undefined) return { _tag: "Unknown", flag: dash, known: [], word, rest: words.slice(at + 1) }
  const value = equals < 0 ? following(flag, words, at) : joined("=", word.slice(equals + 1))
  return { _tag: "Option", dash, flags: [flag], value }
}

const parseShort = (grammar: Grammar, words: ReadonlyArray<string>, at: number): Token => {
  const word = words[at] ?? ""
  const flags: Array<Flag> = []
  for (let letter = 1; letter < word.length; letter += 1) {
    const flag = grammar.short.get(word.charAt(letter))
    if (flag === undefined) {
      return { _tag: "Unknown", flag: `-${word.charAt(letter)}`, known: flags, word, rest: words.slice(at + 1) }
    }
    flags.push(flag)
    const next = letter + 1
    if (next === word.length) return { _tag: "Option", dash: word, flags, value: following(flag, words, at) }
    const hasEquals = word.charAt(next) === "=" && next + 1 < word.length
    if (hasEquals || takesValue(flag)) {
      const value = hasEquals ? joined("=", word.slice(next + 1)) : joined("", word.slice(next))
      return { _tag: "Option", dash: word.slice(0, next), flags, value }
    }
  }
  return { _tag: "Option", dash: word, flags, value: none }
}
