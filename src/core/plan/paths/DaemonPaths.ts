/**
 * Translates the paths that the daemon opens in the words of one command, and no other.
 */
import * as Argv from "../../argv/Argv.ts"
import type { Command, CommandName } from "../../argv/CommandLine.ts"
import type { Change } from "../../ExecPlan.ts"
import type * as Facts from "../../Facts.ts"
import * as SourceTranslation from "../../paths/SourceTranslation.ts"
import * as Settings from "../../Settings.ts"
import * as Revision from "../Revision.ts"
import * as PathOptions from "./PathOptions.ts"
import * as SourceContext from "./SourceContext.ts"

/**
 * A command's tokens with the daemon's paths in them translated.
 *
 * **Details**
 *
 * `--use-api-socket` binds the socket's path literally, which cannot be given another; a notice says so where the
 * settings name the session's own.
 *
 * @category planning
 * @since 0.1.0
 */
export const revise = (
  command: CommandName,
  tokens: ReadonlyArray<Argv.Token>,
  settings: Settings.Settings,
  cwd: string,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<Argv.Token>> => {
  const syntaxes = PathOptions.of(command)
  if (syntaxes === undefined) return Revision.of(tokens)
  const context = SourceContext.make(settings, cwd, facts)
  const revised = Revision.all(tokens, (token) => reviseToken(syntaxes, token, context))
  return Settings.mapsPaths(settings) && settings.daemonSocket !== undefined
      && Argv.boolean(tokens, "use-api-socket") === true
    ? { ...revised, notices: [...revised.notices, { text: apiSocketNotice }] }
    : revised
}

/**
 * The tokens of a Compose command with the daemon's paths in them translated: those of `compose run --volume`.
 *
 * @category planning
 * @since 0.1.0
 */
export const reviseRun = (
  command: Command,
  tokens: ReadonlyArray<Argv.Token>,
  settings: Settings.Settings,
  cwd: string,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<Argv.Token>> => {
  if (command._tag !== "ComposeCommand" || command.name !== "run") return Revision.of(tokens)
  const context = SourceContext.make(settings, cwd, facts)
  return Revision.all(tokens, (token) => reviseToken(PathOptions.composeRun, token, context))
}

/**
 * The words of a command that can hold a path of the daemon's, as they stand, each with its option's name: what `explain`
 * has to say something of.
 *
 * @category accessors
 */
export const concerned = (
  command: CommandName,
  tokens: ReadonlyArray<Argv.Token>
): ReadonlyArray<{ readonly what: string; readonly value: string }> => {
  const syntaxes = PathOptions.of(command)
  return syntaxes === undefined ? [] : tokens.flatMap((token) => {
    const found = wordOf(syntaxes, token)
    return found === undefined ? [] : [{ what: found.what, value: found.value }]
  })
}

/**
 * Whether a command has anything of the daemon's paths to translate.
 *
 * @category predicates
 */
export const isConcerned = (command: CommandName, tokens: ReadonlyArray<Argv.Token>): boolean => {
  const syntaxes = PathOptions.of(command)
  return syntaxes !== undefined && (Argv.has(tokens, "use-api-socket") || tokens.some((token) => {
    const word = wordOf(syntaxes, token)
    return word !== undefined && word.syntax.sources(word.value).length > 0
  }))
}

const apiSocketNotice =
  "--use-api-socket gives the container the daemon's /var/run/docker.sock, not DOCKER_SHIM_DAEMON_SOCKET; "
  + "bind /var/run/docker.sock with --volume instead"

interface Word {
  readonly what: string
  readonly value: string
  readonly syntax: PathOptions.Syntax
  readonly withValue: (value: string) => Argv.Token
}

/** A token's word that can hold paths; of words that are no options only those that do. */
const wordOf = (syntaxes: PathOptions.Syntaxes, token: Argv.Token): Word | undefined => {
  if (token._tag === "Positional") {
    const syntax = syntaxes.get(PathOptions.positional)
    return syntax === undefined || syntax.sources(token.word).length === 0
      ? undefined
      : { what: "setting", value: token.word, syntax, withValue: Argv.positional }
  }
  if (token._tag !== "Option") return undefined
  const name = token.flags.at(-1)?.name ?? ""
  const syntax = syntaxes.get(name)
  const value = Argv.valueOf(token)
  return syntax === undefined || value === undefined
    ? undefined
    : { what: `--${name}`, value, syntax, withValue: (text) => Argv.withValue(token, text) }
}

const reviseToken = (
  syntaxes: PathOptions.Syntaxes,
  token: Argv.Token,
  context: SourceTranslation.Context
): Revision.Revision<Argv.Token> => {
  const word = wordOf(syntaxes, token)
  if (word === undefined) return Revision.of(token)
  const sources = word.syntax.sources(word.value)
  const translations = sources.map((source) => SourceTranslation.translate(source, context))
  const questions = translations.flatMap((one) => one._tag === "Asks" ? one.paths : [])
  if (questions.length > 0) {
    return Revision.of(token, { questions: questions.map((path) => ({ _tag: "RealPath", path }) as const) })
  }
  return reviseWord(token, word, sources, translations)
}

/** The word with what became of its paths. */
const reviseWord = (
  token: Argv.Token,
  { syntax, value, what, withValue }: Word,
  sources: ReadonlyArray<string>,
  translations: ReadonlyArray<SourceTranslation.Translation>
): Revision.Revision<Argv.Token> => {
  const reasons = translations.flatMap((one) => one._tag === "Unchanged" ? [one.why] : [])
  const warnings = translations.flatMap((one) => one._tag === "Asks" ? [] : one.warning ?? [])
  const notices = [...new Set(warnings)].map((warning) => ({ text: `${what} ${value}: ${warning}` }))
  const changed = translations.filter((one) => one._tag === "Translated")
  if (changed.length === 0) {
    const why = warnings[0] ?? reasons[0] ?? "it holds no path that the daemon opens"
    return Revision.of(token, { notices, leftAlone: [{ what, value, why }] })
  }
  const paths = translations.map((one, at) => one._tag === "Translated" ? one.source : sources[at] ?? "")
  const translated = syntax.withSources(value, paths)
  if (translated === undefined) {
    const why = `the daemon's path ${paths.join(", ")} cannot be written there${
      what === "--volume" ? "; use --mount" : ""
    }`
    return Revision.of(token, {
      notices: [{ text: `${what} ${value}: ${why}` }],
      leftAlone: [{ what, value, why }]
    })
  }
  const why = [...new Set(changed.map((one) => one.why))].join("; ")
  return Revision.of(withValue(translated), {
    notices,
    changes: [{ what, from: value, to: translated, why } satisfies Change]
  })
}
