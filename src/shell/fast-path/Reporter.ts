/**
 * Prints the shim's own messages, on stderr only. `DOCKER_SHIM_QUIET` silences all but failures.
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

/** Prints why the shim itself failed. If the reason is a bug in the shim, `DOCKER_SHIM_DEBUG` adds the stack trace. */
export const failure = (what: Failure.Failure): void => {
  write(Printable.lines(Failure.message(what)))
  const trace = Failure.trace(what)
  // the settings may be what could not be read
  if (trace !== "" && booleans.get((process.env["DOCKER_SHIM_DEBUG"] ?? "").toLowerCase()) === true) {
    write(Printable.lines(trace))
  }
}

/**
 * Prints a plan's notices, unless `DOCKER_SHIM_QUIET` is set, and with `DOCKER_SHIM_DEBUG` every change that it makes, with the
 * reason.
 */
export const plan = (plan: ExecPlan): void => {
  notices(plan.verbosity, plan.notices.map(({ text }) => text))
  if (plan.verbosity !== "debug") return
  for (const change of plan.changes.map(masked)) {
    line(`${change.what}: ${change.from === "" ? "" : `${change.from} -> `}${change.to} (${change.why})`)
  }
}

/** Prints notices for the user, unless `DOCKER_SHIM_QUIET` is set. Secrets in them are hidden. */
export const notices = (verbosity: Verbosity, texts: ReadonlyArray<string>): void => {
  if (verbosity !== "quiet") texts.map(Masking.text).forEach(line)
}

/** Prints one line. Most have text from outside in them: names in the cache, paths, messages of the system, words of a command. */
export const line = (text: string): void => write(Printable.escape(text))

/**
 * Prints a message after the name of its command, so that nobody takes it for docker's. On a terminal, a line that is too long
 * continues in the next one, and breaks only between words.
 */
export const write = (text: string, command = "docker-shim"): void => {
  print(fitted(`${command}: ${text}`))
}

/** A text whose lines fit the terminal on stderr. Without a terminal the lines stay whole. */
export const fitted = (text: string): string => {
  // `process.stderr` of a pipe would make that non-blocking for the child as well
  const width = isatty(2) ? process.stderr.columns || Infinity : Infinity
  return text.split("\n").map((one) => Paragraph.continued(one, width)).join("\n")
}

const print = (text: string): void => {
  try {
    fs.writeSync(2, `${text}\n`)
  } catch {
    // nobody is left to report this to
  }
}
