/**
 * Answers the questions about a Compose project that need a reader of YAML, or the user's cache directory, and no program.
 */
import * as Facts from "../../core/facts/Facts.ts"
import type * as Question from "../../core/facts/Question.ts"
import type { Env } from "../../core/Invocation.ts"
import * as ComposeFileSearch from "./ComposeFileSearch.ts"
import * as KeptOverrideFiles from "./KeptOverrideFiles.ts"
import * as NameFile from "./NameFile.ts"

/** The questions that can be answered here. */
export type ProjectQuestion = Question.Of<"ComposeFiles"> | Question.Of<"NameFile"> | Question.Of<"KeptOverrides">

/** The facts with the answer to a question. */
export const answer = (facts: Facts.Facts, question: ProjectQuestion, env: Env): Facts.Facts => {
  switch (question._tag) {
    case "ComposeFiles":
      return Facts.answer(facts, question, ComposeFileSearch.find(question, env))
    case "NameFile":
      return Facts.answer(facts, question, NameFile.place(question.name, env))
    case "KeptOverrides":
      return Facts.answer(facts, question, KeptOverrideFiles.list(question.directory))
  }
}
