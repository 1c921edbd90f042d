/**
 * How cobra finds a command among the words of its group.
 */
import * as Argv from "../Argv.ts"
import { type Flag, type Grammar, takesValue } from "./Grammar.ts"

/**
 * The result of the search.
 *
 * **Details**
 *
 * - `Found`: the command's word, where it stands, and the group's flags before it.
 * - `None`: no word is one: the group itself is run (and shows its help).
 * - `Unknown`: a flag stands before it that the grammar does not have.
 */
export type Traversal =
  | { readonly _tag: "Found"; readonly word: string; readonly at: number; readonly flags: ReadonlyArray<Argv.Token> }
  | { readonly _tag: "None" }
  | { readonly _tag: "Unknown"; readonly flag: string }

/**
 * Finds the command's word among the words after a group's, such as `up` in `-f a.yaml --profile dev up`.
 *
 * **Details**
 *
 * spf13/cobra 1.9.1, `Command.Traverse`, which is not pflag: a word `--x`, and a word `-x` of two characters, asks for
 * a value whenever it is not known to be a boolean, also as the value of the flag before it; a group such as `-vp` never
 * does. So `--` swallows the command, and the result is `None`. The flags found are then read by pflag.
 */
export const find = (grammar: Grammar, words: ReadonlyArray<string>): Traversal => {
  let awaitsValue = false
  for (const [at, word] of words.entries()) {
    const asked = asksForValue(grammar, word)
    if (asked !== undefined) awaitsValue = asked
    else if (awaitsValue) awaitsValue = false
    else if (!/^-[^-]|^--./s.test(word)) return found(grammar, words, word, at)
  }
  const flag = Argv.unknownFlag(Argv.parse({ ...grammar, interspersed: false }, words))
  return flag === undefined ? { _tag: "None" } : { _tag: "Unknown", flag }
}

const found = (grammar: Grammar, words: ReadonlyArray<string>, word: string, at: number): Traversal => {
  const flags = Argv.parse({ ...grammar, interspersed: false }, words.slice(0, at))
  const flag = Argv.unknownFlag(flags)
  return flag === undefined ? { _tag: "Found", word, at, flags } : { _tag: "Unknown", flag }
}

/** Whether a value follows the word; `undefined` if the word does not tell. */
const asksForValue = (grammar: Grammar, word: string): boolean | undefined => {
  if (word.includes("=") || !word.startsWith("-")) return undefined
  if (word.startsWith("--")) return asks(grammar.long.get(word.slice(2)))
  return word.length === 2 && asks(grammar.short.get(word.slice(1))) ? true : undefined
}

const asks = (flag: Flag | undefined): boolean => flag === undefined || takesValue(flag)
