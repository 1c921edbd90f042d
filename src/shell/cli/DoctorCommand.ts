/**
 * `docker-shim doctor [--json]`: every part the shim relies on, with its state, the evidence and the next step.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Paragraph from "../../core/syntax/Paragraph.ts"
import * as Printable from "../../core/syntax/Printable.ts"
import * as Doctor from "../doctor/Doctor.ts"
import * as Finding from "../doctor/Finding.ts"
import { ProbeRunner } from "../services/ProbeRunner.ts"
import type { Call } from "./Call.ts"
import * as CommandPage from "./CommandPage.ts"
import { Output } from "./Output.ts"
import * as Progress from "./Progress.ts"
import * as Table from "./Table.ts"
import * as Terminal from "./Terminal.ts"

const json: CommandPage.OptionPage = { name: "json", text: "Print the findings for programs" }

/** The page of the command. */
export const page: CommandPage.CommandPage = {
  name: "doctor",
  words: "[--json]",
  summary: "Check everything the shim relies on, with the next step for each problem",
  details: [
    "Ends with status 0 if all is well, 1 for warnings (docker works, but you lose something), and 2 for problems (the shim "
    + "cannot do its job). To see what the daemon sees, it creates a container of an empty image without starting it, and "
    + "removes both again."
  ],
  options: [json],
  examples: ["docker-shim doctor", "docker-shim doctor --json | jq '.findings[] | select(.state != \"ok\")'"]
}

/** The subcommand `doctor`. */
export const make = (call: Call) =>
  Command.make(page.name, { json: CommandPage.isOn(json) }, (options) =>
    Effect.gen(function*() {
      const output = yield* Output
      const findings = yield* Doctor.examine(call.invocation, call.shim, Progress.bar("examining"))
      yield* output.end(Finding.exitCode(findings))
      yield* options.json
        ? output.json({ status: Finding.worst(findings), verdict: Finding.verdict(findings), findings })
        : output.write(print(findings, output.terminal))
    }).pipe(Effect.provideServiceEffect(ProbeRunner, ProbeRunner.make))).pipe(Command.withDescription(page.summary))

const looks: Readonly<Record<Finding.State, Terminal.Look>> = {
  ok: "green",
  warn: "yellow",
  fail: "red",
  unchecked: "dim"
}

/**
 * Findings as a table, with each next step below its finding, and the verdict. On a narrow terminal each finding is a paragraph
 * of its own.
 */
export const print = (findings: ReadonlyArray<Finding.Finding>, terminal: Terminal.Terminal): string => {
  const width = evidenceWidth(findings, terminal)
  const shown = width < narrowest ? paragraphs(findings, terminal) : table(findings, width, terminal)
  return `${shown}\n${Terminal.dress(terminal, "bold", Finding.verdict(findings))}\n`
}

/** Evidence in fewer columns than this is a column of single words. */
const narrowest = 30

const evidenceWidth = (findings: ReadonlyArray<Finding.Finding>, terminal: Terminal.Terminal): number =>
  terminal.width - Math.max(...findings.map(({ part }) => part.length), "PART".length)
  - Math.max(...findings.map(({ state }) => state.length), "STATE".length) - 2 * Table.gap.length

/** The lines of a finding, each with its look. */
const linesOf = ({ evidence, next }: Finding.Finding, width: number): ReadonlyArray<Table.Cell> => [
  ...Paragraph.wrap(evidence, width),
  ...(next?.split("\n") ?? []).flatMap((step, at) =>
    Paragraph.wrap(step, width - 3).map((line, row) => ({
      look: "bold" as const,
      text: `${at === 0 && row === 0 ? "->" : "  "} ${line}`
    }))
  )
]

const table = (findings: ReadonlyArray<Finding.Finding>, width: number, terminal: Terminal.Terminal): string =>
  Table.print(
    [{ name: "STATE" }, { name: "PART" }, { name: "EVIDENCE" }],
    findings.flatMap((finding) =>
      linesOf(finding, width).map((line, at) =>
        at === 0 ? [{ look: looks[finding.state], text: finding.state }, finding.part, line] : ["", "", line]
      )
    ),
    // its lines are wrapped already, as far as words allow
    { ...terminal, width: Infinity }
  )

const paragraphs = (findings: ReadonlyArray<Finding.Finding>, terminal: Terminal.Terminal): string =>
  findings.map((finding) =>
    [
      `${Terminal.dress(terminal, looks[finding.state], finding.state)}   ${finding.part}`,
      ...linesOf(finding, terminal.width - 2).map((line) =>
        `  ${typeof line === "string" ? Printable.escape(line) : Terminal.dress(terminal, line.look, line.text)}`
      )
    ].map((line) => `${line}\n`).join("")
  ).join("")
