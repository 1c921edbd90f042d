/**
 * `docker-shim doctor [--json]`: every part the shim relies on, with its state, the evidence and the next step.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Doctor from "../doctor/Doctor.ts"
import * as Finding from "../doctor/Finding.ts"
import { ProbeRunner } from "../services/ProbeRunner.ts"
import type { Call } from "./Call.ts"
import * as CommandPage from "./CommandPage.ts"
import { Output } from "./Output.ts"
import * as Table from "./Table.ts"
import type * as Terminal from "./Terminal.ts"

const json: CommandPage.OptionPage = { name: "json", text: "Print the findings for programs" }

/** What the command says of itself. */
export const page: CommandPage.CommandPage = {
  name: "doctor",
  words: "[--json]",
  summary: "Examine all that the shim relies on, and say what to do",
  details: [
    "Ends with status 0 where all is well, 1 where something is lost but docker works, 2 where what the shim is for does "
    + "not work. To see what the daemon sees it creates a container of an empty image, starts nothing, and removes both."
  ],
  options: [json],
  examples: ["docker-shim doctor", "docker-shim doctor --json | jq '.findings[] | select(.state != \"ok\")'"]
}

/**
 * The subcommand.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (call: Call) =>
  Command.make(page.name, { json: CommandPage.isOn(json) }, (options) =>
    Effect.gen(function*() {
      const output = yield* Output
      const findings = yield* Doctor.examine(call.invocation, call.shim)
      yield* output.end(Finding.exitCode(findings))
      yield* options.json
        ? output.json({ status: Finding.worst(findings), findings })
        : output.write(print(findings, output.terminal))
    }).pipe(Effect.provideServiceEffect(ProbeRunner, ProbeRunner.make))).pipe(Command.withDescription(page.summary))

const looks: Readonly<Record<Finding.State, Terminal.Look>> = {
  ok: "green",
  warn: "yellow",
  fail: "red",
  unchecked: "dim"
}

/**
 * Findings as a table, each next step below what it is for.
 *
 * @category printing
 * @since 0.1.0
 */
export const print = (findings: ReadonlyArray<Finding.Finding>, terminal: Terminal.Terminal): string =>
  Table.print(
    [{ name: "STATE" }, { name: "PART" }, { name: "EVIDENCE" }],
    findings.flatMap(({ evidence, next, part, state }) => [
      [{ look: looks[state], text: state }, part, evidence],
      ...(next?.split("\n") ?? []).map((line, at) => [
        "",
        "",
        { look: "bold" as const, text: at === 0 ? `-> ${line}` : `   ${line}` }
      ])
    ]),
    terminal
  )
