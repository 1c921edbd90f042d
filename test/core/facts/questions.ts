/**
 * Questions as planning asks them, for tests of what becomes of the answers.
 */
import type * as Question from "../../../src/core/facts/Question.ts"

/** What Compose is asked of a project, with all its profiles. */
export const composeModel = (more: Partial<Question.Questions["ComposeModel"]> = {}): Question.Of<"ComposeModel"> => ({
  _tag: "ComposeModel",
  form: "docker",
  globals: [],
  flags: [],
  env: {},
  profiles: "all",
  services: [],
  descriptors: [],
  search: undefined,
  ...more
})
