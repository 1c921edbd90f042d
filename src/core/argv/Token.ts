/**
 * The pieces of a command's words.
 */
import type { Flag } from "./grammar/Grammar.ts"

/**
 * How an option's value is spelled.
 *
 * **Details**
 *
 * - `None`: there is none (`--rm`).
 * - `Joined`: in the same word, with `=` between or nothing (`--volume=a:/b`, `-v=a:/b`, `-va:/b`).
 * - `Separate`: the next word, whatever it looks like.
 * - `Missing`: the flag takes a value and is the last word; Docker refuses it.
 */
export type Value =
  | { readonly _tag: "None" }
  | { readonly _tag: "Joined"; readonly separator: "=" | ""; readonly text: string }
  | { readonly _tag: "Separate"; readonly text: string }
  | { readonly _tag: "Missing" }

/**
 * One flag with its value, or a group of shorthands whose last may have one, such as `--volume=a:/b` or
 * `-itv a:/b`: `dash` is the word up to the value (`--volume`, `-itv`), `flags` what it names, in order; a value is the
 * last one's.
 */
export interface Option {
  readonly _tag: "Option"
  readonly dash: string
  readonly flags: ReadonlyArray<Flag>
  readonly value: Value
}

/**
 * One piece of a command's words.
 *
 * **Details**
 *
 * - `Option`: see {@link Option}.
 * - `Positional`: a word that is no flag, the lone `-` and empty words included.
 * - `Terminator`: the first `--`.
 * - `Rest`: the words behind the first positional of a command such as `run`: they belong to the container.
 * - `Unknown`: a word with a flag that the grammar does not have (`flag`, such as `--new` or `-Z`) or that is none (`---x`),
 *   and all words behind it. Their meaning depends on whether the flag takes a value, so they are not parsed; `known` are the
 *   shorthands before it in the same word.
 */
export type Token =
  | Option
  | { readonly _tag: "Positional"; readonly word: string }
  | { readonly _tag: "Terminator" }
  | { readonly _tag: "Rest"; readonly words: ReadonlyArray<string> }
  | {
    readonly _tag: "Unknown"
    readonly flag: string
    readonly known: ReadonlyArray<Flag>
    readonly word: string
    readonly rest: ReadonlyArray<string>
  }
