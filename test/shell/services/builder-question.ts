import * as Endpoint from "../../../src/core/argv/Endpoint.ts"
import type * as Question from "../../../src/core/facts/Question.ts"

/** What a build that says nothing of its builder asks. */
export const builder: Question.Of<"Builder"> = {
  _tag: "Builder",
  through: "docker",
  globals: [],
  env: {},
  endpoint: Endpoint.noFlags,
  name: undefined
}
