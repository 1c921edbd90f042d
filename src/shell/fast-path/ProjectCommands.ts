/**
 * The fast path of commands of a Compose project: answers that need no program, and the override that such a command leaves
 * behind anyway, so that it needs no temporary file. Loaded only for such commands, with a reader of YAML.
 */
import * as ExecPlan from "../../core/ExecPlan.ts"
import * as Facts from "../../core/facts/Facts.ts"
import type * as Question from "../../core/facts/Question.ts"
import type { Env, Invocation } from "../../core/Invocation.ts"
import * as KeptOverrideFiles from "../compose/KeptOverrideFiles.ts"
import * as ModelMemory from "../compose/ModelMemory.ts"
import * as OtherNameMemory from "../compose/OtherNameMemory.ts"
import * as ProjectAnswers from "../compose/ProjectAnswers.ts"
import * as ComposeProgram from "../docker/ComposeProgram.ts"
import { extend } from "./ChildProgram.ts"

/** The questions that may be answered here. */
export type ProjectQuestion = ProjectAnswers.ProjectQuestion | Question.Of<"ComposeModel">

/** The facts with the answers to all questions; `undefined` if one needs a program. */
export const answer = (
  known: Facts.Facts,
  questions: ReadonlyArray<ProjectQuestion>,
  invocation: Invocation,
  shim: string
): Facts.Facts | undefined => {
  let facts = known
  for (const question of questions) {
    if (question._tag === "ComposeModel") {
      const recalled = recall(question, invocation, shim)
      if (recalled === undefined) return undefined
      facts = Facts.answer(facts, question, { _tag: "Model", config: recalled.model, input: [] })
    } else {
      facts = ProjectAnswers.answer(facts, question, invocation.env)
    }
  }
  return facts
}

const recall = (
  question: Question.Of<"ComposeModel">,
  invocation: Invocation,
  shim: string
): ReturnType<typeof ModelMemory.recall> => {
  const program = ComposeProgram.find(question.form, question.globals, invocation, shim)
  const asked = "_tag" in program ? undefined : ModelMemory.asked(question, program, invocation.cwd)
  return asked === undefined ? undefined : ModelMemory.recall(asked)
}

/**
 * A plan that only keeps overrides ({@link ExecPlan.onlyKeeps}), with these in place; `undefined` if it is one for the services after
 * all: there is another name to look for, or no place belongs to this user alone.
 */
export const place = (plan: ExecPlan.ExecPlan, env: Env): ExecPlan.ExecPlan | undefined => {
  const extended = extend(env, plan.env)
  if (plan.before.some((action) => action._tag === "LookForOtherName" && !OtherNameMemory.isOver(action, extended))) {
    return undefined
  }
  const places = new Map<string, string>()
  for (const file of plan.files) {
    const used = file._tag === "Override" && file.kept !== undefined
      ? KeptOverrideFiles.put(file.kept, file.content, env)
      : undefined
    if (used === undefined) return undefined
    places.set(file.placeholder, used.path)
  }
  return ExecPlan.placed(plan, places)
}
