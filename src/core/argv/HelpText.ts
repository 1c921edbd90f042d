/**
 * Parses the output of `docker run --help` and the like: the format of cobra and pflag with docker's template.
 * @module
 */
import type { Arity, Flag } from "./grammar/Grammar.ts"

/**
 * One help text.
 *
 * **Details**
 *
 * - `aliases`: other names of the command, the last word of each (`ps` of `docker container ps`), its own name included.
 * - `subcommands`: the names under `Commands:` and the like, plugins (marked `*`) without their mark.
 * - `flags`: the flags under `Options:` or `Flags:`, in order. Docker does not print hidden flags.
 * @category models
 */
export interface HelpText {
  readonly aliases: ReadonlyArray<string>
  readonly subcommands: ReadonlyArray<string>
  readonly flags: ReadonlyArray<Flag>
}

/**
 * Parses the help of one command; a text that is no help gives an empty result.
 *
 * **Details**
 *
 * A flag's line is `  -v, --volume list   Bind mount a volume`: exactly that indent (what is wrapped stands further
 * right), then the name, then, after one space, the type that a boolean lacks, then at least three spaces (spf13/pflag
 * 1.0.9, `FlagUsagesWrapped`). `string[="x"]` is a value that may be left out.
 *
 * **Example** (One flag)
 *
 * ```ts
 * import { HelpText } from "docker-shim"
 *
 * const help = HelpText.parse("Usage:  docker run IMAGE\n\nOptions:\n  -v, --volume list   Bind mount a volume\n")
 *
 * help.flags // [{ name: "volume", shorthand: "v", arity: "list" }]
 * ```
 * @category parsing
 */
export const parse = (text: string): HelpText => {
  const aliases: Array<string> = []
  const subcommands: Array<string> = []
  const flags: Array<Flag> = []
  let section = ""
  for (const line of text.split(/\r?\n/)) {
    if (/^\S/.test(line)) section = line.trimEnd()
    else if (section === "Aliases:") aliases.push(...lastWords(line))
    else if (/(?:Options|Flags):$/.test(section)) {
      const flag = parseFlag(line)
      if (flag !== undefined) flags.push(flag)
    } else if (section.endsWith("Commands:")) {
      const name = /^ {2}([a-z][\w-]*)\*?(?: |$)/.exec(line)?.[1]
      if (name !== undefined) subcommands.push(name)
    }
  }
  return { aliases, subcommands, flags }
}

const flagLine = /^ {2}(?:-(\S), | {4})--([^\s[=]+)(?: (?! )(.+?))?(\[=.*?\])?(?: {2,}|$)/

const parseFlag = (line: string): Flag | undefined => {
  const [, shorthand, name, type, optional] = flagLine.exec(line) ?? []
  return name === undefined ? undefined : { name, shorthand: shorthand ?? "", arity: arity(type, optional) }
}

const arity = (type: string | undefined, optional: string | undefined): Arity => {
  if (optional !== undefined) return "optional"
  // no type has a space: pflag took a backquoted phrase of a boolean's description for one (`compose exec --no-TTY`)
  if (type === undefined || type.includes(" ")) return "boolean"
  return lists.has(type) ? "list" : "value"
}

/** Types of docker, buildx and Compose flags that may be repeated, each time adding to what was given. */
const lists: ReadonlySet<string> = new Set([
  "config",
  "filter",
  "gpu-request",
  "ipNetSlice",
  "list",
  "map",
  "mount",
  "network",
  "port",
  "pref",
  "scale",
  "secret",
  "stringArray",
  "stringSlice",
  "stringToString",
  "strings",
  "ulimit"
])

const lastWords = (line: string): ReadonlyArray<string> =>
  line.split(",").flatMap((name) => name.trim().split(" ").slice(-1)).filter((name) => name !== "")
