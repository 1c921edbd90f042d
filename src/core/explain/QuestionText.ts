/**
 * Questions of planning and their answers in words, for showing them.
 */
import * as Grammar from "../argv/grammar/Grammar.ts"
import type { Builder } from "../builder/Builder.ts"
import type { CacheDirectory, CacheEntry } from "../cache/CacheDirectory.ts"
import * as CacheKey from "../cache/CacheKey.ts"
import type { ComposeFiles } from "../compose/ComposeFiles.ts"
import * as ComposeModel from "../compose/ComposeModel.ts"
import * as MountDependence from "../dockerfile/MountDependence.ts"
import type * as Facts from "../Facts.ts"
import * as Masking from "./Masking.ts"

/**
 * A question and its answer, such as `where does /home/retro/work/app lead?`, `/home/retro/work/app`.
 *
 * @category models
 * @since 0.1.0
 */
export interface QuestionText {
  readonly question: string
  readonly answer: string
}

/**
 * All that was asked, with the answers.
 *
 * @category printing
 * @since 0.1.0
 */
export const all = (facts: Facts.Facts): ReadonlyArray<QuestionText> =>
  Object.values(texts).flatMap((text) => text(facts))

type Tag = keyof Facts.Questions

const each = <T extends Tag>(
  known: ReadonlyMap<string, Facts.Known<T>>,
  question: (question: Facts.Of<T>) => string,
  answer: (answer: Facts.Answers[T], question: Facts.Of<T>) => string
): ReadonlyArray<QuestionText> =>
  [...known.values()].map((one) => ({ question: question(one.question), answer: answer(one.answer, one.question) }))

/** By kind, so that a new kind of question cannot be left out. */
const texts: { readonly [T in Tag]: (facts: Facts.Facts) => ReadonlyArray<QuestionText> } = {
  RealPath: (facts) =>
    each(
      facts.RealPath,
      ({ path }) => `where does ${path} lead?`,
      ({ exists, resolved }) => exists ? resolved : `${resolved} (which does not exist)`
    ),
  DockerConfig: (facts) =>
    each(
      facts.DockerConfig,
      ({ directory }) => `what does ${directory}/config.json say?`,
      ({ builderAlias, currentContext }) =>
        [
          currentContext === undefined ? "no current context" : `current context ${currentContext}`,
          ...(builderAlias === undefined ? [] : [`builds go to ${builderAlias}`])
        ].join(", ")
    ),
  DockerContext: (facts) =>
    each(
      facts.DockerContext,
      ({ name }) => `which endpoint does the context ${name} have?`,
      ({ host }) => host === undefined ? "that cannot be read" : Masking.assignment("DOCKER_HOST", host)
    ),
  Builder: (facts) =>
    each(
      facts.Builder,
      ({ name, through }) =>
        `which builder does ${through === "docker" ? "docker build" : "docker buildx build"} use`
        + `${name === undefined ? "" : ` (${name})`}, and can it export cache?`,
      builder
    ),
  CommandFlags: (facts) =>
    each(
      facts.CommandFlags,
      ({ command, flag, program }) =>
        flag === undefined
          ? `which flags does ${[program, ...command].join(" ")} have?`
          : `does ${[program, ...command].join(" ")} have ${flag}, and does it take a value?`,
      commandFlags
    ),
  CacheDirectory: (facts) =>
    each(
      facts.CacheDirectory,
      ({ directory, readDirectories, wanted }) =>
        `what is in ${[directory, ...readDirectories].join(", ")} for ${
          wanted.map(({ key }) => CacheKey.print(key)).join(", ")
        }?`,
      cacheDirectory
    ),
  BuildFiles: (facts) =>
    each(
      facts.BuildFiles,
      ({ context, path }) => `what does ${path ?? context ?? ""} say?`,
      ({ digest, sendsCache }) =>
        [
          digest === undefined ? "it cannot be read" : `a text with the digest ${digest}`,
          ...(sendsCache ? ["the cache directory is in the context"] : [])
        ].join(", ")
    ),
  BuildContext: (facts) =>
    each(
      facts.BuildContext,
      ({ directory }) => `what can a build read in ${directory}?`,
      (digest) => digest === undefined ? "that cannot be told, or not cheaply" : `files with the digest ${digest}`
    ),
  Dockerfile: (facts) =>
    each(
      facts.Dockerfile,
      ({ file }) => `what does ${file} say, and does it use cache mounts?`,
      (text) => {
        const { _tag } = MountDependence.of(text, false)
        return text === undefined ? "it cannot be read" : mountDependence[_tag]
      }
    ),
  ImportedSteps: (facts) =>
    each(
      facts.ImportedSteps,
      () => "which steps that fill cache mounts were imported, and never ran here?",
      (steps) => steps.length === 0 ? "none" : `${steps.length} of earlier builds`
    ),
  ComposeFiles: (facts) =>
    each(
      facts.ComposeFiles,
      ({ files, start }) =>
        files === undefined
          ? `which files make the Compose project of ${start}?`
          : `what do ${files.join(", ")} say of the project's name?`,
      composeFiles
    ),
  NameFile: (facts) =>
    each(
      facts.NameFile,
      ({ name }) => `where is the Compose file that says name: ${name}, and nothing else?`,
      ({ file }) => file ?? "it cannot be kept"
    ),
  KeptOverrides: (facts) =>
    each(
      facts.KeptOverrides,
      ({ directory }) => `which override files of earlier commands are in ${directory}?`,
      (kept) => kept.length === 0 ? "none" : kept.map(({ file }) => file).join(", ")
    ),
  ComposeModel: (facts) =>
    each(
      facts.ComposeModel,
      ({ profiles }) =>
        `what does Compose say the project is${profiles === "all" ? ", with all its profiles" : ""} (config)?`,
      (answer) =>
        answer._tag === "Refused"
          ? `it does not say${answer.why === undefined ? "" : `: ${answer.why}`}`
          : `${ComposeModel.decode(answer.config).services.length} services`
    ),
  StackModel: (facts) =>
    each(
      facts.StackModel,
      ({ files }) => `what does docker say ${files.join(", ")} are (stack config)?`,
      (answer) =>
        answer._tag === "Refused"
          ? "it refuses them"
          : `${ComposeModel.decode(answer.config).services.length} services`
    ),
  ComposeVersion: (facts) =>
    each(
      facts.ComposeVersion,
      () => "which version is the real Compose?",
      ({ major, minor }) => major === 0 ? "it cannot be read" : `${major}.${minor}`
    )
}

const mountDependence = {
  None: "no step needs what an earlier one left in a cache mount",
  Places: "a step may need what an earlier one left in a cache mount",
  Unknown: "that cannot be told"
} as const

const composeFiles = ({ files, name, settings }: ComposeFiles): string =>
  [
    files.length === 0 ? "none" : files.join(", "),
    ...(name._tag === "Plain" ? [`named ${name.name}`] : name._tag === "Computed" ? ["the name is computed"] : []),
    ...settings.map((setting) => `${setting.file} sets ${setting.name}`)
  ].join(", ")

const builder = (answer: Builder): string =>
  answer._tag === "Exporting" ? `it can: driver ${answer.driver}` : `it cannot: ${answer.why}`

const cacheDirectory = (answer: CacheDirectory): string =>
  answer._tag === "Unusable"
    ? answer.why
    : [
      ...(answer.unwritable === undefined ? [] : [answer.unwritable]),
      ...Object.entries(answer.entries).map(([key, entry]) => `${key} is ${cacheEntry(entry)}`)
    ].join(", ")

const cacheEntry = (entry: CacheEntry): string => {
  switch (entry._tag) {
    case "Missing":
      return "not there yet"
    case "Sound":
      return "sound"
    case "Damaged":
      return `damaged: ${entry.why}`
  }
}

const commandFlags = (
  { flags, unanswered }: Facts.CommandFlags,
  { flag }: Facts.Of<"CommandFlags">
): string => {
  if (unanswered !== undefined) return `it does not say: ${unanswered}`
  if (flag === undefined) return `${flags.length}, by its --help`
  const found = Grammar.find(flags, flag)
  return found === undefined ? "no" : Grammar.takesValue(found) ? "yes, and it takes a value" : "yes, and it takes none"
}
