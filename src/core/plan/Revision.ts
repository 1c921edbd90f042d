/**
 * What planning makes of a part of a command: the part with its changes, and what the plan gains by it. Revisions of the
 * parts are put together to the plan of the whole.
 */
import type * as CacheAction from "../cache/CacheAction.ts"
import type { Change, ExecPlan, Input, LeftAlone, Notice, TemporaryFile } from "../ExecPlan.ts"
import type { Question } from "../Facts.ts"

/**
 * A revision of `A`, such as a command's tokens.
 *
 * **Details**
 *
 * `questions` are the facts still missing; while there are any, the rest is not final.
 *
 * @category models
 * @since 0.1.0
 */
export interface Revision<A> {
  readonly value: A
  readonly questions: ReadonlyArray<Question>
  readonly env: ExecPlan["env"]
  readonly files: ReadonlyArray<TemporaryFile>
  readonly input: ReadonlyArray<Input>
  readonly before: ReadonlyArray<CacheAction.Before>
  readonly after: ReadonlyArray<CacheAction.After>
  readonly notices: ReadonlyArray<Notice>
  readonly changes: ReadonlyArray<Change>
  readonly leftAlone: ReadonlyArray<LeftAlone>
}

/**
 * A revision that changes nothing, with what `parts` says it gains.
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = <A>(value: A, parts: Partial<Gains> = {}): Revision<A> => ({ value, ...nothing, ...parts })

type Gains = Omit<Revision<unknown>, "value">

const nothing: Gains = {
  questions: [],
  env: {},
  files: [],
  input: [],
  before: [],
  after: [],
  notices: [],
  changes: [],
  leftAlone: []
}

/**
 * The second revision, with what the first gained in front.
 *
 * @category combining
 * @since 0.1.0
 */
export const after = <A, B>(first: Revision<A>, second: Revision<B>): Revision<B> =>
  gains(first)
    ? {
      value: second.value,
      questions: [...first.questions, ...second.questions],
      env: { ...first.env, ...second.env },
      files: [...first.files, ...second.files],
      input: [...first.input, ...second.input],
      before: [...first.before, ...second.before],
      after: [...first.after, ...second.after],
      notices: [...first.notices, ...second.notices],
      changes: [...first.changes, ...second.changes],
      leftAlone: [...first.leftAlone, ...second.leftAlone]
    }
    : second

/**
 * Revises each of a list in order.
 *
 * @category combining
 * @since 0.1.0
 */
export const all = <A, B>(values: ReadonlyArray<A>, revise: (value: A) => Revision<B>): Revision<ReadonlyArray<B>> => {
  const revisions = values.map(revise)
  // most parts gain nothing
  const gaining = revisions.filter(gains)
  return {
    value: revisions.map((one) => one.value),
    questions: gaining.flatMap((one) => one.questions),
    env: Object.fromEntries(gaining.flatMap((one) => Object.entries(one.env))),
    files: gaining.flatMap((one) => one.files),
    input: gaining.flatMap((one) => one.input),
    before: gaining.flatMap((one) => one.before),
    after: gaining.flatMap((one) => one.after),
    notices: gaining.flatMap((one) => one.notices),
    changes: gaining.flatMap((one) => one.changes),
    leftAlone: gaining.flatMap((one) => one.leftAlone)
  }
}

const gains = (gained: Gains): boolean =>
  lists.some((name) => gained[name].length > 0) || Object.keys(gained.env).length > 0

const lists = ["questions", "files", "input", "before", "after", "notices", "changes", "leftAlone"] as const
