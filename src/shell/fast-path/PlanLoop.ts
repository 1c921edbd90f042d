/**
 * Plan, answer, plan again: the loop that every plan is made in, as far as plain calls can answer.
 */
import type * as Facts from "../../core/facts/Facts.ts"
import type { OpenQuestions } from "../../core/Plan.ts"
import * as Answers from "./Answers.ts"

/** What came of planning, and the facts that it was made from. `Deferred`: what needs more than a look at the file system. */
export type Outcome<A> =
  | { readonly _tag: "Settled"; readonly value: A; readonly facts: Facts.Facts }
  | { readonly _tag: "Deferred"; readonly questions: ReadonlyArray<Answers.Deferred>; readonly facts: Facts.Facts }

/**
 * Plans from the facts known so far, and again with the answers, until nothing is open or what is open is for others.
 *
 * **Details**
 *
 * It ends: every question is asked once, and one that was answered is not open.
 */
export const run = <A extends { readonly _tag: string }>(
  plan: (facts: Facts.Facts) => A | OpenQuestions,
  known: Facts.Facts
): Outcome<A> => {
  for (let facts = known;;) {
    const outcome = plan(facts)
    if (!isOpen(outcome)) return { _tag: "Settled", value: outcome, facts }
    const answered = Answers.lookUp(facts, outcome.questions)
    if (answered.open.length > 0) return { _tag: "Deferred", questions: answered.open, facts: answered.facts }
    facts = answered.facts
  }
}

const isOpen = (outcome: { readonly _tag: string }): outcome is OpenQuestions => outcome._tag === "OpenQuestions"
