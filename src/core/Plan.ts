/**
 * The top decision: what the shim does for one call.
 */
import * as CommandLine from "./CommandLine.ts"
import type { ComposeCall } from "./compose/ComposeCall.ts"
import * as ComposeCommandLine from "./ComposeCommandLine.ts"
import * as ExecPlan from "./ExecPlan.ts"
import * as Facts from "./Facts.ts"
import type { Invocation } from "./Invocation.ts"
import * as ComposePlan from "./plan/ComposePlan.ts"
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
  const call = composeCall(program, invocation)
  const revision = call === undefined
    ? DockerPlan.revise(invocation, settings, facts)
    : ComposePlan.revise(call, invocation, settings, facts)
  return revision.questions.length > 0
    ? { _tag: "OpenQuestions", questions: Facts.distinct(revision.questions) }
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

/** The call of Compose that this is; `undefined` for any other call of docker. */
const composeCall = (program: ExecPlan.Program, { argv, env }: Invocation): ComposeCall | undefined => {
  if (program === "docker-compose") {
    return isPlugin(env)
      ? { form: "plugin", line: ComposeCommandLine.parse(argv) }
      : { form: "standalone", line: ComposeCommandLine.parseStandalone(argv) }
  }
  if (!argv.includes("compose")) return undefined
  const line = CommandLine.parse(argv)
  return line.command._tag === "Compose" ? { form: "docker", line: ComposeCommandLine.expand(line) } : undefined
}

/**
 * Whether docker called the shim as a CLI plugin: it sets this variable for plugins only (docker/cli 28.5.2,
 * `cli-plugins/manager/manager.go`).
 */
const isPlugin = (env: Invocation["env"]): boolean => env["DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND"] !== undefined

const execPlan = (
  program: ExecPlan.Program,
  { after, before, changes, env, files, input, notices, value }: Revision.Revision<ReadonlyArray<string>>,
  verbosity: ExecPlan.Verbosity
): ExecPlan.ExecPlan => ({
  _tag: "ExecPlan",
  program,
  args: value,
  env,
  files,
  input,
  before,
  after,
  notices,
  changes,
  verbosity
})
