/** Finds what the text of a Compose file depends on, without parsing it. It may find too much, but never too little. */
import * as LongText from "../syntax/LongText.ts"

/**
 * The names of variables that Compose may look up for a text: those behind a `$`, and words that are written like names of
 * variables, as in `args: [HTTP_PROXY]`.
 */
export const variables = (text: string): ReadonlyArray<string> => [
  ...new Set([
    ...[...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name = ""]) => name),
    ...(text.match(/\b(?:[A-Z_][A-Z0-9_]*|[a-z]+_proxy)\b/g) ?? [])
  ])
]

/** Whether a text may name other Compose files, by `include` or `extends`. An escape could spell either. */
export const namesFiles = (text: string): boolean =>
  ["include", "extends", "\\x", "\\u", "\\U"].some((word) => LongText.includes(text, word))
