/**
 * A plan as a person or a program reads it, for `docker-shim explain`.
 */
import type { ExecPlan } from "./ExecPlan.ts"
import type { Invocation } from "./Invocation.ts"
import * as ShellWord from "./ShellWord.ts"

/**
 * The plan as `docker-shim explain --json` prints it: the fields of DESIGN section 3, in that order. `file` is the real
 * program.
 *
 * @category printing
 * @since 0.1.0
 */
export const json = (plan: ExecPlan, file: string): Readonly<Record<string, unknown>> => ({
  file,
  args: plan.args,
  env: plan.env,
  files: plan.files,
  before: plan.before,
  after: plan.after,
  notices: plan.notices.map((notice) => notice.text),
  changes: plan.changes
})

/**
 * The plan as text: what was typed, what runs, and each change beside its original with the reason.
 *
 * @category printing
 * @since 0.1.0
 */
export const text = (invocation: Invocation, plan: ExecPlan, file: string): string => {
  const typed = [invocation.argv0, ...invocation.argv]
  const runs = [...Object.entries(plan.env).map(assignment), ShellWord.quote(file), ...plan.args.map(ShellWord.quote)]
  return [
    `typed  ${typed.map(ShellWord.quote).join(" ")}`,
    `runs   ${runs.join(" ")}`,
    ...section(
      "changes",
      plan.changes.map((change) => [
        change.what,
        ...(change.from === "" ? [] : [`  ${change.from}`]),
        `${change.from === "" ? "+" : ">"} ${change.to}`,
        `  ${change.why}`
      ])
    ),
    ...section("before", plan.before.map((action) => [JSON.stringify(action)])),
    ...section("after", plan.after.map((action) => [JSON.stringify(action)])),
    ...section(
      "files",
      plan.files.map((one) => [one.placeholder, ...one.content.split("\n").map((line) => `  ${line}`)])
    ),
    ...section("notices", plan.notices.map((notice) => [notice.text]))
  ].join("\n") + "\n"
}

const assignment = ([name, value]: readonly [string, string | null]): string =>
  value === null ? `-u ${name}` : `${name}=${ShellWord.quote(value)}`

const section = (title: string, entries: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> =>
  entries.length === 0 ? [] : ["", `${title}:`, ...entries.flatMap((lines) => lines.map((line) => `  ${line}`))]
