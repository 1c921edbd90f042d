/**
 * What a terminal would obey instead of showing it.
 */

/** Whether a text holds such a character, the ends of its lines included. */
export const isObeyed = (text: string): boolean =>
  Array.from(text).some((character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0xd800 && code <= 0xdfff)
      || /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/.test(character)
  })

/**
 * Names that a file can have: one that writes to the clipboard, one that ends its line and looks like another, one that goes
 * back to the start of its line, one in C1, one that turns its direction, one that changes colours.
 */
export const names: ReadonlyArray<string> = [
  "a\u001b]52;c;aGk=\u0007",
  "b\nremoved 3 entries",
  "c\rok",
  "d\u009b2K",
  "e\u202etxt.exe",
  "f\u001b[31m"
]
