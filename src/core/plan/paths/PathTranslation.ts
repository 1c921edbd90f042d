/**
 * Translates what holds paths of the daemon's: a word of a command, a text in a request, a field of a project.
 */
import { type Gains, nothing } from "../../ExecPlan.ts"
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

/** What translating depends on; `cwd` is what relative sources are made absolute against. */
export const context = (
  { auto, daemonSocket, elsewhere, mappings, notFound, sessionSocket }: Settings,
  cwd: string
): SourceTranslation.Context => ({ mappings, daemonSocket, elsewhere, auto, notFound, socket: sessionSocket, cwd })

/** What becomes of one path. */
export const path = (
  source: string,
  where: SourceTranslation.Context,
  situation: Situation
): Planning.Planning<SourceTranslation.Translation> => {
  const begun = SourceTranslation.begin(source, where)
  if (begun._tag !== "Linked") return Planning.of(begun)
  const paths = begun.looksAt
  const asked = Planning.each(paths, (one) => Planning.ask(situation, { _tag: "RealPath", path: one }))
  return Planning.map(asked, (answers) => {
    const realPath = (one: string) => answers[paths.indexOf(one)] ?? { resolved: one, exists: false }
    return SourceTranslation.follow(source, begun, where, realPath)
  })
}

/** The text of a word with the daemon's paths in it. */
export const word = (
  { syntax, value, what }: Word,
  where: SourceTranslation.Context,
  situation: Situation
): Planning.Planning<string> => {
  const sources = syntax.sources(value)
  const translations = Planning.each(sources, (source) => path(source, where, situation))
  return Planning.flatMap(translations, (known) => {
    const outcome = rewrite({ what, value, syntax }, sources, known)
    return Planning.of(outcome.value, outcome.gains)
  })
}

/** The text with what became of its paths, `sources`, and what there is to say of it. */
export const rewrite = (
  { syntax, value, what }: Word,
  sources: ReadonlyArray<string>,
  translations: ReadonlyArray<SourceTranslation.Translation>
): { readonly value: string; readonly gains: Gains } => {
  const warnings = translations.flatMap((one) => one.warning ?? [])
  const notices = [...new Set(warnings)].map((warning) => ({ text: `${what} ${value}: ${warning}` }))
  const changed = translations.filter((one) => one._tag === "Translated")
  if (changed.length === 0) {
    const [reason = "it holds no path that the daemon opens"] = [...warnings, ...translations.map(({ why }) => why)]
    return { value, gains: { ...nothing, notices, leftAlone: [{ what, value, why: reason }] } }
  }
  const paths = translations.map((one, at) => one._tag === "Translated" ? one.source : sources[at] ?? "")
  const translated = syntax.withSources(value, paths)
  if (translated === undefined) {
    const why = `the daemon's path ${paths.join(", ")} cannot be written there${
      what === "--volume" ? "; use --mount" : ""
    }`
    const lost = [...notices, { text: `${what} ${value}: ${why}` }]
    return { value, gains: { ...nothing, notices: lost, leftAlone: [{ what, value, why }] } }
  }
  const why = [...new Set(changed.map((one) => one.why))].join("; ")
  return { value: translated, gains: { ...nothing, notices, changes: [{ what, from: value, to: translated, why }] } }
}
