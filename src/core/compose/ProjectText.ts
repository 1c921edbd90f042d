/** Finds what the text of a Compose file depends on, without parsing it. It may find too much, but never too little. */
import * as LongText from "../syntax/LongText.ts"

/**
 * The names of variables that Compose may look up for a text: those behind a `$`, and those without a value, as in
 * `args: [HTTP_PROXY, my-arg]` or on a line of an environment file. The latter can be any word.
 */
export const variables = (text: string): ReadonlyArray<string> => {
  const words = new Set(text.match(/[\w.-]+/g) ?? [])
  for (const word of [...words]) {
    // `$TAG-alpine` names `TAG`
    for (const part of word.split(/[.-]/)) words.add(part)
  }
  return [...words].filter((word) => /^[A-Za-z_]/.test(word))
}

/** Whether a text may spell a word by escapes, as YAML's `"\x41"` does. */
export const hasEscapes = (text: string): boolean =>
  ["\\x", "\\u", "\\U"].some((escape) => LongText.includes(text, escape))

/** Whether a text may name other Compose files, by `include` or `extends`. An escape could spell either. */
export const namesFiles = (text: string): boolean =>
  hasEscapes(text) || ["include", "extends"].some((word) => LongText.includes(text, word))
