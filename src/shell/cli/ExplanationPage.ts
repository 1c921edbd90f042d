/**
 * Prints an explanation for a person.
 */
import type { Change, LeftAlone, TemporaryFile } from "../../core/ExecPlan.ts"
import type { Explanation } from "../../core/explain/Explanation.ts"
import * as Printable from "../../core/syntax/Printable.ts"
import * as Terminal from "./Terminal.ts"
import * as YamlHighlight from "./YamlHighlight.ts"

/**
 * An explanation as a page: what was typed and what runs; each change beside its original with the reason; what was left
 * alone and why; what was asked to find out, what is done around the run, temporary files with their content, and notices. Parts that are empty
 * are left out.
 *
 * @category printing
 * @since 0.1.0
 */
export const print = (explanation: Explanation, terminal: Terminal.Terminal): string => {
  const { label, part } = partsOn(terminal)
  return [
    `${label("typed")}   ${Printable.escape(explanation.typed)}`,
    `${label("runs")}    ${Printable.escape(explanation.runs)}`,
    ...part("changes", explanation.changes.map((change) => changeLines(change, terminal))),
    ...part("left alone", explanation.leftAlone.map((one) => leftAloneLines(one, terminal))),
    ...part(
      "asked",
      explanation.asked.map((
        { answer, question }
      ) => [Printable.escape(question), `  ${Terminal.dress(terminal, "dim", answer)}`])
    ),
    ...part("before", explanation.before.map((line) => [Printable.escape(line)])),
    ...part("after", explanation.after.map((line) => [Printable.escape(line)])),
    ...part("files", explanation.files.map((file) => fileLines(file, terminal))),
    ...part("notices", explanation.notices.map((line) => [Terminal.dress(terminal, "yellow", line)]))
  ].map((line) => `${line}\n`).join("")
}

/**
 * The same of a request to the Engine API, as far as it has such parts.
 *
 * @category printing
 */
export const printRequest = (
  explanation: Pick<Explanation, "changes" | "leftAlone" | "notices" | "typed">,
  terminal: Terminal.Terminal
): string => {
  const { label, part } = partsOn(terminal)
  return [
    `${label("request")} ${Printable.escape(explanation.typed)}`,
    ...part("changes", explanation.changes.map((change) => changeLines(change, terminal))),
    ...part("left alone", explanation.leftAlone.map((one) => leftAloneLines(one, terminal))),
    ...part("notices", explanation.notices.map((line) => [Terminal.dress(terminal, "yellow", line)]))
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
  Terminal.dress(terminal, "dim", `    ${change.why}`)
]

const leftAloneLines = ({ value, what, why }: LeftAlone, terminal: Terminal.Terminal): ReadonlyArray<string> => [
  Printable.escape(value === "" ? what : `${what} ${value}`),
  Terminal.dress(terminal, "dim", `  ${why}`)
]

const fileLines = (file: TemporaryFile, terminal: Terminal.Terminal): ReadonlyArray<string> => [
  file.placeholder,
  ...YamlHighlight.print(file.content.replace(/\n$/, ""), terminal).split("\n").map((line) => `  ${line}`)
]
