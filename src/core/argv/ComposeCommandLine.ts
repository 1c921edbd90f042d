/**
 * A Compose command line, called through docker (`docker -D compose -f a.yaml up web`), as docker's plugin (the same words) or
 * stand-alone (`docker-compose -f a.yaml up web`). Separate from `CommandLine`, so that a docker command does not load
 * Compose's grammar.
 * @module
 */
import * as Argv from "./Argv.ts"
import * as CommandLine from "./CommandLine.ts"
import { compose } from "./grammar/compose.generated.ts"
import * as Grammar from "./grammar/Grammar.ts"
import * as Traversal from "./grammar/Traversal.ts"
import { memo } from "./Memo.ts"

/**
 * Finds the Compose command in a line that `CommandLine.parse` took for `Compose`; any other line is returned as it is.
 *
 * **Details**
 *
 * The command becomes `ComposeCommand` with Compose's own name of it (`config` for `convert`), or `Other` with the path
 * `["compose", word]`, or `Uncertain`. `learned` are flags that the grammar does not have, such as those of a newer Compose.
 * Example: `ComposeCommandLine.expand(CommandLine.parse(["compose", "convert"])).command
 * // { _tag: "ComposeCommand", name: "config", path: ["compose", "convert"] }`
 * @category parsing
 */
export const expand = (
  line: CommandLine.CommandLine,
  learned: CommandLine.Learned = CommandLine.nothingLearned
): CommandLine.CommandLine => {
  if (line.command._tag !== "Compose") return line
  const words = Argv.print(line.tokens)
  const found = Traversal.find(Grammar.extend(globalGrammar, learned(["compose"])), words)
  switch (found._tag) {
    case "Unknown":
      return { ...line, command: { _tag: "Uncertain", path: ["compose"], flag: found.flag } }
    case "None":
      return { ...line, command: { _tag: "Other", path: ["compose"] } }
    case "Found":
      return command({ ...line, group: found.flags }, found.word, words.slice(found.at + 1), learned)
  }
}

/**
 * Parses the words after `docker`, Compose commands included: `CommandLine.parse`, then {@link expand}. Also for the
 * words that docker calls its Compose plugin with.
 *
 * **Example** (Compose's command, and docker's flags)
 *
 * ```ts
 * import { Argv, CommandLine, ComposeCommandLine } from "docker-shim"
 *
 * const line = ComposeCommandLine.parse(["-D", "compose", "-f", "a.yaml", "up", "web"])
 *
 * line.command // { _tag: "ComposeCommand", name: "up", path: ["compose", "up"] }
 * Argv.values(CommandLine.globals(line), "file") // ["a.yaml"]
 * ```
 * @category parsing
 */
export const parse = (
  argv: ReadonlyArray<string>,
  learned: CommandLine.Learned = CommandLine.nothingLearned
): CommandLine.CommandLine =>
  learned === CommandLine.nothingLearned ? parseOnce(argv) : expand(CommandLine.parse(argv, learned), learned)

/** Remembered, because planning starts over with each answer. */
const parseOnce = memo((argv: ReadonlyArray<string>) =>
  expand(CommandLine.parse(argv, CommandLine.nothingLearned), CommandLine.nothingLearned)
)

/**
 * Parses the words after a stand-alone `docker-compose`.
 *
 * **Details**
 *
 * Before the first word without a dash it takes some of docker's global flags as well, each as a word of its own
 * (`--host x`, `--host=x`, `-H x`, not `-Hx`), among its own and in any order; `-v` and `--version` are the command
 * `version` (docker/compose 2.40.3, `cmd/compatibility/convert.go`). They are all in `group`; `globals` is empty.
 *
 * **Gotchas**
 *
 * The scan knows nothing of values: `docker-compose -f a.yaml --context c ps` fails, as `--context` comes after
 * `a.yaml`. The result is `Uncertain` there.
 * Example: `ComposeCommandLine.parseStandalone(["-f", "a.yaml", "up"]).command
 * // { _tag: "ComposeCommand", name: "up", path: ["compose", "up"] }`
 * @category parsing
 */
export const parseStandalone = (
  argv: ReadonlyArray<string>,
  learned: CommandLine.Learned = CommandLine.nothingLearned
): CommandLine.CommandLine => {
  const start = CommandLine.bare([], { _tag: "Compose" })
  const { asVersion, dockers, own } = convert(argv)
  if (dockers.length === 0 && asVersion < 0) return expand({ ...start, tokens: CommandLine.restOf(argv) }, learned)
  // Compose sees only its own words; docker's are put back between them where they stood
  const ownWords = own.map((at) => at === asVersion ? "version" : argv[at] ?? "")
  const found = Traversal.find(Grammar.extend(globalGrammar, learned(["compose"])), ownWords)
  const uncertain = (flag: string): CommandLine.CommandLine => ({
    ...start,
    command: { _tag: "Uncertain", path: ["compose"], flag },
    tokens: CommandLine.restOf(argv)
  })
  if (found._tag === "Unknown") return uncertain(found.flag)
  if (found._tag === "None") {
    return { ...start, command: { _tag: "Other", path: ["compose"] }, tokens: CommandLine.restOf(argv) }
  }
  const at = own[found.at] ?? argv.length
  const group = Argv.parse(
    { ...Grammar.extend(standaloneGrammar, learned(["compose"])), interspersed: false },
    argv.slice(0, at)
  )
  // otherwise one of docker's flags stands between a Compose flag and its value: `-f --debug a.yaml up`
  const between = Argv.print(group.filter((token) => token._tag !== "Option" || !dockerFlags.has(token.dash)))
  if (between.join("\0") !== Argv.print(found.flags).join("\0")) return uncertain(argv[0] ?? "")
  const words = argv.slice(at + 1)
  return at === asVersion
    ? { ...start, group, word: argv[at], tokens: CommandLine.restOf(words), command: other("version") }
    : command({ ...start, group }, found.word, words, learned)
}

/**
 * Whether the word is one of docker's flags that a stand-alone `docker-compose` takes, and of which kind.
 */
const dockerFlag = (word: string): Grammar.Flag | undefined => {
  const equals = word.indexOf("=")
  const flag = dockerFlags.get(equals < 0 ? word : word.slice(0, equals))
  return flag === undefined || (equals >= 0 && (!Grammar.takesValue(flag) || !word.startsWith("--"))) ? undefined : flag
}

const standaloneFlags: ReadonlyArray<Grammar.Flag> = [
  ...Grammar.decode("tlscacert= tlscert= tlskey= host:H= context= log-level= debug:D verbose tls tlsverify").long
    .values()
].filter((flag) => flag.name !== "help")

const dockerFlags: ReadonlyMap<string, Grammar.Flag> = new Map(
  standaloneFlags.flatMap((flag): ReadonlyArray<readonly [string, Grammar.Flag]> => [
    [`--${flag.name}`, flag],
    ...(flag.shorthand === "" ? [] : [[`-${flag.shorthand}`, flag] as const])
  ])
)

/** Compose's global flags. */
const globalGrammar: Grammar.Grammar = Grammar.decode(compose[""] ?? "")

const standaloneGrammar: Grammar.Grammar = Grammar.extend(globalGrammar, standaloneFlags)

/**
 * Compose's commands by each of their names: the name the shim knows it by, and its flags in compact form.
 */
const commands: ReadonlyMap<string, { readonly name: string; readonly flags: string }> = new Map(
  Object.entries(compose).filter(([names]) => names !== "").flatMap(([names, flags]) => {
    const all = names.split(" ")
    return all.map((alias) => [alias, { name: all[0] ?? alias, flags }] as const)
  })
)

const other = (word: string): CommandLine.Command => ({ _tag: "Other", path: ["compose", word] })

const command = (
  line: CommandLine.CommandLine,
  word: string,
  words: ReadonlyArray<string>,
  learned: CommandLine.Learned
): CommandLine.CommandLine => {
  const known = commands.get(word)
  if (known === undefined) return { ...line, word, tokens: CommandLine.restOf(words), command: other(word) }
  const grammar = Grammar.extend(Grammar.decode(known.flags), learned(["compose", word]))
  return {
    ...line,
    word,
    grammar,
    tokens: Argv.parse(grammar, words),
    command: { _tag: "ComposeCommand", name: known.name, path: ["compose", word] }
  }
}

interface Converted {
  /** Where Compose's own words are. */
  readonly own: ReadonlyArray<number>
  readonly dockers: ReadonlyArray<Argv.Option>
  /** Where `-v` or `--version` stands, -1 for none. */
  readonly asVersion: number
}

/** `Convert` of docker/compose 2.40.3: sorts out docker's flags before the first word without a dash. */
const convert = (argv: ReadonlyArray<string>): Converted => {
  const own: Array<number> = []
  const dockers: Array<Argv.Option> = []
  let at = 0
  for (; at < argv.length; at += 1) {
    const word = argv[at] ?? ""
    if (word !== "" && !word.startsWith("-")) break
    const flag = dockerFlag(word)
    if (flag === undefined) {
      own.push(at)
      if (word === "-v" || word === "--version") return { own, dockers, asVersion: at }
      continue
    }
    const [token] = Argv.parse(standaloneGrammar, argv.slice(at, at + 2))
    if (token?._tag !== "Option") break
    dockers.push(token)
    at += Argv.size(token) - 1
  }
  for (; at < argv.length; at += 1) own.push(at)
  return { own, dockers, asVersion: -1 }
}
