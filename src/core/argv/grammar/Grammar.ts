/**
 * The flags of one command, as far as reading its words needs them.
 * @module
 */

/**
 * What a flag takes.
 *
 * **Details**
 *
 * - `boolean`: no value, or one behind `=` (`--rm`, `--rm=false`);
 * - `value`: one value, and the last given counts (`--name web`);
 * - `list`: one value each time, and all count (`--volume a:/b --volume c:/d`);
 * - `optional`: a value only behind `=`, which may be left out (pflag `NoOptDefVal` on other types than bool).
 * @category models
 */
export type Arity = "boolean" | "value" | "list" | "optional"

/**
 * A flag such as `-v, --volume list`: `name` is `volume`, `shorthand` is `v` or empty. `name` is empty if it is unknown: for a
 * hidden flag that was asked about by its shorthand.
 * @category models
 */
export interface Flag {
  readonly name: string
  readonly shorthand: string
  readonly arity: Arity
}

/**
 * The flags of one command, by name and by shorthand.
 *
 * **Details**
 *
 * - `interspersed`: whether flags may follow the first positional. Where they may not (`docker run`), all words behind
 *   it belong to the container.
 * - `ownHelp`: whether the command has a `--help` of its own: a `--help` before its name does not concern it then
 *   (`docker --help run web` runs `web`, `docker --help ps` shows help; docker/cli 28.5.2, run on both generations).
 * - `long` also holds other spellings of a name, which pflag's `SetNormalizeFunc` maps (`--volumes` to `volume`).
 * @category models
 */
export interface Grammar {
  readonly interspersed: boolean
  readonly ownHelp: boolean
  readonly long: ReadonlyMap<string, Flag>
  readonly short: ReadonlyMap<string, Flag>
}

/**
 * A grammar of the given flags, and the `-h, --help` that every command inherits from docker's root (docker/cli 28.5.2,
 * `cli/cobra.go`) where it has no `--help` of its own and gives `-h` no other meaning.
 * Example: `Grammar.make([], { interspersed: true, aliases: new Map() }).long.has("help") // true`
 * @category constructors
 */
export const make = (flags: ReadonlyArray<Flag>, options: {
  readonly interspersed: boolean
  readonly aliases: ReadonlyMap<string, string>
}): Grammar => {
  const long = new Map<string, Flag>()
  const short = new Map<string, Flag>()
  for (const flag of flags) {
    long.set(flag.name, flag)
    if (flag.shorthand !== "") short.set(flag.shorthand, flag)
  }
  const ownHelp = long.has("help")
  if (!ownHelp) {
    long.set("help", help)
    if (!short.has("h")) short.set("h", help)
  }
  for (const [alias, name] of options.aliases) {
    const flag = long.get(name)
    if (flag !== undefined) long.set(alias, flag)
  }
  return { interspersed: options.interspersed, ownHelp, long, short }
}

/**
 * The same grammar with more flags, such as those that `--help` of a newer version lists. Known flags stay unchanged.
 * Example: `Grammar.extend(Grammar.decode("rm"), [{ name: "new", shorthand: "", arity: "value" }]).long.has("new") // true`
 * @category constructors
 */
export const extend = (grammar: Grammar, flags: ReadonlyArray<Flag>): Grammar => {
  if (flags.length === 0) return grammar
  const long = new Map(grammar.long)
  const short = new Map(grammar.short)
  for (const flag of flags) {
    if (flag.name !== "" && !long.has(flag.name)) long.set(flag.name, flag)
    if (flag.shorthand !== "" && !short.has(flag.shorthand)) short.set(flag.shorthand, flag)
  }
  return { ...grammar, long, short }
}

/**
 * Finds the flag for `--name` or `-x`; `undefined` if there is none.
 * Example: `Grammar.find([{ name: "volume", shorthand: "v", arity: "list" }], "-v")?.name // "volume"`
 * @category accessors
 */
export const find = (flags: ReadonlyArray<Flag>, dash: string): Flag | undefined =>
  flags.find(({ name, shorthand }) =>
    dash.startsWith("--") ? name !== "" && dash === `--${name}` : shorthand !== "" && dash === `-${shorthand}`
  )

/**
 * Reads the compact form of the generated modules, such as `! rm volume:v* user:u= labels>label`.
 *
 * **Details**
 *
 * Words separated by spaces: `!` the first positional ends the flags; `name`, with `:s` its shorthand and `=` (value),
 * `*` (list) or `?` (optional) its arity, boolean without; `alias>name` another spelling of a name.
 *
 * **Example** (Three flags)
 *
 * ```ts
 * import { Grammar } from "docker-shim"
 *
 * const grammar = Grammar.decode("! rm volume:v* labels>label label:l*")
 *
 * grammar.interspersed // false
 * grammar.short.get("v") // { name: "volume", shorthand: "v", arity: "list" }
 * grammar.long.get("labels")?.name // "label"
 * ```
 * @category parsing
 */
export const decode = (text: string): Grammar => {
  const flags: Array<Flag> = []
  const aliases = new Map<string, string>()
  let interspersed = true
  for (const word of text === "" ? [] : text.split(" ")) {
    const alias = word.indexOf(">")
    if (word === "!") interspersed = false
    else if (alias > 0) aliases.set(word.slice(0, alias), word.slice(alias + 1))
    else flags.push(decodeFlag(word))
  }
  return make(flags, { interspersed, aliases })
}

/**
 * Prints the compact form that {@link decode} reads.
 * Example: `Grammar.encode([{ name: "user", shorthand: "u", arity: "value" }], { interspersed: false, aliases: new Map() })
 * // "! user:u="`
 * @category printing
 */
export const encode = (flags: ReadonlyArray<Flag>, options: {
  readonly interspersed: boolean
  readonly aliases: ReadonlyMap<string, string>
}): string =>
  [
    ...(options.interspersed ? [] : ["!"]),
    ...flags.map((flag) =>
      `${flag.name}${flag.shorthand === "" ? "" : `:${flag.shorthand}`}${
        Object.keys(arities).find((mark) => arities[mark] === flag.arity) ?? ""
      }`
    ),
    ...[...options.aliases].map(([alias, name]) => `${alias}>${name}`)
  ].join(" ")

/**
 * Whether the flag takes the next word if no value is joined to it.
 * Example: `Grammar.takesValue({ name: "rm", shorthand: "", arity: "boolean" }) // false`
 */
export const takesValue = (flag: Flag): boolean => flag.arity === "value" || flag.arity === "list"

const help: Flag = { name: "help", shorthand: "h", arity: "boolean" }

const arities: Readonly<Record<string, Arity>> = { "=": "value", "*": "list", "?": "optional" }

const decodeFlag = (word: string): Flag => {
  const arity = arities[word.charAt(word.length - 1)]
  const text = arity === undefined ? word : word.slice(0, -1)
  const colon = text.indexOf(":")
  return colon < 0
    ? { name: text, shorthand: "", arity: arity ?? "boolean" }
    : { name: text.slice(0, colon), shorthand: text.slice(colon + 1), arity: arity ?? "boolean" }
}
