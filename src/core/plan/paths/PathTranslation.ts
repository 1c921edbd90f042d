/**
 * Translates what holds paths of the daemon's: a word of a command, a text in a request, a field of a project.
 */
import type { Change, LeftAlone, Notice } from "../../ExecPlan.ts"
import * as Facts from "../../facts/Facts.ts"
import type * as Question from "../../facts/Question.ts"
import * as SourceTranslation from "../../paths/SourceTranslation.ts"
import type { Settings } from "../../settings/Settings.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"
import type * as PathOptions from "./PathOptions.ts"

/** A text with paths in it; `what` names its place, such as `--volume` or `HostConfig.Binds`. */
export interface Word {
  readonly what: string
  readonly value: string
  readonly syntax: PathOptions.Syntax
}

/** A word with the paths that are in it. */
export interface ReadWord extends Word {
  readonly sources: ReadonlyArray<string>
}

/** Finds the paths in a word, such as `./src` in the value `./src:/app` of `--volume`. */
export const read = ({ syntax, value, what }: Word): ReadWord => ({
  what,
  value,
  syntax,
  sources: syntax.sources(value)
})

/** What translating depends on; `cwd` is what relative sources are made absolute against. */
export const context = (
  { auto, daemonSocket, doubtful, elsewhere, mappings, notFound, sessionSocket }: Settings,
  cwd: string
): SourceTranslation.Context => ({
  mappings,
  daemonSocket,
  elsewhere,
  auto,
  notFound,
  doubtful,
  socket: sessionSocket,
  cwd
})

/** Paths that have not been resolved yet. */
export interface Open {
  readonly _tag: "Open"
  readonly paths: ReadonlyArray<string>
}

/**
 * What becomes of paths, as far as the facts tell. Where the mappings and the session's socket lead is worked out once for all
 * of them.
 *
 * @category planning
 */
export const lookUp = (
  where: SourceTranslation.Context,
  { facts }: Situation
): (source: string) => SourceTranslation.Translation | Open => {
  const realPath = (path: string) => Facts.find(facts, { _tag: "RealPath", path })?.answer
  const landmarks = SourceTranslation.landmarks(where)
  const answers = landmarks.flatMap((path) => realPath(path) ?? [])
  const places = answers.length === landmarks.length ? surveyed(where, answers) : undefined
  const begin = SourceTranslation.begin(where)
  return (source) => {
    const begun = begin(source)
    if (begun._tag !== "Linked") return begun
    const { written } = begun
    const real = realPath(written)
    return real === undefined || places === undefined
      ? { _tag: "Open", paths: [written, ...(places === undefined ? landmarks : [])] }
      : SourceTranslation.follow(source, written, real, places)
  }
}

/**
 * The texts of words with the daemon's paths in them, and what there is to say of them.
 *
 * @category planning
 */
export const words = (
  all: ReadonlyArray<ReadWord>,
  where: SourceTranslation.Context,
  situation: Situation
): Planning.Planning<ReadonlyArray<string>> => {
  const sources = all.flatMap((word) => word.sources)
  return Planning.flatMap(translateAll(sources, where, situation), (translations) => {
    const said: Said = { notices: [], changes: [], leftAlone: [] }
    let first = 0
    const values = all.map((word) => {
      const value = rewrite(word, translations, first, said)
      first += word.sources.length
      return value
    })
    return Planning.of(values, said)
  })
}

/**
 * Leaves words as they are, for a reason: a line for each whose paths would be translated, and all of them for `explain`.
 *
 * @category planning
 */
export const leave = (
  all: ReadonlyArray<ReadWord>,
  why: string,
  where: SourceTranslation.Context,
  situation: Situation
): Planning.Planning<undefined> =>
  Planning.flatMap(Planning.inspect(words(all, where, situation)), ({ changes }) =>
    Planning.gain({
      notices: changes.map(({ from, what }) => ({ text: `${what} ${from}: ${why}` })),
      leftAlone: all.map(({ value, what }) => ({ what, value, why }))
    }))

/** What becomes of paths that are all known from the start: asks for all in one step. */
const translateAll = (
  sources: ReadonlyArray<string>,
  where: SourceTranslation.Context,
  situation: Situation
): Planning.Planning<ReadonlyArray<SourceTranslation.Translation>> => {
  const begun = sources.map(SourceTranslation.begin(where))
  const landmarks = SourceTranslation.landmarks(where)
  const asked: Array<Question.Of<"RealPath">> = []
  for (const one of begun) {
    if (one._tag !== "Linked") continue
    asked.push({ _tag: "RealPath", path: one.written })
    // `explain` shows them in this order: the first path, what it is compared with, the other paths
    if (asked.length === 1) asked.push(...landmarks.map((path) => ({ _tag: "RealPath", path } as const)))
  }
  return Planning.map(Planning.askAll(situation, asked), (answers) => {
    const places = surveyed(where, answers.slice(1, 1 + landmarks.length))
    let next = 0
    return begun.map((one, at) => {
      if (one._tag !== "Linked") return one
      const answer = answers[next] ?? nowhere(one.written)
      next += next === 0 ? 1 + landmarks.length : 1
      return SourceTranslation.follow(sources[at] ?? "", one.written, answer, places)
    })
  })
}

/** The survey by answers about the landmarks, which come first, in their order. */
const surveyed = (
  where: SourceTranslation.Context,
  answers: ReadonlyArray<SourceTranslation.RealPath>
): SourceTranslation.Places => {
  const landmarks = SourceTranslation.landmarks(where)
  return SourceTranslation.survey(where, (path) => answers[landmarks.indexOf(path)] ?? nowhere(path))
}

const nowhere = (path: string): SourceTranslation.RealPath => ({ resolved: path, exists: false })

/** What there is to say of texts; {@link rewrite} adds to it. */
export interface Said {
  readonly changes: Array<Change>
  readonly leftAlone: Array<LeftAlone>
  readonly notices: Array<Notice>
}

/** The text with what became of its paths: the translations from `first` on. */
export const rewrite = (
  { sources, syntax, value, what }: ReadWord,
  translations: ReadonlyArray<SourceTranslation.Translation>,
  first: number,
  said: Said
): string => {
  const paths: Array<string> = []
  const reasons: Array<string> = []
  let warnings: ReadonlyArray<string> = none
  for (let at = 0; at < sources.length; at += 1) {
    const one = translations[first + at]
    if (one === undefined) break
    if (one.warning !== undefined && !warnings.includes(one.warning)) {
      warnings = [...warnings, one.warning]
      said.notices.push({ text: `${what} ${value}: ${one.warning}` })
    }
    if (one._tag === "Translated") {
      paths.push(one.source)
      if (!reasons.includes(one.why)) reasons.push(one.why)
    } else paths.push(sources[at] ?? "")
  }
  if (reasons.length === 0) {
    const reason = sources.length === 0 ? "it holds no absolute path that the daemon opens" : translations[first]?.why
    said.leftAlone.push({ what, value, why: warnings[0] ?? reason ?? "" })
    return value
  }
  const translated = syntax.withSources(value, paths)
  if (translated === undefined) {
    const why = `the daemon's path ${paths.join(", ")} cannot be written there${
      what === "--volume" ? "; use --mount" : ""
    }`
    said.notices.push({ text: `${what} ${value}: ${why}` })
    said.leftAlone.push({ what, value, why })
    return value
  }
  said.changes.push({ what, from: value, to: translated, why: reasons.join("; ") })
  return translated
}

const none: ReadonlyArray<never> = []
