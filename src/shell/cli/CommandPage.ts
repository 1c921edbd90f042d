/**
 * What a command of docker-shim's own says of itself: one description for its help, its parser and its completions.
 */
import * as Options from "@effect/cli/Options"
import type * as Option from "effect/Option"
import * as Terminal from "./Terminal.ts"

/**
 * An option, such as `--dir DIRECTORY`; without `value` it is a switch.
 *
 * @category models
 * @since 0.1.0
 */
export interface OptionPage {
  readonly name: string
  readonly value?: string
  readonly text: string
}

/**
 * A command, such as `docker-shim explain`.
 *
 * **Details**
 *
 * `words` are those behind its name in the usage line (`[OPTIONS] -- COMMAND`); `details` are paragraphs below the
 * summary; `commands` are its subcommands, `examples` lines for a shell.
 *
 * @category models
 * @since 0.1.0
 */
export interface CommandPage {
  readonly name: string
  readonly words: string
  readonly summary: string
  readonly details?: ReadonlyArray<string>
  readonly options: ReadonlyArray<OptionPage>
  readonly commands?: ReadonlyArray<CommandPage>
  readonly examples?: ReadonlyArray<string>
}

/**
 * An option as `@effect/cli` parses it: a switch.
 *
 * @category constructors
 * @since 0.1.0
 */
export const isOn = (option: OptionPage): Options.Options<boolean> =>
  Options.boolean(option.name).pipe(Options.withDescription(option.text))

/**
 * An option as `@effect/cli` parses it: a text that may be left out.
 *
 * @category constructors
 * @since 0.1.0
 */
export const given = (option: OptionPage): Options.Options<Option.Option<string>> =>
  Options.text(option.name).pipe(
    Options.withPseudoName(option.value ?? "TEXT"),
    Options.withDescription(option.text),
    Options.optional
  )

/** The option that every command has. */
const help: OptionPage = { name: "help", text: "Show this help" }

/**
 * The help of the command that stands at the end of `path`, in docker's form.
 *
 * @category printing
 * @since 0.1.0
 */
export const print = (path: ReadonlyArray<CommandPage>, terminal: Terminal.Terminal): string => {
  const page = path.at(-1)
  if (page === undefined) return ""
  const name = path.map((one) => one.name).join(" ")
  const commands = page.commands ?? []
  const title = (text: string): string => Terminal.dress(terminal, "bold", text)
  const options = [...page.options, help]
  return [
    `${title("Usage:")}  ${name} ${page.words}`,
    "",
    ...[page.summary, ...page.details ?? []].flatMap((
      text,
      at
    ) => [...(at === 0 ? [] : [""]), ...wrap(text, terminal)]),
    ...section(title("Commands:"), commands.map((one) => [one.name, one.summary]), terminal),
    ...section(title("Options:"), options.map((one) => [spelling(one), one.text]), terminal),
    ...(page.examples === undefined ? [] : ["", title("Examples:"), ...page.examples.map((line) => `  ${line}`)]),
    ...(commands.length === 0 ? [] : ["", `Run '${name} COMMAND --help' for more information on a command.`])
  ].map((line) => `${line}\n`).join("")
}

/**
 * The pages from the root to the command that words such as `cache prune --help` name, as far as they name any.
 *
 * @category accessors
 * @since 0.1.0
 */
export const find = (root: CommandPage, words: ReadonlyArray<string>): ReadonlyArray<CommandPage> => {
  const path = [root]
  for (const word of words.filter((one) => !one.startsWith("-"))) {
    const next = path.at(-1)?.commands?.find((one) => one.name === word)
    if (next === undefined) break
    path.push(next)
  }
  return path
}

const spelling = (option: OptionPage): string =>
  option.value === undefined ? `--${option.name}` : `--${option.name} ${option.value}`

const section = (
  title: string,
  rows: ReadonlyArray<readonly [string, string]>,
  terminal: Terminal.Terminal
): ReadonlyArray<string> => {
  const indent = Math.max(...rows.map(([name]) => name.length)) + 5
  return rows.length === 0 ? [] : [
    "",
    title,
    ...rows.flatMap(([name, text]) =>
      wrap(text, { ...terminal, width: terminal.width - indent }).map((line, at) =>
        `  ${(at === 0 ? name : "").padEnd(indent - 2)}${line}`
      )
    )
  ]
}

/** Help is read: no line gets longer than this, on however wide a terminal. */
const longestLine = 100

const wrap = (text: string, terminal: Terminal.Terminal): ReadonlyArray<string> => {
  const width = Math.max(20, Math.min(longestLine, terminal.width))
  const lines: Array<string> = []
  for (const word of text.split(" ")) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
