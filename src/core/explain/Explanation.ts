/**
 * A plan as a person or a program reads it, for `docker-shim explain`.
 * @module
 */
import * as Masking from "../argv/Masking.ts"
import * as CacheAction from "../cache/CacheAction.ts"
import { type Change, type ExecPlan, type LeftAlone, masked, type TemporaryFile } from "../ExecPlan.ts"
import type * as Facts from "../facts/Facts.ts"
import type { Invocation } from "../Invocation.ts"
import * as ShellWord from "../syntax/ShellWord.ts"
import * as QuestionText from "./QuestionText.ts"

export type { QuestionText } from "./QuestionText.ts"

/**
 * The plan as `docker-shim explain --json` prints it, with the fields in a fixed order. `file` is the real program.
 *
 * **Details**
 *
 * It is exact and includes secrets, because it is what runs.
 * Example: `Explanation.json(ExecPlan.passThrough("docker", ["ps"]), "/usr/bin/docker")["args"] // ["ps"]`
 * @category printing
 */
export const json = (plan: ExecPlan, file: string): Readonly<Record<string, unknown>> => ({
  file,
  args: plan.args,
  env: plan.env,
  files: plan.files.map((file) => ({
    placeholder: file.placeholder,
    content: file._tag === "Override" ? file.content : ""
  })),
  before: plan.before,
  after: plan.after,
  notices: plan.notices.map((notice) => notice.text),
  changes: plan.changes,
  leftAlone: plan.leftAlone
})

/**
 * A plan in parts for people to read; secrets are hidden (`Masking`).
 *
 * **Details**
 *
 * `typed` and `runs` are lines for a shell; actions before and after are sentences.
 * @category models
 */
export interface Explanation {
  readonly typed: string
  readonly runs: string
  readonly changes: ReadonlyArray<Change>
  readonly leftAlone: ReadonlyArray<LeftAlone>
  readonly asked: ReadonlyArray<QuestionText.QuestionText>
  readonly before: ReadonlyArray<string>
  readonly after: ReadonlyArray<string>
  readonly files: ReadonlyArray<TemporaryFile>
  readonly notices: ReadonlyArray<string>
}

/**
 * Explains a plan made from facts for an invocation; `file` is the real program.
 *
 * **Example** (A command that nothing is done for)
 *
 * ```ts
 * import { ExecPlan, Explanation, Facts } from "docker-shim"
 *
 * const invocation = { argv0: "docker", argv: ["run", "-e", "TOKEN=abc", "web"], env: {}, cwd: "/home/retro/work" }
 * const plan = ExecPlan.passThrough("docker", invocation.argv)
 *
 * Explanation.explain(invocation, plan, Facts.none, "/usr/bin/docker").runs // "/usr/bin/docker run -e 'TOKEN=***' web"
 * ```
 * @category constructors
 */
export const explain = (invocation: Invocation, plan: ExecPlan, facts: Facts.Facts, file: string): Explanation => ({
  typed: line(invocation.argv0, Masking.words(plan.program, invocation.argv)),
  runs: [...environment(plan.env), line(file, Masking.words(plan.program, plan.args))].join(" "),
  changes: plan.changes.map(masked),
  leftAlone: plan.leftAlone.map(({ value, what, why }) => ({
    what,
    value: Masking.text(value),
    why: Masking.text(why)
  })),
  asked: QuestionText.all(facts).map(({ answer, question }) => ({
    question: Masking.text(question),
    answer: Masking.text(answer)
  })),
  before: plan.before.map((action) => Masking.text(CacheAction.print(action))),
  after: plan.after.map((action) => Masking.text(CacheAction.print(action))),
  files: plan.files.map((file) =>
    file._tag === "Report"
      ? file
      : { _tag: file._tag, placeholder: file.placeholder, content: Masking.yaml(file.content) }
  ),
  notices: plan.notices.map((notice) => Masking.text(notice.text))
})

const line = (file: string, words: ReadonlyArray<string>): string => [file, ...words].map(ShellWord.quote).join(" ")

const environment = (env: ExecPlan["env"]): ReadonlyArray<string> => {
  const entries = Object.entries(env)
  const removed = entries.flatMap(([name, value]) => value === null ? ["-u", name] : [])
  const set = entries.flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${ShellWord.quote(Masking.assignment(name, value))}`]
  )
  return removed.length === 0 ? set : ["env", ...removed, ...set]
}
