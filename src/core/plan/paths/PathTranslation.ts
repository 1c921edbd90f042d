/**
 * Translates what holds paths of the daemon's: a word of a command, a text in a request, a field of a project.
 */
import type { Change, Gains, LeftAlone, Notice } from "../../ExecPlan.ts"
import * as Facts from "../../facts/Facts.ts"
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
  return (source) => {
    const begun = SourceTranslation.begin(source, where)
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
    const [notices, changes, leftAlone]: [Array<Notice>, Array<Change>, Array<LeftAlone>] = [[], [], []]
    let at = 0
    const values = all.map((word) => {
      at += word.sources.length
      const rewritten = rewrite(word, translations.slice(at - word.sources.length, at))
      for (const one of rewritten.notices) notices.push(one)
      for (const one of rewritten.changes) changes.push(one)
      for (const one of rewritten.leftAlone) leftAlone.push(one)
      return rewritten.value
    })
    return Planning.of(values, { notices, changes, leftAlone })
  })
}

/** What becomes of paths that are all known from the start: a {@link translator} that asks for all in one step. */
const translateAll = (
  sources: ReadonlyArray<string>,
  where: SourceTranslation.Context,
  situation: Situation
): Planning.Planning<ReadonlyArray<SourceTranslation.Translation>> => {
  const begun = sources.map((source) => SourceTranslation.begin(source, where))
  const paths = begun.flatMap((one) => one._tag === "Linked" ? [one.written] : [])
  const landmarks = SourceTranslation.landmarks(where)
  // `explain` shows them in this order: the first path, what it is compared with, the other paths
  const [first, ...others] = paths
  const asked = first === undefined ? [] : [first, ...landmarks, ...others]
  const answers = Planning.askAll(situation, asked.map((path) => ({ _tag: "RealPath", path } as const)))
  return Planning.map(answers, (all) => {
    const places = surveyed(where, all.slice(1))
    const left = [...all.slice(0, 1), ...all.slice(1 + landmarks.length)].values()
    return begun.map((one, at) => {
      if (one._tag !== "Linked") return one
      const { value = nowhere(one.written) } = left.next()
      return SourceTranslation.follow(sources[at] ?? "", one.written, value, places)
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

/** The text of a word in the end, and what there is to say of it. */
export interface Rewritten extends Pick<Gains, "changes" | "leftAlone" | "notices"> {
  readonly value: string
}

/** The text with what became of its paths. */
export const rewrite = (
  { sources, syntax, value, what }: ReadWord,
  translations: ReadonlyArray<SourceTranslation.Translation>
): Rewritten => {
  const warnings = translations.flatMap(({ warning }) => warning ?? none)
  const notices = warnings.length === 0
    ? none
    : distinct(warnings).map((warning) => ({ text: `${what} ${value}: ${warning}` }))
  const changed = translations.filter((one) => one._tag === "Translated")
  if (changed.length === 0) {
    const [reason = "it holds no path that the daemon opens"] = [...warnings, ...translations.map(({ why }) => why)]
    return { value, notices, changes: none, leftAlone: [{ what, value, why: reason }] }
  }
  const paths = translations.map((one, at) => one._tag === "Translated" ? one.source : sources[at] ?? "")
  const translated = syntax.withSources(value, paths)
  if (translated === undefined) {
    const why = `the daemon's path ${paths.join(", ")} cannot be written there${
      what === "--volume" ? "; use --mount" : ""
    }`
    const lost = [...notices, { text: `${what} ${value}: ${why}` }]
    return { value, notices: lost, changes: none, leftAlone: [{ what, value, why }] }
  }
  const why = distinct(changed.map((one) => one.why)).join("; ")
  return { value: translated, notices, changes: [{ what, from: value, to: translated, why }], leftAlone: none }
}

const none: ReadonlyArray<never> = []

/** Each text once; most words have one path, which costs nothing. */
const distinct = (texts: ReadonlyArray<string>): ReadonlyArray<string> => texts.length < 2 ? texts : [...new Set(texts)]
