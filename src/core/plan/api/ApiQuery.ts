/**
 * Paths of the daemon's in the query of a request's target, such as `/containers/x/start?checkpoint-dir=%2Fhome%2Fretro`. All
 * that is not such a path stays as it was written.
 */

/** A value of a query: where it stands in the target, and what it says. */
export interface Parameter {
  readonly start: number
  readonly end: number
  readonly value: string
}

/**
 * The values of the parameters of a name; `undefined` if one of them is not UTF-8.
 *
 * **Details**
 *
 * `;` counts as `&` does: it did for Go before 1.17 (docker 20.10), and later ones refuse it (`net/url`). A word with an escape
 * that is none is no parameter, and refused by all of them.
 */
export const find = (target: string, name: string): ReadonlyArray<Parameter> | undefined => {
  const found: Array<Parameter> = []
  const from = target.indexOf("?") + 1
  if (from === 0) return found
  let start = from
  for (const word of target.slice(from).split(/[&;]/)) {
    const equals = word.includes("=") ? word.indexOf("=") : word.length
    const isEscaped = !/%(?![0-9A-Fa-f]{2})/.test(word)
    if (isEscaped && decode(word.slice(0, equals)) === name) {
      const value = decode(word.slice(equals + 1))
      if (value === undefined) return undefined
      found.push({ start: start + equals + 1, end: start + word.length, value })
    }
    start += word.length + 1
  }
  return found
}

/** The target with other values in the places of some. */
export const replace = (
  target: string,
  values: ReadonlyArray<{ readonly at: Parameter; readonly value: string }>
): string =>
  values.reduceRight(
    (text, { at, value }) =>
      text.slice(0, at.start) + encodeURIComponent(value).replaceAll("%2F", "/") + text.slice(at.end),
    target
  )

/** Decodes a word as UTF-8; each character of a target is one byte. `undefined` if the bytes are not UTF-8. */
const decode = (word: string): string | undefined => {
  try {
    return decodeURIComponent(word.replaceAll("+", "%20").replaceAll(/[\x80-\xff]/g, (byte) => `%${hex(byte)}`))
  } catch {
    return undefined // the one thing that it throws for, once all escapes are well-formed
  }
}

const hex = (byte: string): string => byte.charCodeAt(0).toString(16)
