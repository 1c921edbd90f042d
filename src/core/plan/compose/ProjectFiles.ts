/**
 * Finds out which files make a call's project, so that one more can be added after them.
 */
import type { ComposeCall } from "../../compose/ComposeCall.ts"
import type { ComposeFiles, EnvSetting } from "../../compose/ComposeFiles.ts"
import * as FileList from "../../compose/FileList.ts"
import * as Facts from "../../Facts.ts"
import type { Invocation } from "../../Invocation.ts"
import * as ModelQuestion from "./ModelQuestion.ts"

/**
 * The files of a project.
 *
 * **Details**
 *
 * - `Given`: by `-f`; one more `-f` adds one.
 * - `Listed`: all of them; the list and one more go into `COMPOSE_FILE`. Compose then finds the same `.env` files as
 *   without it, which with `-f` it would not (FACTS C). `isSeparatorCertain`: no environment file may set another
 *   separator.
 * - `Unknown`: only Compose can tell.
 *
 * @category models
 * @since 0.1.0
 */
export type ProjectFiles =
  | { readonly _tag: "Given"; readonly directory: string }
  | {
    readonly _tag: "Listed"
    readonly files: ReadonlyArray<string>
    readonly directory: string
    readonly isSeparatorCertain: boolean
  }
  | { readonly _tag: "Unknown" }

/**
 * The files of the project of which Compose gave this model.
 *
 * **Details**
 *
 * Which environment files may set `COMPOSE_FILE` differs between versions of Compose. Where one does, Compose itself is
 * the judge: the list with which it gives the same model is the one.
 *
 * @category planning
 * @since 0.1.0
 */
export const resolve = (
  call: ComposeCall,
  model: unknown,
  invocation: Invocation,
  env: Facts.ComposeQuestion["env"],
  facts: Facts.Facts
): Facts.Asked<ProjectFiles> => {
  const sought = FileList.sought(call, invocation)
  const found = sought === undefined
    ? Facts.answered(unfound(invocation))
    : Facts.ask(facts, { _tag: "ComposeFiles", ...sought })
  if (found._tag === "Open") return found
  const { directory, files, settings } = found.answer
  if (FileList.isGiven(call)) return Facts.answered({ _tag: "Given", directory })
  const lists = candidates(FileList.named(call, invocation.env), files, settings, invocation)
  const [only] = lists
  return only !== undefined && lists.length === 1
    ? Facts.answered({
      _tag: "Listed",
      files: only,
      directory,
      isSeparatorCertain: settings.every(({ name }) => name !== "COMPOSE_PATH_SEPARATOR")
    })
    : judged(call, lists, model, invocation, env, facts)
}

const unfound = ({ cwd }: Invocation): ComposeFiles => ({
  files: [],
  directory: cwd,
  name: { _tag: "Computed" },
  settings: [],
  isGivenAlike: false
})

/** The first of the lists with which Compose gives the same model. */
const judged = (
  call: ComposeCall,
  lists: ReadonlyArray<ReadonlyArray<string>>,
  model: unknown,
  invocation: Invocation,
  env: Facts.ComposeQuestion["env"],
  facts: Facts.Facts
): Facts.Asked<ProjectFiles> => {
  for (const files of lists) {
    const asked = ModelQuestion.ask(
      call,
      invocation,
      { profiles: "all", env: { ...env, ...FileList.environment(files, invocation.env, false) } },
      facts
    )
    if (asked._tag === "Open") return asked
    if (asked.answer._tag === "Model" && JSON.stringify(asked.answer.config) === JSON.stringify(model)) {
      const directory = FileList.directoryOf(files, invocation.cwd)
      return Facts.answered({ _tag: "Listed", files, directory, isSeparatorCertain: false })
    }
  }
  return Facts.answered({ _tag: "Unknown" })
}

/** The lists that may be the project's, the likelier first. A single one is certain. */
const candidates = (
  named: ReadonlyArray<string> | undefined,
  discovered: ReadonlyArray<string>,
  settings: ReadonlyArray<EnvSetting>,
  { env }: Invocation
): ReadonlyArray<ReadonlyArray<string>> => {
  const separators = settings.flatMap(({ name, value }) =>
    name === "COMPOSE_PATH_SEPARATOR" && (value ?? "") !== "" ? [value ?? ""] : []
  )
  const split = (text: string): ReadonlyArray<ReadonlyArray<string>> =>
    [...new Set([...separators, FileList.separator(env)])].map((separator) => text.split(separator))
  if (named !== undefined) {
    return (env["COMPOSE_PATH_SEPARATOR"] ?? "") === "" ? split(env["COMPOSE_FILE"] ?? "") : [named]
  }
  const set = settings.filter(({ name }) => name === "COMPOSE_FILE").flatMap(({ value }) => split(value ?? ""))
  // an empty list last: a single candidate that an environment file names is not certain either
  const lists = [...set, ...(discovered.length > 0 || set.length > 0 ? [discovered] : [])]
  return lists.filter((files, at) => files.length > 0 || at > 0)
}
