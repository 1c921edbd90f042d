/**
 * Steps of planning. A step gives a value and what it adds to the plan, or the questions that have to be answered first. Steps
 * combine to the whole plan.
 *
 * **Example** (A step that asks, and says something)
 *
 * ```ts
 * import * as Planning from "./Planning.ts"
 * import type { Situation } from "./Situation.ts"
 *
 * const textOf = (file: string, situation: Situation): Planning.Planning<string | undefined> =>
 *   Planning.run(function*() {
 *     const text = yield* Planning.ask(situation, { _tag: "Dockerfile", file })
 *     if (text === undefined) yield* Planning.gain({ notices: [{ text: `${file} cannot be read` }] })
 *     return text
 *   })
 * ```
 */
import { type Gains, nothing } from "../ExecPlan.ts"
import * as Facts from "../facts/Facts.ts"
import type * as Question from "../facts/Question.ts"

/**
 * A step of planning that gives an `A`, such as a command's tokens.
 *
 * **Details**
 *
 * `yield*` of one in {@link run} gives its value, or ends the whole with its questions.
 */
export class Planning<A> {
  readonly state: State<A>

  constructor(state: State<A>) {
    this.state = state
  }

  *[Symbol.iterator](): Generator<Planning<unknown>, A> {
    // who runs it goes on only with a value
    for (;;) {
      yield this
      if (this.state._tag === "Done") return this.state.value
    }
  }
}

/** What a step comes to. */
export type State<A> =
  | { readonly _tag: "Done"; readonly value: A; readonly gains: Gains }
  | { readonly _tag: "OpenQuestions"; readonly questions: ReadonlyArray<Question.Question> }

const done = <A>(value: A, gains: Gains): Planning<A> => new Planning({ _tag: "Done", value, gains })

const open = (questions: ReadonlyArray<Question.Question>): Planning<never> =>
  new Planning({ _tag: "OpenQuestions", questions })

/** A value that needs no asking, with what the plan gains by it. */
export const of = <A>(value: A, gains?: Partial<Gains>): Planning<A> =>
  done(value, gains === undefined || Object.keys(gains).length === 0 ? nothing : { ...nothing, ...gains })

/** What the plan gains, without a value. */
export const gain = (gains: Partial<Gains>): Planning<undefined> => of(undefined, gains)

/** The answer to a question where it is known, else the question, still open. */
export const ask = <T extends keyof Question.Questions>(
  { facts }: { readonly facts: Facts.Facts },
  question: Question.Of<T> & Question.Question
): Planning<Question.Answers[T]> => {
  const known = Facts.find<T>(facts, question)
  return known === undefined ? open([question]) : done(known.answer, nothing)
}

/** The answers to questions of one kind, in their order: with hundreds of them a step for each takes twice the time. */
export const askAll = <T extends keyof Question.Questions>(
  { facts }: { readonly facts: Facts.Facts },
  questions: ReadonlyArray<Question.Of<T> & Question.Question>
): Planning<ReadonlyArray<Question.Answers[T]>> => {
  const answers: Array<Question.Answers[T]> = []
  const unanswered: Array<Question.Question> = []
  for (const question of questions) {
    const known = Facts.find<T>(facts, question)
    if (known === undefined) unanswered.push(question)
    else answers.push(known.answer)
  }
  return unanswered.length > 0 ? open(unanswered) : done(answers, nothing)
}

/** The step with another value. */
export const map = <A, B>(step: Planning<A>, change: (value: A) => B): Planning<B> =>
  step.state._tag === "OpenQuestions" ? open(step.state.questions) : done(change(step.state.value), step.state.gains)

/** The step with something else gained, such as nothing of it. */
export const mapGains = <A>(step: Planning<A>, change: (gains: Gains, value: A) => Partial<Gains>): Planning<A> =>
  step.state._tag === "OpenQuestions"
    ? step
    : done(step.state.value, { ...step.state.gains, ...change(step.state.gains, step.state.value) })

/** The step's value with what it gained in hand; the plan gains none of it. */
export const inspect = <A>(step: Planning<A>): Planning<Gains & { readonly value: A }> =>
  step.state._tag === "OpenQuestions"
    ? open(step.state.questions)
    : of({ ...step.state.gains, value: step.state.value })

/** The step, and the one that its value leads to. */
export const flatMap = <A, B>(step: Planning<A>, next: (value: A) => Planning<B>): Planning<B> => {
  if (step.state._tag === "OpenQuestions") return open(step.state.questions)
  const { state } = next(step.state.value)
  return state._tag === "OpenQuestions"
    ? open(state.questions)
    : done(state.value, joined([step.state.gains, state.gains]))
}

/** Steps that do not depend on one another: what any of them asks is asked at once. */
export const all = <A>(steps: ReadonlyArray<Planning<A>>): Planning<ReadonlyArray<A>> => {
  // in one pass: a command can have hundreds of mounts, and each asks
  const values: Array<A> = []
  const gained: Array<Gains> = []
  const questions: Array<Question.Question> = []
  for (const { state } of steps) {
    if (state._tag === "OpenQuestions") {
      for (const question of state.questions) questions.push(question)
    } else {
      values.push(state.value)
      if (state.gains !== nothing) gained.push(state.gains)
    }
  }
  return questions.length > 0 ? open(questions) : done(values, joined(gained))
}

const questionsOf = ({ state }: Planning<unknown>): ReadonlyArray<Question.Question> =>
  state._tag === "OpenQuestions" ? state.questions : []

/**
 * The step; while it has questions, those of another are asked with them: what will be needed next anyway, so that the
 * command is planned once less.
 */
export const along = <A>(step: Planning<A>, next: () => Planning<unknown>): Planning<A> =>
  step.state._tag === "Done" ? step : open([...step.state.questions, ...questionsOf(next())])

/** Two steps of different kinds that do not depend on one another, see {@link all}. */
export const both = <A, B>(first: Planning<A>, second: Planning<B>): Planning<readonly [A, B]> =>
  first.state._tag === "Done" && second.state._tag === "Done"
    ? done([first.state.value, second.state.value], joined([first.state.gains, second.state.gains]))
    : open([...questionsOf(first), ...questionsOf(second)])

/** One step for each of a list, see {@link all}. */
export const each = <A, B>(values: ReadonlyArray<A>, step: (value: A) => Planning<B>): Planning<ReadonlyArray<B>> =>
  all(values.map(step))

/**
 * Steps one after the other, as a generator that is written like plain code. It is pure: the generator begins anew each time,
 * and is given up at the first step with open questions.
 */
export const run = <A>(steps: () => Generator<Planning<unknown>, A>): Planning<A> => {
  const running = steps()
  const gained: Array<Gains> = []
  for (let step = running.next();;) {
    if (step.done === true) return done(step.value, joined(gained))
    const { state } = step.value
    if (state._tag === "OpenQuestions") return open(state.questions)
    if (state.gains !== nothing) gained.push(state.gains)
    step = running.next()
  }
}

type List = Exclude<keyof Gains, "env">

const lists = Object.keys(nothing).filter((name): name is List => name !== "env")

/** What several steps gained, in their order. */
const joined = (all: ReadonlyArray<Gains>): Gains => {
  // most steps gain nothing
  const gaining = all.filter((gains) => gains !== nothing)
  if (gaining.length < 2) return gaining[0] ?? nothing
  const joint = new Map<List, Array<unknown>>(lists.map((name) => [name, []]))
  for (const [name, list] of joint) {
    for (const gains of gaining) list.push(...gains[name])
  }
  const env = gaining.reduce((one, gains) => gains.env === nothing.env ? one : { ...one, ...gains.env }, nothing.env)
  return { ...nothing, ...Object.fromEntries(joint), env }
}
