/** The loop that makes every plan: plan, answer the questions, plan again. */
import type * as Facts from "../facts/Facts.ts"
import type { Question } from "../facts/Question.ts"

/** The result of planning, and its facts. `Deferred`: questions without an answer. */
export type Outcome<A, Q> =
  | { readonly _tag: "Settled"; readonly value: A; readonly facts: Facts.Facts }
  | { readonly _tag: "Deferred"; readonly questions: ReadonlyArray<Q>; readonly facts: Facts.Facts }

/** The facts with the new answers, and the questions that have none. */
export type Answer<Q> = (
  facts: Facts.Facts,
  questions: ReadonlyArray<Question>
) => { readonly facts: Facts.Facts; readonly open: ReadonlyArray<Q> }

/**
 * Plans from the known facts, and again with the answers, until no question is open, or the open ones have no answer.
 *
 * **Details**
 *
 * It ends, because each question is asked once, and an answered one is not open.
 */
export const run = <A extends { readonly _tag: string }, Q>(
  plan: (facts: Facts.Facts) => A | Open,
  answer: Answer<Q>,
  known: Facts.Facts
): Outcome<A, Q> => {
  for (let facts = known;;) {
    const outcome = plan(facts)
    if (!isOpen(outcome)) return { _tag: "Settled", value: outcome, facts }
    const answered = answer(facts, outcome.questions)
    if (answered.open.length > 0) return { _tag: "Deferred", questions: answered.open, facts: answered.facts }
    facts = answered.facts
  }
}

type Open = { readonly _tag: "OpenQuestions"; readonly questions: ReadonlyArray<Question> }

const isOpen = (outcome: { readonly _tag: string }): outcome is Open => outcome._tag === "OpenQuestions"
