/**
 * Translates the paths of a model one by one, and collects what there is to ask and to say about them.
 */
import * as ComposeModel from "../../compose/ComposeModel.ts"
import type { Change, LeftAlone, Notice } from "../../ExecPlan.ts"
import type { Translation } from "../../paths/SourceTranslation.ts"
import * as PathTranslation from "../paths/PathTranslation.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"

/**
 * Translates one model, which can have thousands of paths: plain functions that collect, where a step of planning for each path
 * would take three times as long.
 */
export interface ModelTranslation {
  /**
   * The path for the daemon, in the model's own spelling; the same text if it stays, or as long as it is not known where it
   * leads. `what` names its place, such as `services.web.volumes`.
   */
  readonly translate: (what: string, path: string) => string
  /** Says of a path that it should be another one, and why an override cannot change it. */
  readonly leave: (what: string, path: string, why: string) => void
  /** The step that gives what was made with the translated paths, or asks about those that are not known. */
  readonly finish: <A>(made: A) => Planning.Planning<A>
}

/** Begins the translation of a model. */
export const begin = (situation: Situation): ModelTranslation => {
  const lookUp = PathTranslation.lookUp(PathTranslation.context(situation.settings, ""), situation)
  const [open, notices, changes, leftAlone]: [Array<string>, Array<Notice>, Array<Change>, Array<LeftAlone>] = [
    [],
    [],
    [],
    []
  ]
  const found = (what: string, source: string): Translation | undefined => {
    const translation = lookUp(source)
    if (translation._tag === "Open") {
      for (const path of translation.paths) open.push(path)
      return undefined
    }
    const { warning, why } = translation
    if (warning !== undefined) notices.push({ text: `${what}: ${source}: ${warning}` })
    if (translation._tag === "Unchanged") leftAlone.push({ what, value: source, why: warning ?? why })
    return translation
  }
  return {
    translate: (what, path) => {
      const from = ComposeModel.unescape(path)
      const translation = found(what, from)
      if (translation?._tag !== "Translated") return path
      changes.push({ what, from, to: translation.source, why: translation.why })
      return ComposeModel.escape(translation.source)
    },
    leave: (what, path, why) => {
      const value = ComposeModel.unescape(path)
      if (found(what, value)?._tag !== "Translated") return
      notices.push({ text: `${what}: ${value}: ${why}` })
      leftAlone.push({ what, value, why })
    },
    finish: (made) =>
      Planning.flatMap(
        Planning.askAll(situation, open.map((path) => ({ _tag: "RealPath", path } as const))),
        () => Planning.of(made, { notices, changes, leftAlone })
      )
  }
}
