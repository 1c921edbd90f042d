/**
 * Words as a POSIX shell reads them, for showing commands.
 * @module
 */

/**
 * Quotes a word so that a shell reads it as it is: `a b` becomes `'a b'`; a plain word stays plain.
 *
 * **Example** (A word with a space)
 *
 * ```ts
 * import { ShellWord } from "docker-shim"
 *
 * ShellWord.quote("a b") // "'a b'"
 * ShellWord.quote("web") // "web"
 * ```
 * @category printing
 */
export const quote = (word: string): string =>
  /^[A-Za-z0-9_\-.,:/@%+=]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
