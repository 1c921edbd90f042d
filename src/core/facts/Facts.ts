/**
 * The answers to the questions of planning: everything it knows about the outside world.
 * @module
 */
import type { CacheDirectory } from "../cache/CacheDirectory.ts"
import { type Answers, id, type Of, type Questions } from "./Question.ts"

/**
 * A question with its answer.
 * @category models
 */
export interface Known<T extends keyof Questions> {
  readonly question: Of<T>
  readonly answer: Answers[T]
}

/**
 * The answers known so far: for each kind of question, by the `id` of the question.
 * @category models
 */
export type Facts = { readonly [T in keyof Answers]?: ReadonlyMap<string, Known<T>> }

/**
 * No answers.
 * @category constructors
 */
export const none: Facts = {}

/**
 * The answer to a question; `undefined` if there is none yet.
 * Example: `Facts.find(Facts.none, { _tag: "RealPath", path: "/home" }) // undefined`
 * @category accessors
 */
export const find = <T extends keyof Questions>(facts: Facts, question: Of<T>): Known<T> | undefined => {
  const known: ReadonlyMap<string, Known<T>> | undefined = facts[question._tag]
  return known?.get(id(question))
}

/**
 * All answers to questions of one kind, in the order of the questions.
 * Example: `Facts.all(Facts.answer(Facts.none, { _tag: "RealPath", path: "/a" }, { resolved: "/b", exists: true }), "RealPath")
 * // [{ question: { _tag: "RealPath", path: "/a" }, answer: { resolved: "/b", exists: true } }]`
 * @category accessors
 */
export const all = <T extends keyof Questions>(facts: Facts, kind: T): ReadonlyArray<Known<T>> => {
  const known: ReadonlyMap<string, Known<T>> | undefined = facts[kind]
  return known === undefined ? [] : [...known.values()]
}

/**
 * Adds an answer to the facts. It replaces an earlier answer to the same question.
 *
 * **Example** (A path)
 *
 * ```ts
 * import { Facts, type Question } from "docker-shim"
 *
 * const question: Question.Of<"RealPath"> = { _tag: "RealPath", path: "/home/retro/work/app" }
 * const facts = Facts.answer(Facts.none, question, { resolved: "/home/retro/work/shop", exists: true })
 *
 * Facts.find(facts, question)?.answer.resolved // "/home/retro/work/shop"
 * Facts.find(Facts.none, question) // undefined
 * ```
 * @category constructors
 */
export const answer = <T extends keyof Questions>(facts: Facts, question: Of<T>, value: Answers[T]): Facts =>
  answerAll(facts, question._tag, [{ question, answer: value }])

/**
 * Adds several answers of one kind, as `answer` does one, in time proportional to their number.
 *
 * **Example** (Two paths)
 *
 * ```ts
 * import { Facts } from "docker-shim"
 *
 * const facts = Facts.answerAll(Facts.none, "RealPath", [
 *   { question: { _tag: "RealPath", path: "/a" }, answer: { resolved: "/a", exists: true } },
 *   { question: { _tag: "RealPath", path: "/b" }, answer: { resolved: "/b", exists: false } }
 * ])
 *
 * Facts.all(facts, "RealPath").length // 2
 * ```
 * @category constructors
 */
export const answerAll = <T extends keyof Questions>(facts: Facts, kind: T, known: ReadonlyArray<Known<T>>): Facts => {
  if (known.length === 0) return facts
  const all = new Map<string, Known<T>>(facts[kind])
  for (const one of known) all.set(id(one.question), one)
  return { ...facts, [kind]: all }
}

/** The facts with other answers of one kind. */
const revise = <T extends keyof Questions>(facts: Facts, kind: T, change: (known: Known<T>) => Answers[T]): Facts =>
  answerAll(facts, kind, all(facts, kind).map((known) => ({ ...known, answer: change(known) })))

/**
 * Changes what the facts say about the cache directory, for when that turns out to be different.
 *
 * **Example** (A directory that fills up)
 *
 * ```ts
 * import { Facts, type Question } from "docker-shim"
 *
 * const question: Question.Of<"CacheDirectory"> = {
 *   _tag: "CacheDirectory",
 *   directory: "/buildkit-cache",
 *   readDirectories: [],
 *   wanted: []
 * }
 * const facts = Facts.answer(Facts.none, question, { _tag: "Unusable", why: "it does not exist" })
 * const revised = Facts.reviseCacheDirectory(facts, () => ({ _tag: "Unusable", why: "there is no room" }))
 *
 * Facts.find(revised, question)?.answer // { _tag: "Unusable", why: "there is no room" }
 * ```
 * @category constructors
 */
export const reviseCacheDirectory = (facts: Facts, change: (known: CacheDirectory) => CacheDirectory): Facts =>
  revise(facts, "CacheDirectory", ({ answer }) => change(answer))

/**
 * Removes the models of projects from the facts. Planning then adds no override file, for when there is no place for one.
 *
 * **Example** (A stack)
 *
 * ```ts
 * import { Facts, type Question } from "docker-shim"
 *
 * const question: Question.Of<"StackModel"> = { _tag: "StackModel", globals: [], files: ["a.yaml"], descriptors: [] }
 * const facts = Facts.answer(Facts.none, question, { _tag: "Model", config: {}, input: [] })
 *
 * Facts.find(Facts.withoutModels(facts), question)?.answer._tag // "Refused"
 * ```
 * @category constructors
 */
export const withoutModels = (facts: Facts): Facts =>
  revise(
    revise(facts, "ComposeModel", ({ answer, question }) =>
      question.profiles === "own" ? answer : { ...answer, _tag: "Refused" }),
    "StackModel",
    ({ answer }) => ({ ...answer, _tag: "Refused" })
  )
