/**
 * Prints an explanation for a person.
 */
import type { Change, LeftAlone, TemporaryFile } from "../../core/ExecPlan.ts"
import type { Explanation } from "../../core/explain/Explanation.ts"
import * as Paragraph from "../../core/syntax/Paragraph.ts"
import * as Printable from "../../core/syntax/Printable.ts"
import * as Terminal from "./Terminal.ts"
import * as YamlHighlight from "./YamlHighlight.ts"

/**
 * An explanation as a page: what was typed and what runs; each change beside its original, with the reason; what was left
 * alone, and why; the questions that were asked; the actions around the run; temporary files with their content; and notices.
 * Empty parts are left out.
 */
export const print = (explanation: Explanation, terminal: Terminal.Terminal): string => {
  const { part } = partsOn(terminal)
  return [
    ...commandLines("typed   ", explanation.typed, terminal),
    ...commandLines("runs    ", explanation.runs, terminal),
    ...part("changes", explanation.changes.map((change) => changeLines(change, terminal))),
    ...part("left alone", explanation.leftAlone.map((one) => leftAloneLines(one, terminal))),
    ...part(
      "asked",
      explanation.asked.map((
        { answer, question }
      ) => [...wrapped(question, terminal), ...wrapped(answer, terminal, "  ", "dim")])
    ),
    ...part("before", explanation.before.map((line) => wrapped(line, terminal))),
    ...part("after", explanation.after.map((line) => wrapped(line, terminal))),
    ...part("files", explanation.files.map((file) => fileLines(file, terminal))),
    ...part("notices", explanation.notices.map((line) => wrapped(line, terminal, "", "yellow")))
  ].map((line) => `${line}\n`).join("")
}

/** The same for a request to the Engine API, as far as it has such parts. */
export const printRequest = (
  explanation: Pick<Explanation, "changes" | "leftAlone" | "notices" | "typed">,
  terminal: Terminal.Terminal
): string => {
  const { label, part } = partsOn(terminal)
  return [
    `${label("request")} ${Printable.escape(explanation.typed)}`,
    ...part("changes", explanation.changes.map((change) => changeLines(change, terminal))),
    ...part("left alone", explanation.leftAlone.map((one) => leftAloneLines(one, terminal))),
    ...part("notices", explanation.notices.map((line) => wrapped(line, terminal, "", "yellow")))
  ].map((line) => `${line}\n`).join("")
}

const partsOn = (terminal: Terminal.Terminal) => {
  const label = (text: string): string => Terminal.dress(terminal, "bold", text)
  const part = (title: string, blocks: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> =>
    blocks.length === 0 ? [] : ["", label(title), ...blocks.flat().map((line) => `  ${line}`)]
  return { label, part }
}

const changeLines = (change: Change, terminal: Terminal.Terminal): ReadonlyArray<string> => [
  Printable.escape(change.what),
  ...(change.from === "" ? [] : [Terminal.dress(terminal, "red", `  - ${change.from}`)]),
  Terminal.dress(terminal, "green", `  + ${change.to}`),
  ...wrapped(change.why, terminal, "    ", "dim")
]

/** Each part stands two columns in. */
const partIndent = 2

const wrapped = (
  text: string,
  terminal: Terminal.Terminal,
  indent = "",
  look?: Terminal.Look
): ReadonlyArray<string> =>
  Paragraph.wrap(Printable.escape(text), terminal.width - partIndent - indent.length).map((line) =>
    `${indent}${look === undefined ? line : Terminal.dress(terminal, look, line)}`
  )

/** A command that does not fit goes on in the next line, as a shell takes it. */
const commandLines = (label: string, line: string, terminal: Terminal.Terminal): ReadonlyArray<string> =>
  Paragraph.wrapCommand(Printable.escape(line), terminal.width - label.length).map((one, at) =>
    `${
      at === 0
        ? Terminal.dress(terminal, "bold", label.trimEnd()) + label.slice(label.trimEnd().length)
        : " ".repeat(label.length)
    }${one}`
  )

const leftAloneLines = ({ value, what, why }: LeftAlone, terminal: Terminal.Terminal): ReadonlyArray<string> => [
  ...wrapped(value === "" ? what : `${what} ${value}`, terminal),
  ...wrapped(why, terminal, "  ", "dim")
]

const fileLines = (file: TemporaryFile, terminal: Terminal.Terminal): ReadonlyArray<string> => [
  file.placeholder,
  ...(file._tag === "Report"
    ? []
    : YamlHighlight.print(file.content.replace(/\n$/, ""), terminal).split("\n").map((line) => `  ${line}`))
]
