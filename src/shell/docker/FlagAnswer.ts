/** The answer of a real program about one flag, when it is asked `COMMAND --help --flag`. */
import type { Flag } from "../../core/argv/grammar/Grammar.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"

/** The program has the flag, or does not (`Lacks`), or did not tell. */
export type FlagAnswer =
  | { readonly _tag: "Has"; readonly flag: Flag }
  | { readonly _tag: "Lacks" }
  | { readonly _tag: "Unanswered"; readonly why: string }

/** A flag that the program has. */
export const has = (flag: Flag): FlagAnswer => ({ _tag: "Has", flag })

/**
 * Reads what the program printed; `flag` is `--name` or `-x`, the last of its words.
 *
 * **Details**
 *
 * The messages are those of spf13/pflag 1.0.9 (`flag.go`, `errors.go`), the same since 1.0.0 and in every docker, Buildx and
 * Compose: `flag needs an argument: --name`, `unknown flag: --name`, `unknown shorthand flag: 'x' in -x`. A boolean, or a
 * flag whose value may be left out, shows the help.
 */
export const read = (
  ran: { readonly code: number; readonly stdout: string; readonly stderr: string },
  flag: string
): FlagAnswer => {
  const said = `${ran.stderr}\n${ran.stdout}`
  if (said.includes("flag needs an argument")) return has(named(flag, "list"))
  if (/unknown (?:shorthand )?flag|bad flag syntax|unknown command|is not a docker command/.test(said)) {
    return { _tag: "Lacks" }
  }
  if (ran.code === 0 && /^Usage:/m.test(said)) return has(named(flag, "boolean"))
  const line = said.split("\n").find((one) => one.trim() !== "") ?? `status ${String(ran.code)}`
  return {
    _tag: "Unanswered",
    why: `asked with --help, the program says ${JSON.stringify(line.slice(0, longestLine))}`
  }
}

/** In characters: a message is one line. */
const longestLine = 200

/** Reads back a remembered answer that the program has the flag. */
export const decode = (value: unknown): FlagAnswer | undefined => {
  const flag = JsonObject.field(value, "flag")
  return JsonObject.text(value, "_tag") === "Has" && isFlag(flag) ? has(flag) : undefined
}

/** Whether a value that was read back is a flag. */
export const isFlag = (value: unknown): value is Flag =>
  JsonObject.isObject(value) && typeof value["name"] === "string" && typeof value["shorthand"] === "string"
  && typeof value["arity"] === "string" && arities.has(value["arity"])

const arities: ReadonlySet<string> = new Set<Flag["arity"]>(["boolean", "value", "list", "optional"])

const named = (flag: string, arity: Flag["arity"]): Flag =>
  flag.startsWith("--")
    ? { name: flag.slice(2), shorthand: "", arity }
    : { name: "", shorthand: flag.slice(1), arity }
