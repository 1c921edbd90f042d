/**
 * Decides what the shim does for one call.
 * @module
 */
import { memo, memoOfLast } from "./argv/Memo.ts"
import * as Program from "./argv/Program.ts"
import type { Form } from "./compose/ComposeCall.ts"
import * as ExecPlan from "./ExecPlan.ts"
import * as Facts from "./facts/Facts.ts"
import * as Question from "./facts/Question.ts"
import type { Invocation } from "./Invocation.ts"
import * as AddedVariables from "./plan/AddedVariables.ts"
import * as ComposePlan from "./plan/compose/ComposePlan.ts"
import * as KeptOverrides from "./plan/compose/KeptOverrides.ts"
import * as DockerPlan from "./plan/DockerPlan.ts"
import * as PlanLoop from "./plan/PlanLoop.ts"
import * as PlannedMark from "./plan/PlannedMark.ts"
import * as Planning from "./plan/Planning.ts"
import type { Situation } from "./plan/Situation.ts"
import * as MachineSettings from "./settings/MachineSettings.ts"
import * as Settings from "./settings/Settings.ts"

/**
 * The facts that planning still needs. The caller finds them out, adds them to the facts it has, and plans again.
 * @category models
 */
export interface OpenQuestions {
  readonly _tag: "OpenQuestions"
  readonly questions: ReadonlyArray<Question.Question>
}

/**
 * Plans one call, such as `docker run -v ./src:/app web`, from the facts known so far.
 *
 * **Details**
 *
 * Returns the plan, the questions that `facts` does not answer, or the setting whose value is not accepted. It is a pure
 * function: the same input gives the same result. Planning asks each question once, so planning again with the answers
 * comes to an end. With `DOCKER_SHIM_DISABLE=1` it asks nothing.
 *
 * **Example** (A table of answers)
 *
 * ```ts
 * import { Facts, Plan } from "docker-shim"
 *
 * const invocation = {
 *   argv0: "docker",
 *   argv: ["run", "-v", "/home/retro/work/app:/app", "web"],
 *   env: { DOCKER_HOST: "unix:///var/run/docker.sock", WORKSPACE_DIR: "/data/workspaces/ses1" },
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
 * @category planning
 */
export const plan = (
  invocation: Invocation,
  facts: Facts.Facts
): ExecPlan.ExecPlan | OpenQuestions | Settings.SettingError => planned(invocation, facts)

/** Whoever takes over from another begins with what that one found last. */
const planned = memoOfLast((invocation: Invocation, facts: Facts.Facts): ReturnType<typeof plan> => {
  const program = Program.fromName(invocation.argv0)
  const { isDisabled, settings } = settingsOf(invocation)
  if (isDisabled) return disabled(program, invocation)
  if (isPlanned(program, invocation)) {
    return { ...ExecPlan.passThrough(program, invocation.argv), env: { [PlannedMark.variable]: null } }
  }
  if ("_tag" in settings) return settings
  const { state } = wordsOf(program, { invocation, settings, facts })
  return state._tag === "OpenQuestions"
    ? { _tag: "OpenQuestions", questions: Question.distinct(state.questions) }
    : { _tag: "ExecPlan", program, args: state.value, ...state.gains, verbosity: settings.verbosity }
})

const settingsOf = memo(({ env, machine }: Invocation) => ({
  isDisabled: Settings.isDisabled(env, machine) === true,
  settings: Settings.decode(env, machine)
}))

/**
 * Functions that answer the questions of planning, one for each kind of question. Questions of other kinds stay open.
 * @category models
 */
export type Answering = {
  readonly [T in keyof Question.Answers]?: (question: Question.Of<T>) => Question.Answers[T]
}

/**
 * Plans one call, and calls `answers` for every fact that planning needs.
 *
 * **Details**
 *
 * Returns the plan, the setting whose value is not accepted, or the questions for which `answers` has no function. `known`
 * are facts that the caller has already.
 *
 * **Example** (One kind of question)
 *
 * ```ts
 * import { Plan } from "docker-shim"
 *
 * const outcome = Plan.planWith(
 *   {
 *     argv0: "docker",
 *     argv: ["run", "-v", "/home/retro/work/app:/app", "web"],
 *     env: { DOCKER_HOST: "unix:///var/run/docker.sock", WORKSPACE_DIR: "/data/workspaces/ses1" },
 *     cwd: "/home/retro/work"
 *   },
 *   { RealPath: ({ path }) => ({ resolved: path, exists: true }) }
 * )
 * ```
 * @category planning
 */
export const planWith = (
  invocation: Invocation,
  answers: Answering,
  known: Facts.Facts = Facts.none
): ExecPlan.ExecPlan | OpenQuestions | Settings.SettingError => {
  const outcome = PlanLoop.run((facts) => plan(invocation, facts), answering(answers), known)
  return outcome._tag === "Settled" ? outcome.value : { _tag: "OpenQuestions", questions: outcome.questions }
}

/** Answers all questions of a round, or none of them if it has no answer to one. */
const answering = (answers: Answering): PlanLoop.Answer<Question.Question> => (facts, questions) => {
  const open = questions.filter(({ _tag }) => answers[_tag] === undefined)
  const kinds = open.length > 0 ? [] : new Set(questions.map(({ _tag }) => _tag))
  return { facts: [...kinds].reduce((all, kind) => answered(all, kind, questions, answers), facts), open }
}

/** The facts with the answers to all questions of a kind at once: one more at a time, hundreds would take quadratic time. */
const answered = <T extends keyof Question.Answers>(
  facts: Facts.Facts,
  kind: T,
  questions: ReadonlyArray<Question.Question>,
  answers: Pick<Answering, T>
): Facts.Facts => {
  const give: ((question: Question.Of<T>) => Question.Answers[T]) | undefined = answers[kind]
  const isOfKind = (question: { readonly _tag: string }): question is Question.Of<T> => question._tag === kind
  const asked: ReadonlyArray<{ readonly _tag: string }> = questions
  return give === undefined
    ? facts
    : Facts.answerAll(facts, kind, asked.filter(isOfKind).map((question) => ({ question, answer: give(question) })))
}

/** The words to run, and what else the plan needs. */
const wordsOf = (program: Program.Program, situation: Situation): Planning.Planning<ReadonlyArray<string>> =>
  Planning.run(function*() {
    yield* machineNotice(situation.invocation)
    const form = yield* composeForm(program, situation)
    return yield* form === undefined ? DockerPlan.plan(situation) : ComposePlan.plan(form, situation)
  })

const disabled = (program: Program.Program, { argv, env, machine }: Invocation): ExecPlan.ExecPlan => ({
  ...ExecPlan.passThrough(program, argv),
  leftAlone: [{
    what: program,
    value: "",
    why: `the shim is switched off (${MachineSettings.origin("DOCKER_SHIM_DISABLE", env, machine)})`
  }]
})

/** How Compose is called here; `undefined` for any other call of docker. */
const composeForm = (program: Program.Program, situation: Situation): Planning.Planning<Form | undefined> => {
  const { argv, env } = situation.invocation
  if (program === "docker-compose") return Planning.of(isPlugin(env) ? "plugin" : "standalone")
  if (!argv.includes("compose")) return Planning.of(undefined)
  return Planning.map(
    DockerPlan.read(argv, situation),
    ({ line }) => line.command._tag === "Compose" ? "docker" : undefined
  )
}

/**
 * Whether docker called the shim as a CLI plugin: it sets this variable for plugins only (docker/cli 28.5.2,
 * `cli-plugins/manager/manager.go`).
 */
const isPlugin = (env: Invocation["env"]): boolean => env["DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND"] !== undefined

/**
 * The call without the variables that an outer shim set for its own Compose call (unless this is that call), and without the
 * shim's own override files in `COMPOSE_FILE`.
 *
 * **Example** (A program that Compose started)
 *
 * ```ts
 * import { Plan } from "docker-shim"
 *
 * const env = { COMPOSE_PROJECT_NAME: "ses1-shop", DOCKER_SHIM_ADDED: '{"COMPOSE_PROJECT_NAME":["ses1-shop",null]}' }
 *
 * Plan.withoutAdded({ argv0: "docker", argv: ["compose", "ps"], env, cwd: "/" }).env // {}
 * ```
 * @category accessors
 */
export const withoutAdded = (invocation: Invocation): Invocation => {
  const { env } = invocation
  if (env[AddedVariables.variable] === undefined && env["COMPOSE_FILE"] === undefined) return invocation
  if (isPlanned(Program.fromName(invocation.argv0), invocation)) return invocation
  return {
    ...invocation,
    env: KeptOverrides.withoutVariable({ cwd: invocation.cwd, env: AddedVariables.undo(env) })
  }
}

/** Whether a shim that called docker has planned this call already. */
const isPlanned = (program: Program.Program, { argv, env }: Invocation): boolean =>
  program === "docker-compose" && isPlugin(env) && env[PlannedMark.variable] === PlannedMark.forWords(argv)

/** Adds a notice if the shim ignores the machine's file of settings, because whoever wrote it relies on it. */
const machineNotice = ({ machine }: Invocation): Planning.Planning<undefined> =>
  Planning.gain(
    machine?.ignored === undefined ? {} : { notices: [{ text: `${machine.file} is ignored: ${machine.ignored}` }] }
  )
