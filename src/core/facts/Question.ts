/**
 * The questions that planning may ask about the outside world. Each kind has a module beside this one, with its question, its
 * answer, and both in words. One line in {@link kinds} registers it.
 * @module
 */
import * as BuildContext from "./BuildContext.ts"
import * as Builder from "./Builder.ts"
import * as BuildFiles from "./BuildFiles.ts"
import * as CacheDirectory from "./CacheDirectory.ts"
import * as CommandFlags from "./CommandFlags.ts"
import * as ComposeFiles from "./ComposeFiles.ts"
import * as ComposeModel from "./ComposeModel.ts"
import * as ComposeVersion from "./ComposeVersion.ts"
import * as DockerConfig from "./DockerConfig.ts"
import * as DockerContext from "./DockerContext.ts"
import * as Dockerfile from "./Dockerfile.ts"
import * as ImportedSteps from "./ImportedSteps.ts"
import * as KeptOverrides from "./KeptOverrides.ts"
import type { Kind } from "./Kind.ts"
import * as NameFile from "./NameFile.ts"
import * as OwnMounts from "./OwnMounts.ts"
import * as RealPath from "./RealPath.ts"
import * as RegistryEntries from "./RegistryEntries.ts"
import * as StackModel from "./StackModel.ts"

export type { Kind }

const known = {
  RealPath: RealPath.kind,
  OwnMounts: OwnMounts.kind,
  DockerConfig: DockerConfig.kind,
  DockerContext: DockerContext.kind,
  Builder: Builder.kind,
  CommandFlags: CommandFlags.kind,
  CacheDirectory: CacheDirectory.kind,
  RegistryEntries: RegistryEntries.kind,
  BuildFiles: BuildFiles.kind,
  BuildContext: BuildContext.kind,
  Dockerfile: Dockerfile.kind,
  ImportedSteps: ImportedSteps.kind,
  ComposeFiles: ComposeFiles.kind,
  NameFile: NameFile.kind,
  KeptOverrides: KeptOverrides.kind,
  ComposeModel: ComposeModel.kind,
  StackModel: StackModel.kind,
  ComposeVersion: ComposeVersion.kind
}

type Known = typeof known

/**
 * The fields of each kind of question.
 * @category models
 */
export type Questions = { readonly [T in keyof Known]: Parameters<Known[T]["question"]>[0] }

/**
 * The type of each question's answer.
 * @category models
 */
export type Answers = { readonly [T in keyof Known]: Parameters<Known[T]["answer"]>[0] }

/**
 * The kinds of questions by name.
 * @category models
 */
export const kinds: { readonly [T in keyof Questions]: Kind<Questions[T], Answers[T]> } = known

/**
 * The question of one kind.
 * @category models
 */
export type Of<T extends keyof Questions> = { readonly _tag: T } & Questions[T]

/**
 * A question about the outside.
 * @category models
 */
export type Question = { readonly [T in keyof Questions]: Of<T> }[keyof Questions]

/**
 * A text that is equal for equal questions only. For a path it is the path itself, because a command can have hundreds; the
 * texts of other questions begin differently.
 * Example: `Question.id({ _tag: "RealPath", path: "/home" }) // "/home"`
 */
export const id = (question: { readonly _tag: string; readonly path?: string | undefined }): string =>
  question._tag === "RealPath" && question.path !== undefined ? question.path : JSON.stringify(question)

/**
 * The questions, each once, in the order in which they were first asked.
 *
 * **Example** (A path that is asked about twice)
 *
 * ```ts
 * import { Question } from "docker-shim"
 *
 * const question: Question.Question = { _tag: "RealPath", path: "/home/retro/work/app" }
 *
 * Question.distinct([question, { ...question }]).length // 1
 * Question.id(question) // "/home/retro/work/app"
 * ```
 * @category accessors
 */
export const distinct = (questions: ReadonlyArray<Question>): ReadonlyArray<Question> => {
  const all = new Map<string, Question>()
  for (const question of questions) all.set(id(question), question)
  return [...all.values()]
}
