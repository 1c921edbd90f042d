/** Finds what the text of a Compose file depends on, without parsing it. It may find too much, but never too little. */

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
  // QuickJS splits a long text many times faster than it tells whether a word is in it
  ["include", "extends", "\\x", "\\u", "\\U"].some((word) => text.split(word, 2).length > 1)
