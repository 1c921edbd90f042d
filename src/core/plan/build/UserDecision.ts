/** Finds out what the user decided about a build's cache on the command line, and which builds build nothing. */
import * as Argv from "../../argv/Argv.ts"

/**
 * The reason why a build with these words does not get the shared cache, such as `it has its own --cache-from`; `undefined` if
 * the user decided nothing.
 */
export const read = (tokens: ReadonlyArray<Argv.Token>): string | undefined => {
  const own = ["cache-from", "cache-to"].find((name) => Argv.has(tokens, name))
  if (own !== undefined) return `it has its own --${own}`
  const prints = ["call", "print"].find((name) => Argv.has(tokens, name))
    ?? ["check", "help"].find((name) => Argv.boolean(tokens, name) === true)
  return prints === undefined ? undefined : `with --${prints} nothing is built`
}
