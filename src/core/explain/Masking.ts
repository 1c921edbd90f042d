/**
 * Hides secrets in the words of a command, for showing them.
 */
import * as Argv from "../argv/Argv.ts"
import * as CommandLine from "../argv/CommandLine.ts"
import * as ComposeCommandLine from "../argv/ComposeCommandLine.ts"
import type { Program } from "../ExecPlan.ts"

/** What stands where a secret was. */
export const mask = "***"

/**
 * The words of a call with what may be a secret hidden: `run -e A=1 web` becomes `run -e A=*** web`.
 *
 * **Details**
 *
 * Hidden are all values of `--env`, those of `--build-arg` and of words such as `--api-token=x` or `DB_PASSWORD=x` whose
 * name looks like a secret's, what follows `--password`, and passwords in URLs.
 *
 * **Gotchas**
 *
 * For people. A secret under a plain name is not recognised.
 *
 * @category printing
 * @since 0.1.0
 */
export const words = (program: Program, argv: ReadonlyArray<string>): ReadonlyArray<string> => {
  const line = program === "docker-compose" && CommandLine.parse(argv).command._tag !== "Compose"
    ? ComposeCommandLine.parseStandalone(argv)
    : ComposeCommandLine.parse(argv)
  return CommandLine.print({ ...line, tokens: Argv.mapValues(line.tokens, optionValue) }).map(inPlace)
}

/**
 * A text with what may be a secret hidden, such as a value of the environment under its name.
 *
 * @category printing
 * @since 0.1.0
 */
export const assignment = (name: string, value: string): string => looksSecret(name) ? mask : url(value)

const optionValue = (flag: { readonly name: string }, value: string): string => {
  const equals = value.indexOf("=")
  const name = value.slice(0, equals)
  const isHidden = equals >= 0 && (flag.name === "env" || (flag.name === "build-arg" && looksSecret(name)))
  return isHidden ? `${name}=${mask}` : value
}

/** What can be told of a word of a command that is not parsed. */
const inPlace = (word: string, at: number, all: ReadonlyArray<string>): string => {
  const before = all[at - 1] ?? ""
  if (before === "--password") return mask
  if (before === "-e" || before === "--env") return word.replace(/=.*/s, `=${mask}`)
  const equals = word.indexOf("=")
  return equals > 0 && /^-{0,2}[\w.-]+$/.test(word.slice(0, equals)) && looksSecret(word.slice(0, equals))
    ? `${word.slice(0, equals)}=${mask}`
    : url(word)
}

const url = (text: string): string => text.replaceAll(/(:\/\/[^/:@\s]*):[^/@\s]+@/g, `$1:${mask}@`)

/** Names such as `NPM_TOKEN`, `dbPassword`, `AWS_SECRET_ACCESS_KEY`; not `MONKEY` or `AUTHOR`. */
const looksSecret = (name: string): boolean =>
  /pass(?:word|wd|phrase)|secret|token|credential|(?:api|access|private|signing|encryption)[_-]?key|(?:^|[_-])(?:auth|pass|pwd)(?:$|[_-])/i
    .test(name)
