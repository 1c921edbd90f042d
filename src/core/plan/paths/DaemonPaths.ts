/** Translates those paths in a command's words that the daemon opens, and no others. */
import * as Argv from "../../argv/Argv.ts"
import type { CommandLine } from "../../argv/CommandLine.ts"
import { memo } from "../../argv/Memo.ts"
import type { CommandName } from "../../argv/TreatedCommands.ts"
import * as SourceTranslation from "../../paths/SourceTranslation.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"
import * as PathOptions from "./PathOptions.ts"
import * as PathTranslation from "./PathTranslation.ts"

/**
 * A command's tokens with their daemon paths translated.
 *
 * **Details**
 *
 * `--use-api-socket` binds the socket's path literally, which cannot be given another; a notice says so where the settings name
 * the session's own.
 */
export const translate = (
  command: CommandName,
  tokens: ReadonlyArray<Argv.Token>,
  situation: Situation
): Planning.Planning<ReadonlyArray<Argv.Token>> => {
  const syntaxes = PathOptions.forCommand(command)
  if (syntaxes === undefined) return Planning.of(tokens)
  const { invocation, settings } = situation
  const context = PathTranslation.context(settings, invocation.cwd)
  const translated = Planning.flatMap(
    tellDoubtful(syntaxes, tokens, context, situation),
    () => translateAll(syntaxes, tokens, context, situation)
  )
  return SourceTranslation.mapsPaths(settings) && settings.daemonSocket !== undefined
      && Argv.boolean(tokens, "use-api-socket") === true
    ? Planning.mapGains(translated, ({ notices }) => ({ notices: [...notices, { text: apiSocketNotice }] }))
    : translated
}

/** A line for each setting of a plugin whose value, if it is a path, would be translated. */
const tellDoubtful = (
  syntaxes: PathOptions.Syntaxes,
  tokens: ReadonlyArray<Argv.Token>,
  context: SourceTranslation.Context,
  situation: Situation
): Planning.Planning<undefined> => {
  if (!syntaxes.has(PathOptions.positional)) return Planning.of(undefined)
  const words = Argv.positionals(tokens).map((value) => ({ what: "setting", value, syntax: PathOptions.possible }))
  const read = words.map(PathTranslation.read).filter(({ sources }) => sources.length > 0)
  return PathTranslation.leave(read, doubtfulSetting, context, situation)
}

const doubtfulSetting =
  "it is not translated, because it may be a value; NAME.source=PATH of a mount and NAME.path=PATH of a device are"

/** The tokens of a Compose command with their daemon paths translated: those of `compose run --volume`. */
export const translateRun = (
  { command, tokens }: CommandLine,
  situation: Situation
): Planning.Planning<ReadonlyArray<Argv.Token>> => {
  if (command._tag !== "ComposeCommand" || command.name !== "run") return Planning.of(tokens)
  const context = PathTranslation.context(situation.settings, situation.invocation.cwd)
  return translateAll(PathOptions.composeRun, tokens, context, situation)
}

/**
 * The words of a command that can contain a daemon path, unchanged, each with its option's name. `explain` mentions each of
 * them.
 */
export const concerned = (
  command: CommandName,
  tokens: ReadonlyArray<Argv.Token>
): ReadonlyArray<{ readonly what: string; readonly value: string }> => {
  const syntaxes = PathOptions.forCommand(command)
  const words = syntaxes === undefined ? [] : wordsOf(tokens)(syntaxes)
  return words.flatMap((found) => found === undefined ? [] : [{ what: found.what, value: found.value }])
}

/** Whether a command has daemon paths to translate. */
export const isConcerned = (command: CommandName, tokens: ReadonlyArray<Argv.Token>): boolean => {
  const syntaxes = PathOptions.forCommand(command)
  return syntaxes !== undefined
    && (wordsOf(tokens)(syntaxes).some((word) => word !== undefined && word.sources.length > 0)
      || Argv.has(tokens, "use-api-socket"))
}

const apiSocketNotice =
  "--use-api-socket gives the container the daemon's /var/run/docker.sock, not DOCKER_SHIM_DAEMON_SOCKET; "
  + "bind /var/run/docker.sock with --volume instead"

/** The words of tokens that can hold paths, in their places. Both tokens and syntaxes are the same each time it is planned. */
const wordsOf = memo((tokens: ReadonlyArray<Argv.Token>) =>
  memo((syntaxes: PathOptions.Syntaxes) => tokens.map((token) => wordOf(syntaxes, token)))
)

/** A token's word that can hold paths; of words that are no options only those that do. */
const wordOf = (syntaxes: PathOptions.Syntaxes, token: Argv.Token): PathTranslation.ReadWord | undefined => {
  if (token._tag === "Positional") {
    const syntax = syntaxes.get(PathOptions.positional)
    if (syntax === undefined) return undefined
    const word = PathTranslation.read({ what: "setting", value: token.word, syntax })
    return word.sources.length === 0 ? undefined : word
  }
  if (token._tag !== "Option") return undefined
  const name = token.flags.at(-1)?.name ?? ""
  const syntax = syntaxes.get(name)
  const value = Argv.valueOf(token)
  return syntax === undefined || value === undefined
    ? undefined
    : PathTranslation.read({ what: `--${name}`, value, syntax })
}

/** The token with another text in the place of its word. */
const withText = (token: Argv.Token, text: string): Argv.Token =>
  token._tag === "Option" ? Argv.withValue(token, text) : Argv.positional(text)

const translateAll = (
  syntaxes: PathOptions.Syntaxes,
  tokens: ReadonlyArray<Argv.Token>,
  context: SourceTranslation.Context,
  situation: Situation
): Planning.Planning<ReadonlyArray<Argv.Token>> => {
  const words = wordsOf(tokens)(syntaxes)
  const concerned = words.filter((word) => word !== undefined)
  return Planning.map(PathTranslation.words(concerned, context, situation), (texts) => {
    let next = 0
    return tokens.map((token, at) => {
      const word = words[at]
      if (word === undefined) return token
      const text = texts[next] ?? word.value
      next += 1
      return text === word.value ? token : withText(token, text)
    })
  })
}
