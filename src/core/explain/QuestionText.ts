/**
 * Questions of planning and their answers in words, for showing them.
 */
import * as Facts from "../facts/Facts.ts"
import { kinds, type Questions } from "../facts/Question.ts"

/** A question and its answer, such as `where does /home/retro/work/app lead?`, `/home/retro/work/app`. */
export interface QuestionText {
  readonly question: string
  readonly answer: string
}

/** All that was asked, with the answers. */
export const all = (facts: Facts.Facts): ReadonlyArray<QuestionText> =>
  tags.flatMap((tag) => of(tag, Facts.all(facts, tag)))

const tags = Object.keys(kinds).filter((tag): tag is keyof Questions => tag in kinds)

const of = <T extends keyof Questions>(tag: T, known: ReadonlyArray<Facts.Known<T>>): ReadonlyArray<QuestionText> => {
  const { answer, question } = kinds[tag]
  return known.map((one) => ({ question: question(one.question), answer: answer(one.answer, one.question) }))
}
