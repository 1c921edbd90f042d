/**
 * What the shim says to the user: on stderr only, and nothing where it was told to be quiet.
 */
import * as fs from "node:fs"
import { isatty } from "node:tty"
import * as Masking from "../../core/argv/Masking.ts"
import { type ExecPlan, masked } from "../../core/ExecPlan.ts"
import { booleans } from "../../core/settings/SettingReader.ts"
import type { Verbosity } from "../../core/settings/Settings.ts"
import * as Paragraph from "../../core/syntax/Paragraph.ts"
import * as Printable from "../../core/syntax/Printable.ts"
import * as Failure from "../Failure.ts"

/** Says a failure of the shim's own; with `DOCKER_SHIM_DEBUG`, where a mistake in the shim happened. */
export const failure = (what: Failure.Failure): void => {
  write(Printable.lines(Failure.message(what)))
  const trace = Failure.trace(what)
  // the settings may be what could not be read
  if (trace !== "" && booleans.get((process.env["DOCKER_SHIM_DEBUG"] ?? "").toLowerCase()) === true) {
    write(Printable.lines(trace))
  }
}

/**
 * Says what a plan left out, unless told to be quiet (`DOCKER_SHIM_QUIET`), and, when asked to (`DOCKER_SHIM_DEBUG`),
 * every change it makes and why.
 */
export const plan = (plan: ExecPlan): void => {
  notices(plan.verbosity, plan.notices.map(({ text }) => text))
  if (plan.verbosity !== "debug") return
  for (const change of plan.changes.map(masked)) {
    folded(`${change.what}: ${change.from === "" ? "" : `${change.from} -> `}${change.to} (${change.why})`)
  }
}

/** A line that is read on a terminal goes on in the next one between words; programs get it whole. */
const folded = (text: string): void => {
  // only for a terminal: see `write`; the stand-alone form does not know how wide it is
  const width = isatty(2) ? process.stderr.columns || Infinity : Infinity
  print(Paragraph.wrap(`${name}${Printable.escape(text)}`, width - 2).join("\n  "))
}

const name = "docker-shim: "

/** Says lines for the user, unless told to be quiet. */
export const notices = (verbosity: Verbosity, texts: ReadonlyArray<string>): void => {
  if (verbosity !== "quiet") texts.map(Masking.text).forEach(line)
}

/** What comes from outside is in most lines: names in the cache, paths, messages of the system, words of a command. */
const line = (text: string): void => write(Printable.escape(text))

/** Written straight to the descriptor: `process.stderr` would make a pipe non-blocking for the child as well. */
const write = (text: string): void => print(`${name}${text}`)

const print = (text: string): void => {
  try {
    fs.writeSync(2, `${text}\n`)
  } catch {
    // Nobody can be told that nobody can be told.
  }
}
