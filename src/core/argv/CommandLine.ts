/**
 * A whole docker command line: global flags, the command's words, and its own words.
 * @module
 */
import * as Argv from "./Argv.ts"
import { docker } from "./grammar/docker.generated.ts"
import * as Grammar from "./grammar/Grammar.ts"
import * as Traversal from "./grammar/Traversal.ts"
import { memo } from "./Memo.ts"
import type { CommandName } from "./TreatedCommands.ts"
import * as TreatedCommands from "./TreatedCommands.ts"

export type { CommandName }

/**
 * The command in a command line.
 *
 * **Details**
 *
 * - `Docker`: a command that the shim may change. `path` are the words typed for it, such as `["container", "run"]`.
 *   `misforwarded`: docker hands builds to buildx by replacing the first such word in *all* words, so with `docker -c build
 *   build .` it replaces the context's name, and prints help instead of building (docker/cli 26.1.5 and 28.5.2,
 *   `cmd/docker/builder.go`, `forwardBuilder`; run). Where docker does not forward (legacy builder), such a line works.
 * - `Compose`: `docker compose …`; what follows is in `Rest`, for `ComposeCommandLine.expand`.
 * - `ComposeCommand`: made by `ComposeCommandLine`, such as `docker compose up`; `name` is Compose's first name of it.
 * - `Other`: any other command, including `help`, `__complete` and no command at all. `path` are its words, as far as the shim
 *   knows them.
 * - `Uncertain`: an unknown flag stands before the command, so nobody can say which word is the command. `path` are the words
 *   before the flag, none for docker's own.
 * @category models
 */
export type Command =
  | {
    readonly _tag: "Docker"
    readonly name: CommandName
    readonly path: ReadonlyArray<string>
    readonly misforwarded: boolean
  }
  | { readonly _tag: "Compose" }
  | { readonly _tag: "ComposeCommand"; readonly name: string; readonly path: ReadonlyArray<string> }
  | { readonly _tag: "Other"; readonly path: ReadonlyArray<string> }
  | { readonly _tag: "Uncertain"; readonly path: ReadonlyArray<string>; readonly flag: string }

/**
 * Flags that the grammar lacks, by the words of their command: no words for docker's global flags, `["buildx"]` for a group's,
 * `["container", "run"]`, `["compose", "up"]`.
 * @category models
 */
export type Learned = (path: ReadonlyArray<string>) => ReadonlyArray<Grammar.Flag>

/** No flags besides the grammar's. Example: `CommandLine.nothingLearned(["run"]) // []` */
export const nothingLearned: Learned = () => []

/**
 * A command line in its parts, in this order: `globals` `groupWord` `group` `word` `tokens`, as in
 * `docker` `-D` `buildx` `--builder x` `build` `-t app .`.
 *
 * **Details**
 *
 * - `globals`: docker's global flags, and a `--` that docker skips.
 * - `group`: flags between the group's word and the command's. For `docker-compose` (stand-alone) there is no group
 *   word, and docker's and Compose's global flags stand here, in the order given.
 * - `grammar`: by which `tokens` were parsed. Commands the shim does not treat have all their words in one `Rest`.
 * @category models
 */
export interface CommandLine {
  readonly globals: ReadonlyArray<Argv.Token>
  readonly groupWord: string | undefined
  readonly group: ReadonlyArray<Argv.Token>
  readonly word: string | undefined
  readonly tokens: ReadonlyArray<Argv.Token>
  readonly command: Command
  readonly grammar: Grammar.Grammar
}

/**
 * Parses the words after `docker`, such as `--context c run -it web sh`. Any words can be parsed; `print` gives them
 * back.
 *
 * **Details**
 *
 * docker reads its global flags up to the first positional (docker/cli 28.5.2, `cli/cobra.go`, `HandleGlobalFlags`), and
 * finds the command of a group by cobra's `Traverse`. `learned` are flags that the grammar does not have.
 *
 * **Example** (A line taken apart)
 *
 * ```ts
 * import { Argv, CommandLine } from "docker-shim"
 *
 * const line = CommandLine.parse(["--context", "c", "run", "-it", "web", "sh"])
 *
 * line.word // "run"
 * Argv.value(CommandLine.globals(line), "context") // "c"
 * Argv.boolean(line.tokens, "tty") // true
 * CommandLine.print(line).join(" ") // "--context c run -it web sh"
 * ```
 * @category parsing
 */
export const parse = (argv: ReadonlyArray<string>, learned: Learned = nothingLearned): CommandLine =>
  learned === nothingLearned ? parseOnce(argv) : parseWith(argv, learned)

const parseWith = (argv: ReadonlyArray<string>, learned: Learned): CommandLine => {
  const parsed = Argv.parse(Grammar.extend(globalGrammar, learned([])), argv)
  const first = parsed.findIndex((token) => token._tag === "Positional")
  const globals = first < 0 ? parsed : parsed.slice(0, first)
  const flag = Argv.unknownFlag(globals)
  if (first < 0) return bare(globals, flag === undefined ? other([]) : { _tag: "Uncertain", path: [], flag })
  const at = globals.reduce((sum, token) => sum + Argv.size(token), 0)
  const word = argv[at] ?? ""
  const words = argv.slice(at + 1)
  if (word === "compose") {
    return { ...bare(globals, { _tag: "Compose" }), groupWord: word, tokens: restOf(words) }
  }
  return !TreatedCommands.groups.has(word)
    ? command(bare(globals, other([word])), [word], words, argv, learned)
    : inGroup(globals, word, words, argv, learned)
}

/** The result is remembered, because planning starts over with each answer, and a command can have hundreds of mounts. */
const parseOnce = memo((argv: ReadonlyArray<string>) => parseWith(argv, nothingLearned))

/**
 * Prints a command line as the words it was parsed from.
 * Example: `CommandLine.print(CommandLine.parse(["-D", "run", "web"])) // ["-D", "run", "web"]`
 * @category printing
 */
export const print = (line: CommandLine): Array<string> => [
  ...Argv.print(line.globals),
  ...(line.groupWord === undefined ? [] : [line.groupWord]),
  ...Argv.print(line.group),
  ...(line.word === undefined ? [] : [line.word]),
  ...Argv.print(line.tokens)
]

/**
 * The flags before the command, docker's and the group's, such as `--context c` and `--builder x` of
 * `docker --context c buildx --builder x build .`.
 * Example: `Argv.value(CommandLine.globals(CommandLine.parse(["buildx", "--builder", "x", "build"])), "builder") // "x"`
 * @category accessors
 */
export const globals = (line: CommandLine): ReadonlyArray<Argv.Token> => [...line.globals, ...line.group]

/**
 * Whether the command would show its help instead of doing anything, as in `docker run --help`.
 *
 * **Details**
 *
 * The last `--help`, `--help=false` or `-h` counts, wherever it stands: the flag is one for all levels, except for
 * commands that have their own (`docker --help run web` runs `web`). Behind the first positional of `run` it is the
 * container's.
 * Example: `CommandLine.isHelp(CommandLine.parse(["run", "--help"])) // true`
 * @category accessors
 */
export const isHelp = (line: CommandLine): boolean => asksForHelp(line)

const asksForHelp = memo((line: CommandLine): boolean =>
  Argv.boolean(line.grammar.ownHelp ? line.tokens : [...globals(line), ...line.tokens], "help") === true
)

/**
 * The unknown flag, before the command or after it; `undefined` if all flags are known.
 * Example: `CommandLine.unknownFlag(CommandLine.parse(["--new", "run", "web"])) // "--new"`
 * @category accessors
 */
export const unknownFlag = (line: CommandLine): string | undefined => unknown(line)?.flag

/**
 * The unknown flag, and the words of its command, as {@link Learned} takes them.
 * Example: `CommandLine.unknown(CommandLine.parse(["run", "--new", "web"])) // { path: ["run"], flag: "--new" }`
 * @category accessors
 */
export const unknown = (
  { command, tokens }: CommandLine
): { readonly path: ReadonlyArray<string>; readonly flag: string } | undefined => {
  if (command._tag === "Uncertain") return { path: command.path, flag: command.flag }
  const flag = Argv.unknownFlag(tokens)
  return flag === undefined || command._tag === "Compose" ? undefined : { path: command.path, flag }
}

/**
 * Adds words right after the command, before the user's own: `docker buildx build` *here* `-t app .`. The user's value of a
 * flag that counts once stays the last one, and wins.
 * Example:
 * `CommandLine.print(CommandLine.insert(CommandLine.parse(["run", "web"]), [Argv.option("rm")])) // ["run", "--rm", "web"]`
 * @category rewriting
 */
export const insert = (line: CommandLine, tokens: ReadonlyArray<Argv.Token>): CommandLine => ({
  ...line,
  tokens: [...tokens, ...line.tokens]
})

/**
 * A line with nothing behind its global flags.
 * Example: `CommandLine.print(CommandLine.bare([Argv.option("debug")], { _tag: "Compose" })) // ["--debug"]`
 */
export const bare = (globals: ReadonlyArray<Argv.Token>, command: Command): CommandLine => ({
  globals,
  groupWord: undefined,
  group: [],
  word: undefined,
  tokens: [],
  command,
  grammar: opaque
})

/** Words that the shim does not parse. Example: `CommandLine.restOf(["ls"]) // [{ _tag: "Rest", words: ["ls"] }]` */
export const restOf = (words: ReadonlyArray<string>): ReadonlyArray<Argv.Token> =>
  words.length === 0 ? [] : [Argv.rest(words)]

/** Docker's global flags. */
export const globalGrammar: Grammar.Grammar = { ...Grammar.decode(docker[""] ?? ""), interspersed: false }

const opaque: Grammar.Grammar = Grammar.decode("")

const other = (path: ReadonlyArray<string>): Command => ({ _tag: "Other", path })

const inGroup = (
  globals: ReadonlyArray<Argv.Token>,
  groupWord: string,
  words: ReadonlyArray<string>,
  argv: ReadonlyArray<string>,
  learned: Learned
): CommandLine => {
  const name = TreatedCommands.groups.get(groupWord) ?? ""
  const grammar = Grammar.extend(name === "" ? opaque : Grammar.decode(docker[name] ?? ""), learned([groupWord]))
  const found = Traversal.find(grammar, words)
  const line = { ...bare(globals, other([groupWord])), groupWord }
  if (found._tag === "Unknown") {
    return { ...line, command: { _tag: "Uncertain", path: [groupWord], flag: found.flag }, tokens: restOf(words) }
  }
  if (found._tag === "None") return { ...line, tokens: restOf(words) }
  return command({ ...line, group: found.flags }, [groupWord, found.word], words.slice(found.at + 1), argv, learned)
}

/** The line with its last word of the command's path, and the words behind that. */
const command = (
  line: CommandLine,
  path: ReadonlyArray<string>,
  words: ReadonlyArray<string>,
  argv: ReadonlyArray<string>,
  learned: Learned
): CommandLine => {
  const word = path.at(-1) ?? ""
  const name = path.some((one) => one.includes(" ")) ?
    undefined
    : TreatedCommands.commands.get(path.join(" "))
  if (name === undefined) return { ...line, word, tokens: restOf(words), command: other(path) }
  const grammar = Grammar.extend(Grammar.decode(docker[name] ?? ""), learned(path))
  return {
    ...line,
    word,
    grammar,
    tokens: Argv.parse(grammar, words),
    command: { _tag: "Docker", name, path, misforwarded: isMisforwarded(line, path, argv) }
  }
}

const isMisforwarded = (
  line: CommandLine,
  path: ReadonlyArray<string>,
  argv: ReadonlyArray<string>
): boolean => {
  const replaced = path[0] === "image" ? path : path.slice(0, 1)
  if (!forwarded.has(replaced.join(" ")) || (path[0] === "image" && line.group.length > 0)) return false
  return indexOf(argv, replaced) !== Argv.print(line.globals).length
}

/** The commands that docker forwards to buildx (docker/cli 28.5.2, `cmd/docker/builder.go`, `forwardBuilder`). */
const forwarded: ReadonlySet<string> = new Set(["build", "image build", "builder"])

/** Docker's own search, which does not look again at the word at which a partial match ended. */
const indexOf = (words: ReadonlyArray<string>, sought: ReadonlyArray<string>): number => {
  let matched = 0
  for (const [at, word] of words.entries()) {
    matched = word === sought[matched] ? matched + 1 : 0
    if (matched === sought.length) return at + 1 - matched
  }
  return -1
}
