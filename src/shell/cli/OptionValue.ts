/** Reads the value of an option that is more than a text. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as CacheMount from "../../core/cache/CacheMount.ts"
import type { UsageError } from "./Call.ts"

/**
 * The value as `parse` reads it, such as `20GB` of `--max-size 20GB`; `fallback` if the option was not given. If `parse`
 * returns `undefined`, the call is wrong, and the message says which value is `wanted`.
 */
export const read = <A, B>(
  name: string,
  given: Option.Option<string>,
  parse: (text: string) => A | undefined,
  fallback: B,
  wanted: string
): Effect.Effect<A | B, UsageError> => {
  if (Option.isNone(given)) return Effect.succeed(fallback)
  const parsed = parse(given.value)
  return parsed === undefined
    ? Effect.fail({ _tag: "UsageError", text: `--${name} ${JSON.stringify(given.value)} is not accepted; ${wanted}` })
    : Effect.succeed(parsed)
}

/** The value of `--scope NAME`, if it is given. */
export const readScope = (given: Option.Option<string>): Effect.Effect<string | undefined, UsageError> =>
  Option.isSome(given) && !CacheMount.isScope(given.value)
    ? Effect.fail({ _tag: "UsageError", text: `--scope ${JSON.stringify(given.value)} is not accepted: ${scopeRule}` })
    : Effect.succeed(Option.getOrUndefined(given))

/** The rule for a scope's name; see `CacheMount.isScope`. */
export const scopeRule = "a name has 1 to 64 letters, digits, _, . and -, and begins with a letter or digit"
