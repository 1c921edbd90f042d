/**
 * The top decision: what the shim does for one call.
 */
import * as ExecPlan from "./ExecPlan.ts"
import type * as Facts from "./Facts.ts"
import type { Invocation } from "./Invocation.ts"
import * as DockerPlan from "./plan/DockerPlan.ts"
import type * as Revision from "./plan/Revision.ts"
import * as PosixPath from "./PosixPath.ts"
import * as Settings from "./Settings.ts"

/**
 * Facts that are missing. The caller finds them out and plans again; what it was told before it need not ask again.
 *
 * @category models
 * @since 0.1.0
 */
export interface OpenQuestions {
  readonly _tag: "OpenQuestions"
  readonly questions: ReadonlyArray<Facts.Question>
}

/**
 * Plans one call, such as `docker run -v ./src:/app web`, from the facts known so far.
 *
 * **Details**
 *
 * Returns the plan, the questions still open, or the setting that is not accepted. A pure function: the same input
 * gives the same result, and planning again with the answers ends, since every question is asked once. With
 * `DOCKER_SHIM_DISABLE=1` nothing is looked at.
 *
 * **Example** (A table of answers)
 *
 * ```ts
 * import { Facts, Plan } from "docker-shim"
 *
 * const invocation = {
 *   argv0: "docker",
 *   argv: ["run", "-v", "/home/retro/work/app:/app", "web"],
 *   env: { WORKSPACE_DIR: "/data/workspaces/ses1" },
 *   cwd: "/home/retro/work"
 * }
 * let facts = Facts.none
 * let outcome = Plan.plan(invocation, facts)
 * while (outcome._tag === "OpenQuestions") {
 *   for (const question of outcome.questions) {
 *     if (question._tag === "RealPath") {
 *       facts = Facts.answer(facts, question, { resolved: question.path, exists: true })
 *     }
 *   }
 *   outcome = Plan.plan(invocation, facts)
 * }
 * ```
 *
 * @category planning
 * @since 0.1.0
 */
export const plan = (
  invocation: Invocation,
  facts: Facts.Facts
): ExecPlan.ExecPlan | OpenQuestions | Settings.SettingError => {
  const program = programOf(invocation.argv0)
  if (Settings.isDisabled(invocation.env)) return ExecPlan.passThrough(program, invocation.argv)
  const settings = Settings.decode(invocation.env)
  if ("_tag" in settings) return settings
  const revision = DockerPlan.revise(invocation, settings, facts)
  return revision.questions.length > 0
    ? { _tag: "OpenQuestions", questions: revision.questions }
    : execPlan(program, revision, settings.verbosity)
}

/**
 * Which real program a call by this name is for: `docker-compose` by that name, in whatever directory, else `docker`.
 *
 * @category accessors
 * @since 0.1.0
 */
export const programOf = (argv0: string): ExecPlan.Program =>
  PosixPath.basename(argv0) === "docker-compose" ? "docker-compose" : "docker"

const execPlan = (
  program: ExecPlan.Program,
  { after, before, changes, env, files, notices, value }: Revision.Revision<ReadonlyArray<string>>,
  verbosity: ExecPlan.Verbosity
): ExecPlan.ExecPlan => ({
  _tag: "ExecPlan",
  program,
  args: value,
  env,
  files,
  before,
  after,
  notices,
  changes,
  verbosity
})
