/** The manual page `docker-shim(1)`, made from the pages of the help (groff_man(7)). */
import * as Settings from "../../core/settings/Settings.ts"
import * as CommandPage from "./CommandPage.ts"

/** The whole page, for `man`. */
export const print = (root: CommandPage.CommandPage, version: string): string =>
  [
    `.TH ${root.name.toUpperCase()} 1 "" "${root.name} ${roff(version)}" "User Commands"`,
    ".SH NAME",
    `${root.name} \\- ${roff(root.summary)}`,
    ".SH SYNOPSIS",
    `.B ${root.name}`,
    `.I ${roff(root.words)}`,
    ".SH DESCRIPTION",
    ...(root.details ?? [root.summary]).flatMap((text) => [".PP", roff(text)]),
    ...optionLines([...root.options, CommandPage.help]),
    ".SH COMMANDS",
    ...(root.commands ?? []).flatMap((one) => commandLines([root], one)),
    ".SH ENVIRONMENT",
    roff("The shim reads these variables, and the same names in /etc/docker-shim.env:"),
    ".PP",
    roff(Settings.variables.join(", ")),
    ".SH EXIT STATUS",
    roff(
      "Called as docker, docker-compose or the Compose plugin, it exits with the status of the real program: if that did not "
        + "run, with 125 if the shim failed, 126 if the program cannot be run, and 127 if it was not found. docker-shim itself "
        + "exits with 0; 1 if doctor warns, or a cache command found damage, differences or nothing to remove; 2 if doctor "
        + "found problems; 125 for any other failure."
    ),
    ".SH SEE ALSO",
    ".BR docker (1)"
  ].map((line) => `${line}\n`).join("")

const commandLines = (
  above: ReadonlyArray<CommandPage.CommandPage>,
  page: CommandPage.CommandPage
): ReadonlyArray<string> => [
  `.SS "${[...above, page].map(({ name }) => roff(name)).join(" ")} ${roff(page.words)}"`,
  ...[`${page.summary}.`, ...page.details ?? []].flatMap((text) => [".PP", roff(text)]),
  ...optionLines(page.options),
  ...(page.examples === undefined ? [] : [".PP", "Examples:", ".PP", ".nf", ...page.examples.map(roff), ".fi"]),
  ...(page.commands ?? []).flatMap((one) => commandLines([...above, page], one))
]

const optionLines = (options: ReadonlyArray<CommandPage.OptionPage>): ReadonlyArray<string> =>
  options.flatMap((option) => [".TP", `.B ${roff(CommandPage.spelling(option))}`, roff(option.text)])

/** Text as roff takes it: a hyphen that can be copied, and no line that begins as a request does. */
const roff = (text: string): string =>
  text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("\"", "\\(dq").replace(/^(?=[.'])/, "\\&")
