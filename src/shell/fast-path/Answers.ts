/** Answers the questions for which a look at the file system is enough. */
import * as Facts from "../../core/facts/Facts.ts"
import type * as Question from "../../core/facts/Question.ts"
import type { OpenQuestions } from "../../core/Plan.ts"
import * as PlanLoop from "../../core/plan/PlanLoop.ts"
import * as DockerConfigFile from "../docker/DockerConfigFile.ts"
import * as DockerContexts from "../docker/DockerContexts.ts"
import * as RealPaths from "../docker/RealPaths.ts"

/** The questions that remain: those that need a program, or the shared cache. */
export type Deferred = Exclude<Question.Question, { readonly _tag: "RealPath" | "DockerConfig" | "DockerContext" }>

/** Plans from the known facts until no question is open, or the open ones need more than a look at the file system. */
export const settle = <A extends { readonly _tag: string }>(
  plan: (facts: Facts.Facts) => A | OpenQuestions,
  known: Facts.Facts
): PlanLoop.Outcome<A, Deferred> => PlanLoop.run(plan, lookUp, known)

/** Answers the questions that plain calls can answer, and returns the others. */
export const lookUp = (
  facts: Facts.Facts,
  questions: ReadonlyArray<Question.Question>
): { readonly facts: Facts.Facts; readonly open: ReadonlyArray<Deferred> } => {
  const open: Array<Deferred> = []
  const paths: Array<Facts.Known<"RealPath">> = []
  let known = facts
  for (const question of questions) {
    if (question._tag === "RealPath") {
      paths.push({ question, answer: RealPaths.resolve(question.path) })
    } else if (question._tag === "DockerConfig") {
      known = Facts.answer(known, question, DockerConfigFile.read(question.directory))
    } else if (question._tag === "DockerContext") {
      known = Facts.answer(known, question, { host: DockerContexts.host(question.directory, question.name) })
    } else {
      open.push(question)
    }
  }
  return { facts: Facts.answerAll(known, "RealPath", paths), open }
}
