/** The page of a `docker-shim` command: one description for its help, its parser and its completions. */
import * as Options from "@effect/cli/Options"
import type * as Option from "effect/Option"
import * as Paragraph from "../../core/syntax/Paragraph.ts"
import * as Terminal from "./Terminal.ts"

/**
 * An option, such as `--dir DIRECTORY`; without `value` it is a switch. `short` is its other spelling, `f` for `-f`.
 */
export interface OptionPage {
  readonly name: string
  readonly short?: string
  readonly value?: string
  readonly text: string
}

/**
 * A command, such as `docker-shim explain`.
 *
 * **Details**
 *
 * `words` are those behind its name in the usage line (`[OPTIONS] -- COMMAND`); `details` are paragraphs below the
 * summary; `commands` are its subcommands, `choices` the words that it takes as its argument, `examples` lines for a
 * shell.
 */
export interface CommandPage {
  readonly name: string
  readonly words: string
  readonly summary: string
  readonly details?: ReadonlyArray<string>
  readonly options: ReadonlyArray<OptionPage>
  readonly commands?: ReadonlyArray<CommandPage>
  readonly choices?: ReadonlyArray<string>
  readonly examples?: ReadonlyArray<string>
}

/** An option as `@effect/cli` parses it: a switch. */
export const isOn = (option: OptionPage): Options.Options<boolean> =>
  short(option, Options.boolean(option.name).pipe(Options.withDescription(option.text)))

const short = <A>(option: OptionPage, parsed: Options.Options<A>): Options.Options<A> =>
  option.short === undefined ? parsed : parsed.pipe(Options.withAlias(option.short))

/** An option as `@effect/cli` parses it: a text that may be left out. */
export const given = (option: OptionPage): Options.Options<Option.Option<string>> =>
  required(option).pipe(Options.optional)

/** An option as `@effect/cli` parses it: a text that has to be given. */
export const required = (option: OptionPage): Options.Options<string> =>
  short(
    option,
    Options.text(option.name).pipe(
      Options.withPseudoName(option.value ?? "TEXT"),
      Options.withDescription(option.text)
    )
  )

/** An option as `@effect/cli` parses it: a text that may be given several times. */
export const several = (option: OptionPage): Options.Options<ReadonlyArray<string>> =>
  required(option).pipe(Options.repeated)

/** The option that every command has. */
export const help: OptionPage = { name: "help", text: "Show this help" }

/** The help of the command at the end of `path`, in docker's form. */
export const print = (path: ReadonlyArray<CommandPage>, terminal: Terminal.Terminal): string => {
  const page = path.at(-1)
  if (page === undefined) return ""
  const name = path.map((one) => one.name).join(" ")
  const commands = page.commands ?? []
  const title = (text: string): string => Terminal.dress(terminal, "bold", text)
  const options = [...page.options, help]
  return [
    ...usage(`${name} ${page.words}`.trim(), terminal).map((line, at) =>
      at === 0 ? `${title("Usage:")}  ${line}` : `        ${line}`
    ),
    "",
    ...[page.summary, ...page.details ?? []].flatMap((
      text,
      at
    ) => [...(at === 0 ? [] : [""]), ...wrap(text, terminal)]),
    ...section(title("Commands:"), commands.map((one) => [one.name, one.summary]), terminal),
    ...section(title("Options:"), options.map((one) => [spelling(one), one.text]), terminal),
    ...(page.examples === undefined
      ? []
      : ["", title("Examples:"), ...page.examples.flatMap((line) => commandLines(line, terminal))]),
    ...(commands.length === 0
      ? []
      : ["", ...wrap(`Run '${name} COMMAND --help' for more information on a command.`, terminal)])
  ].map((line) => `${line}\n`).join("")
}

/** The pages from the root to the command that words such as `cache prune --help` name, as far as they name one. */
export const find = (root: CommandPage, words: ReadonlyArray<string>): ReadonlyArray<CommandPage> => {
  const path = [root]
  for (const word of words.filter((one) => !one.startsWith("-"))) {
    const next = path.at(-1)?.commands?.find((one) => one.name === word)
    if (next === undefined) break
    path.push(next)
  }
  return path
}

/** How an option is written, such as `-f, --force` or `--dir DIRECTORY`. */
export const spelling = ({ name, short, value }: OptionPage): string =>
  `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`

const section = (
  title: string,
  rows: ReadonlyArray<readonly [string, string]>,
  terminal: Terminal.Terminal
): ReadonlyArray<string> => {
  if (rows.length === 0) return []
  const indent = Math.max(...rows.map(([name]) => name.length)) + 5
  // on a narrow terminal the text stands below the name
  const isNarrow = terminal.width - indent < narrowest
  const space = isNarrow ? 6 : indent
  return [
    "",
    title,
    ...rows.flatMap(([name, text]) => {
      const lines = wrap(text, { ...terminal, width: terminal.width - space })
      const beside = isNarrow ? [] : lines.slice(0, 1)
      return [
        `  ${name.padEnd(indent - 2)}${beside.join("")}`.trimEnd(),
        // a word that needs the whole line gets it
        ...lines.slice(beside.length).map((line) =>
          `${" ".repeat(Math.max(0, Math.min(space, terminal.width - line.length)))}${line}`
        )
      ]
    })
  ]
}

/** Text in fewer columns than this is a column of single words. */
const narrowest = 24

/** An example that does not fit goes on in the next line, as a shell takes it. */
const commandLines = (line: string, terminal: Terminal.Terminal): ReadonlyArray<string> =>
  Paragraph.wrapCommand(line, terminal.width - 4).map((one, at) => `${at === 0 ? "  " : "    "}${one}`)

/** The usage line, where it does not fit in several, each beginning below the program's name. */
const usage = (line: string, terminal: Terminal.Terminal): ReadonlyArray<string> =>
  Paragraph.wrapUsage(line, terminal.width - "Usage:  ".length)

/** Help is read: no line gets longer than this, on however wide a terminal. */
const longestLine = 100

const wrap = (text: string, terminal: Terminal.Terminal): ReadonlyArray<string> =>
  Paragraph.wrap(text, Math.min(longestLine, terminal.width))
