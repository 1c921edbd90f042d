import { assert, describe, it } from "vitest"
import * as Facts from "../../../../src/core/facts/Facts.ts"
import type * as Question from "../../../../src/core/facts/Question.ts"
import * as UnansweredModel from "../../../../src/core/plan/compose/UnansweredModel.ts"
import { composeModel } from "../../facts/questions.ts"

const refused = (why?: string): Question.Answers["ComposeModel"] => ({
  _tag: "Refused",
  input: [],
  ...why === undefined ? {} : { why }
})
const said = (asked: Question.Of<"ComposeModel">, answer: Question.Answers["ComposeModel"]) =>
  UnansweredModel.notices(Facts.answer(Facts.none, asked, answer))

describe("UnansweredModel", () => {
  it("says that a project stayed as it was, and why", () => {
    assert.deepStrictEqual(said(composeModel(), refused("no such flag")), [
      "the project's paths were not translated and its builds did not share the cache: 'docker compose config' failed, "
      + "although this command did not (no such flag)"
    ])
    assert.match(said(composeModel({ profiles: "own" }), refused("x")).join(), /^the project's name was not changed: /)
  })

  it("says nothing of a model that came, that was taken back with a line of its own, or that was only tried", () => {
    assert.deepStrictEqual(said(composeModel(), { _tag: "Model", config: {}, input: [] }), [])
    assert.deepStrictEqual(said(composeModel(), refused()), [])
    assert.deepStrictEqual(said(composeModel({ env: { COMPOSE_FILE: "/a" } }), refused("x")), [])
  })
})
