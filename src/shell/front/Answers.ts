/**
 * Answers the questions that need nothing but a look at the file system.
 */
import * as Facts from "../../core/Facts.ts"
import * as DockerConfigFile from "../docker/DockerConfigFile.ts"
import * as DockerContexts from "../docker/DockerContexts.ts"
import * as RealPaths from "../docker/RealPaths.ts"

/** The questions left over: those that start a program or look into the shared cache. */
export type Deferred = Exclude<Facts.Question, { readonly _tag: "RealPath" | "DockerConfig" | "DockerContext" }>

/**
 * Answers what plain calls can, and returns the rest of the questions.
 *
 * @category accessors
 * @since 0.1.0
 */
export const give = (
  facts: Facts.Facts,
  questions: ReadonlyArray<Facts.Question>
): { readonly facts: Facts.Facts; readonly open: ReadonlyArray<Deferred> } => {
  const open: Array<Deferred> = []
  let known = Facts.answerAll(facts, "RealPath", realPaths(questions))
  for (const question of questions.filter((one) => one._tag !== "RealPath")) {
    switch (question._tag) {
      case "DockerConfig":
        known = Facts.answer(known, question, DockerConfigFile.read(question.directory))
        break
      case "DockerContext":
        known = Facts.answer(known, question, { host: DockerContexts.host(question.directory, question.name) })
        break
      case "Builder":
      case "CommandFlags":
      case "CacheDirectory":
      case "BuildFiles":
      case "BuildContext":
      case "Dockerfile":
      case "ImportedSteps":
      case "ComposeFiles":
      case "NameFile":
      case "ComposeModel":
      case "StackModel":
      case "ComposeVersion":
        open.push(question)
    }
  }
  return { facts: known, open }
}

const realPaths = (questions: ReadonlyArray<Facts.Question>): ReadonlyArray<Facts.Known<"RealPath">> =>
  questions.flatMap((question) =>
    question._tag === "RealPath" ? [{ question, answer: RealPaths.resolve(question.path) }] : []
  )
